"""What a page's address asks for: the day, what was known by when, and the zone."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from urllib.parse import quote_plus

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from guatu.kernel.errors import Faulty
from guatu.kernel.rules.days import parse_day
from guatu.kernel.rules.refusals import BadCell

MONTH_ENDS = 4
#: A page writes the same few words into hundreds of addresses.
_quoted = lru_cache(maxsize=4096)(quote_plus)


@dataclass(frozen=True)
class Asked:
    """`as_of` is today when the address names no day. `given` keeps only what the address names, so that a link made
    from a page without a day always shows the present."""

    as_of: date
    known_at: datetime | None
    zone: str
    given: dict[str, str]
    path: str

    @property
    def is_present(self) -> bool:
        """Whether the page shows today as known now, so that entries made on it are seen at once."""
        return self.as_of == timezone.localdate() and self.known_at is None

    def query(self, **changes: object) -> str:
        """The address's question with some words changed; None or "" leaves a word out."""
        words = {**self.given, **changes} if changes else self.given
        return "?" + "&".join(
            f"{_quoted(name)}={_quoted(str(value))}" for name, value in words.items() if value not in (None, "")
        )

    def link(self, path: str, **changes: object) -> str:
        """`path` with the day, instant and zone asked for here."""
        kept = {name: None for name in self.given if name not in ("as_of", "known_at", "zone")}
        query = self.query(**{**kept, **changes})
        return path if query == "?" else path + query

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Words that the form of day and zone carries along unchanged."""
        return [(name, value) for name, value in self.given.items() if name not in ("as_of", "zone", "page")]

    @property
    def quick_days(self) -> list[tuple[str, str, bool]]:
        """Today, and month ends around the day shown: label, address, whether it is shown."""
        today = timezone.localdate()
        day = min(today, _month_end(_month_end(self.as_of) + timedelta(days=1)))
        ends = [day] if day == _month_end(day) else []
        while len(ends) < MONTH_ENDS and day.year > 1:
            day = day.replace(day=1) - timedelta(days=1)
            ends.append(day)
        return [(_("Today"), self.query(as_of=None, page=None), self.as_of == today)] + [
            (end.isoformat(), self.query(as_of=end, page=None), self.as_of == end) for end in reversed(ends)
        ]


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def asked(request) -> Asked:
    """Reads the address. Raises Faulty with a sentence for a day or an instant that cannot be read."""
    given = {name: value.strip() for name, value in request.GET.items() if value.strip()}
    return Asked(
        as_of=day(given.get("as_of"), "as_of") or timezone.localdate(),
        known_at=instant(given.get("known_at")),
        zone=given.get("zone", ""),
        given=given,
        path=request.path,
    )


def day(text: str | None, field: str) -> date | None:
    """The whole day written in an address; None when there is none."""
    if not text:
        return None
    try:
        return date.fromisoformat(text) if text.count("-") == 2 else parse_day(text).day
    except (BadCell, ValueError):
        raise Faulty(
            field, _("“%s” is not a day. Write it as year, month and day, like 2022-06-30.") % text[:60], field
        ) from None


def instant(text: str | None) -> datetime | None:
    """The instant written in an address; without a time zone it is Shanghai's. A bare day means its end, today: now."""
    if not text:
        return None
    try:
        if len(text) == 10:
            whole = date.fromisoformat(text)
            return timezone.now() if whole == timezone.localdate() else timezone.make_aware(
                datetime.combine(whole, datetime.max.time())
            )
        # A plus sign typed into an address arrives as a space.
        found = parse_datetime(text.replace(" ", "+", 1) if "T" in text and " " in text else text)
        if found is None:
            raise ValueError(text)
    except ValueError:
        raise Faulty(
            "known_at", _("“%s” is not an instant. Write it like 2022-06-30T18:00.") % text[:60], "known_at"
        ) from None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def page_number(request) -> int:
    """The page asked for, counted from 1; anything unreadable is the first."""
    text = request.GET.get("page", "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
