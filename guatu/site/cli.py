"""The program `guatu`: finds the commands of every app, parses the words, and turns refusals into exit codes.

Exit 0: done. Exit 1: refused, with a sentence on stderr. Exit 2: wrong usage.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys


def main(arguments: list[str] | None = None) -> None:
    """Runs one command and exits."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: list[str]) -> int:
    """Runs one command; returns its exit code. Wrong usage raises SystemExit(2)."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="replace")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guatu.site.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    from django.conf import settings
    from django.utils import translation

    with translation.override(_language(arguments) or settings.GUATU_COMMAND_LANGUAGE):
        try:
            code = _run(arguments)
            sys.stdout.flush()
            return code
        except BrokenPipeError:
            # The reader went away (guatu … | head); what remains is thrown away without a complaint at exit.
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except KeyboardInterrupt:
            return 130


def _language(arguments: list[str]) -> str | None:
    """The language asked for by --lang, known before the words are parsed, so that usage is in it too."""
    for place, word in enumerate(arguments):
        if word == "--lang" and place + 1 < len(arguments) and arguments[place + 1] in ("zh-hans", "en"):
            return arguments[place + 1]
        if word in ("--lang=zh-hans", "--lang=en"):
            return word.removeprefix("--lang=")
    return None


def _run(arguments: list[str]) -> int:
    from django.db import OperationalError, ProgrammingError

    from guatu.kernel.changes import Refusals
    from guatu.kernel.command_line import Call
    from guatu.kernel.errors import Refused
    from guatu.kernel.rules import refusals as rules

    parsed = parser().parse_args(arguments)
    chosen = parsed.chosen
    try:
        if chosen.ready:
            _refuse_unready()
        return chosen.run(Call(parsed)) or 0
    except Refusals as refused:
        for problem in refused.problems[:20]:
            print(problem.refused, file=sys.stderr)
    except Refused as refused:
        print(refused, file=sys.stderr)
    except rules.Refusal as refused:
        print(sentence(refused), file=sys.stderr)
    except (OperationalError, ProgrammingError) as fault:
        print(_database_sentence(fault), file=sys.stderr)
    return 1


def sentence(refused) -> str:
    """A rule's refusal in the reader's language."""
    from django.utils.translation import gettext

    from guatu.kernel.rules.refusals import TEMPLATES

    return gettext(TEMPLATES[refused.code]) % refused.params


def parser() -> argparse.ArgumentParser:
    """The parser of all commands. Options common to all may stand before or after the command's words."""
    from django.utils.translation import gettext as _

    from guatu import __version__
    from guatu.kernel.command_line import commands

    def common(**defaults) -> argparse.ArgumentParser:
        shared = argparse.ArgumentParser(add_help=False)
        shared.add_argument(
            "--json",
            action="store_true",
            help=_("print the answer as JSON"),
            default=defaults.get("json", argparse.SUPPRESS),
        )
        shared.add_argument(
            "--as",
            dest="actor",
            metavar="USER",
            help=_("act as this user, with that user's rights"),
            default=defaults.get("actor", argparse.SUPPRESS),
        )
        shared.add_argument(
            "--lang",
            choices=["zh-hans", "en"],
            help=_("language of what is printed"),
            default=defaults.get("lang", argparse.SUPPRESS),
        )
        return shared

    top = argparse.ArgumentParser(
        prog="guatu",
        description=_("Guatu: the wall charts of a development zone, as of any day."),
        parents=[common(json=False, actor=None, lang=None)],
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"guatu {__version__}")
    groups = {(): top.add_subparsers(metavar=_("COMMAND"), required=True)}
    for entry in commands():
        for depth in range(1, len(entry.words)):
            group = entry.words[:depth]
            if group not in groups:
                made = groups[group[:-1]].add_parser(
                    group[-1],
                    help=" | ".join(other.words[depth] for other in commands() if other.words[:depth] == group),
                    allow_abbrev=False,
                )
                groups[group] = made.add_subparsers(metavar=_("COMMAND"), required=True)
        words = groups[entry.words[:-1]].add_parser(
            entry.words[-1], help=str(entry.help), description=str(entry.help), parents=[common()], allow_abbrev=False
        )
        if entry.arguments is not None:
            entry.arguments(words)
        words.set_defaults(chosen=entry)
    return top


def _refuse_unready() -> None:
    """Refuses unless the database was set up and knows the present tables; puts the day's values in force."""
    from django.utils import timezone

    from guatu.kernel.errors import Misconfigured
    from guatu.kernel.models import ChainHead
    from guatu.kernel.turning import turn_of_day

    if not ChainHead.objects.filter(number__gt=0).exists():
        raise Misconfigured("not_set_up", _not_set_up())
    turn_of_day(timezone.localdate())


def _not_set_up() -> str:
    from django.conf import settings
    from django.utils.translation import gettext as _

    return _("Guatu has not been set up in %(home)s yet. Run `guatu setup`, or `guatu demo` for a filled example.") % {
        "home": settings.GUATU_HOME
    }


def _database_sentence(fault: Exception) -> str:
    """Why the database would not answer: not reachable, not set up, or older than the program."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor
    from django.utils.translation import gettext as _

    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if ("kernel", "0001_initial") not in executor.loader.applied_migrations:
            return _not_set_up()
    except DatabaseError:
        return (
            _("The database cannot be reached: %s. Check DATABASE_URL and that the server runs.") % str(fault).strip()
        )
    if missing:
        return _(
            "The database is older than this program. Run `guatu setup`, which brings it up to date and loses nothing."
        )
    return _("The database would not do it: %s. Nothing was changed.") % str(fault).strip()
