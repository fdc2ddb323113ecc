"""The shape of commands: what an app's `commands.py` declares, and how answers are printed.

    @command("audit", "verify", help=_("recompute the chain of history"))
    def verify(call): ...
        return call.answer(data, lines)

A command gets a `Call`: its arguments, the actor, and where to print. It raises Refused to say no (exit 1).
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.errors import Faulty, NotFound, Refused
from guatu.kernel.rules.days import Precision, parse_day
from guatu.kernel.scope import Actor


@dataclass(frozen=True)
class Command:
    """`words` are what is typed after `guatu`; `ready` asks that the installation was set up before it runs."""

    words: tuple[str, ...]
    help: Any
    run: Callable[[Call], int | None]
    arguments: Callable[[argparse.ArgumentParser], None] | None = None
    ready: bool = True


_commands: dict[tuple[str, ...], Command] = {}


def command(*words: str, help, arguments=None, ready: bool = True):
    """Decorator: makes a function a command of the program."""

    def keep(function):
        _commands[words] = Command(words, help, function, arguments, ready)
        return function

    return keep


def commands() -> list[Command]:
    """Every command of every installed app, in the order of the apps."""
    from django.utils.module_loading import autodiscover_modules

    autodiscover_modules("commands")
    return list(_commands.values())


class Call:
    """One run of a command."""

    def __init__(self, arguments: argparse.Namespace, out=None):
        self.arguments = arguments
        self.out = out or sys.stdout

    def __getattr__(self, name: str):
        try:
            return getattr(self.__dict__["arguments"], name)
        except KeyError:
            raise AttributeError(name) from None

    @cached_property
    def actor(self) -> Actor:
        """The person named by --as with that person's scope, else the system operator."""
        if self.arguments.actor is None:
            return Actor.system("cli")
        return Actor.of(user_called(self.arguments.actor), "cli")

    def answer(self, data, lines: Iterable[str] = (), code: int = 0) -> int:
        """Prints `data` as JSON when --json was given, else the readable lines; gives back the exit code."""
        if self.arguments.json:
            self.out.write(as_json(data) + "\n")
        else:
            for line in lines:
                self.out.write(line.rstrip() + "\n")
        return code

    def say(self, text: str) -> None:
        """What is being done, on stderr, so that stdout holds the answer alone."""
        print(text, file=sys.stderr, flush=True)


def user_called(username: str):
    """The user of that name who may log in; raises NotFound."""
    from guatu.kernel.models import User

    user = User.everything.filter(username=username, withdrawn=False).first()
    if user is None:
        raise NotFound("no_user", _("There is no user “%s”. Look at the list of users: guatu export users.") % username)
    if not user.is_active:
        raise Refused(
            "user_inactive", _("The user “%s” may not log in any more, so nothing can be done as that user.") % username
        )
    return user


# -- values ----------------------------------------------------------------------------------------------------------


def day_of(text: str | None, option: str) -> date:
    """A whole day as people write it; None is today in Shanghai. Raises Faulty with a sentence."""
    if text is None:
        return timezone.localdate()
    day = parse_day(text)
    if day.precision != Precision.DAY:
        raise Faulty(
            "precision",
            _("“%(text)s” for %(option)s is not a whole day. Write it like 2022-06-30.")
            % {"text": text, "option": option},
            option,
        )
    return day.day


def instant_of(text: str | None, option: str) -> datetime | None:
    """An instant in ISO form; without a zone it is Shanghai time, a bare day means its end."""
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(text.strip())
        if len(text.strip()) <= 10:
            instant = instant.replace(hour=23, minute=59, second=59, microsecond=999999)
        return instant if instant.tzinfo is not None else timezone.make_aware(instant)
    except (ValueError, OverflowError):
        raise Faulty(
            "instant",
            _("“%(text)s” for %(option)s is not an instant. Write it like 2022-06-30T18:00:00.")
            % {"text": text, "option": option},
            option,
        ) from None


# -- printing --------------------------------------------------------------------------------------------------------


def plain(value):
    """Values for JSON: days as ISO text, decimals as whole numbers or with at most two decimals."""
    if isinstance(value, Decimal):
        rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
        return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return str(value)


def as_json(data) -> str:
    return json.dumps(plain(data), ensure_ascii=False, indent=1)


def width(text: str) -> int:
    """Columns of a terminal that a text takes: a Chinese character takes two."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def table(headers: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    """Lines of a table; columns holding only numbers stand at the right."""
    cells = [[_cell(value) for value in row] for row in rows]
    numeric = [
        all(_is_number(row[place]) for row in cells if row[place]) and any(row[place] for row in cells)
        for place in range(len(headers))
    ]
    widths = [max([width(str(header)), *(width(row[place]) for row in cells)]) for place, header in enumerate(headers)]

    def line(texts: Sequence[str]) -> str:
        padded = []
        for text, wide, right in zip(texts, widths, numeric, strict=True):
            gap = " " * (wide - width(text))
            padded.append(gap + text if right else text + gap)
        return "  ".join(padded)

    return [line([str(header) for header in headers]), "  ".join("-" * wide for wide in widths), *map(line, cells)]


def _cell(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Decimal):
        return f"{plain(value):,}"
    return str(value).replace("\n", " ")


def _is_number(text: str) -> bool:
    return bool(text) and text.replace(",", "").replace(".", "", 1).lstrip("-").isdigit()
