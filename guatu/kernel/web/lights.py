"""A light explained in words: its rule as a sentence, and everything the rule looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guatu.kernel.choices import LIGHTS
from guatu.kernel.commitments import Lit
from guatu.kernel.rules.days import Precision, format_day
from guatu.kernel.rules.light import Light

COLOURS = dict(LIGHTS)


@dataclass(frozen=True)
class Explained:
    """A light ready for the page. `slack` and `flips` are words; `inputs` pairs a label with a value."""

    lit: Lit
    label: str
    rule: str
    inputs: list[tuple[str, str]]
    slack: str
    flips: str

    @property
    def light(self) -> Light:
        return self.lit.light

    @property
    def state(self):
        return self.lit.state

    @property
    def due(self) -> str:
        return format_day(self.state.due_on, Precision(self.state.due_precision))

    @property
    def slip_days(self) -> int:
        """Calendar days by which the present promise lies after the first."""
        return (self.state.due_on - self.state.first_due_on).days


def explain(lit: Lit, label: str) -> Explained:
    light = lit.light
    return Explained(lit, label, _sentence(light), _inputs(light), _slack(light), _flips(light))


def _sentence(light: Light) -> str:
    inputs = light.inputs
    words = {
        "due": inputs["due"],
        "done": inputs["done_on"],
        "left": inputs["workdays_left"],
        "yellow": inputs["yellow_workdays"],
    }
    if str(light.rule) == "override":
        hand = inputs["override"]
        return _(
            "Set to %(colour)s by hand from %(start)s until %(end)s: %(reason)s. Computed, it would be %(computed)s."
        ) % {
            "colour": COLOURS[hand["colour"]],
            "start": hand["from_day"],
            "end": hand["expires_on"],
            "reason": hand["reason"].rstrip(".。"),
            "computed": COLOURS[str(light.overridden_from)],
        }
    return {
        "done_in_time": _("Done on %(done)s, not later than the due day %(due)s."),
        "done_late": _("Done on %(done)s, after the due day %(due)s."),
        "overdue": _("Not done, and the due day %(due)s is past."),
        "due_within": _(
            "Not done. %(left)d working days are left until %(due)s, and from %(yellow)d on the light is yellow."
        ),
        "due_later": _(
            "Not done. %(left)d working days are left until %(due)s, more than the %(yellow)d from which it is yellow."
        ),
    }[str(light.rule)] % words


def _inputs(light: Light) -> list[tuple[str, str]]:
    inputs = light.inputs
    found = [
        (_("As of"), inputs["as_of"]),
        (_("First promise"), inputs["first_due"]),
        (_("Present promise"), inputs["due"]),
        (_("Moves"), str(inputs["moves"])),
        (_("Done on"), inputs["done_on"] or _("not done")),
        (_("Working days left"), str(inputs["workdays_left"])),
        (_("Yellow from (working days left)"), str(inputs["yellow_workdays"])),
    ]
    if light.provisional:
        found.append((_("Calendar"), _("provisional: the year's holiday notice has not been published")))
    return found


def _slack(light: Light) -> str:
    if light.is_done:
        return ""
    days = light.slack_workdays
    if days < 0:
        return ngettext("%d working day over", "%d working days over", -days) % -days
    if date.fromisoformat(light.inputs["as_of"]) > date.fromisoformat(light.inputs["due"]):
        return _("over, no working day yet")
    return ngettext("%d working day left", "%d working days left", days) % days


def _flips(light: Light) -> str:
    if light.flips_on is None:
        return ""
    return _("%(day)s to %(colour)s") % {"day": light.flips_on.isoformat(), "colour": COLOURS[str(light.flips_to)]}
