"""Closed sets of targets."""

from django.utils.translation import pgettext_lazy

OPEN, CONTACTED, VISITED, LEAD, DROPPED, BARRED = "open", "contacted", "visited", "lead", "dropped", "barred"

#: How far it has come with a target. One that is barred is left out of every ranking of the zone.
STATES = [
    (OPEN, pgettext_lazy("state of a target", "to be approached")),
    (CONTACTED, pgettext_lazy("state of a target", "contacted")),
    (VISITED, pgettext_lazy("state of a target", "visited")),
    (LEAD, pgettext_lazy("state of a target", "became a lead")),
    (DROPPED, pgettext_lazy("state of a target", "dropped")),
    (BARRED, pgettext_lazy("state of a target", "barred")),
]
#: States that ask for a reason.
REASONED = (DROPPED, BARRED)
