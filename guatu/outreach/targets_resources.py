"""Target lists from outside."""

from django.utils.translation import gettext_lazy as _

from guatu.kernel.column_base import LongText
from guatu.kernel.registry import register
from guatu.kernel.resource import Resource
from guatu.outreach import targets_effects, targets_guards, targets_talks  # noqa: F401  (registered by being imported)
from guatu.outreach.models import Target, TargetList


@register
class TargetLists(Resource):
    model = TargetList
    name = "target_lists"
    columns = ["code", "name", "zone", "chain", "node", "unit", "officer", "note", "source"]
    shown = ["name", "zone", "chain", "node", "unit", "officer"]
    search = ["code", "name", "note"]
    filters = ["zone", "chain", "unit", "officer"]
    match = [("code",), ("zone", "name")]
    reference = "code"
    also_known_by = ["name"]
    select = ["zone", "unit", "officer", "source"]
    intro = _("Enterprises to be won, list by list. The page of a gap ranks the whole register and puts enterprises on a list.")


@register
class Targets(Resource):
    model = Target
    name = "targets"
    columns = [
        "target_list", "key", "name", "uscc", "state", "unit", "officer", "trip", "reason", "ranked_on", "rank", "score",
        ("reasons", {"kind": LongText}), "note", "source",
    ]
    shown = ["name", "target_list", "state", "unit", "officer", "trip", "rank", "score"]
    search = ["name", "uscc", "key", "note", "reason"]
    filters = ["target_list", "state", "unit", "officer", "trip"]
    match = [("target_list", "key")]
    reference = "name"
    select = ["target_list", "unit", "officer", "trip", "source"]
