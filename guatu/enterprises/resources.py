from django.utils.translation import gettext_lazy as _

from guatu.enterprises import guards, queries  # noqa: F401  (guards registers the guards)
from guatu.enterprises.models import Enterprise, EnterpriseMerge, MatchVerdict, ZoneTerritory
from guatu.kernel.column_base import LongText
from guatu.kernel.registry import register
from guatu.kernel.resource import Resource


@register
class Enterprises(Resource):
    model = Enterprise
    name = "enterprises"
    columns = ["code", "name", "short_name", "former_names", "uscc", "zone", "note", "source"]
    shown = ["code", "name", "short_name", "uscc", "zone", "note"]
    search = ["code", "name", "short_name", "former_names", "uscc"]
    filters = ["zone"]
    match = [("code",), ("uscc",), ("name",)]
    reference = "name"
    also_known_by = ["short_name", "former_names"]
    select = ["zone", "source"]

    def is_same(self, row, values):
        """Two different credit codes are two enterprises, even under one name."""
        return not (row.uscc and values.get("uscc") and row.uscc != values["uscc"])

    def survivors(self, records=None):
        return queries.survivors(records)

    def merged_away(self, names, wanted):
        return queries.merged_away(names, wanted)

    def prepare(self, values, row, cells, lookup):
        """The name of an enterprise merged into this one leads here and does not rename it."""
        name = values.get("name")
        if row is not None and name and name != row.name and self.merged_away(("name",), {(name,)}):
            values.pop("name")
        return values


@register
class EnterpriseMerges(Resource):
    model = EnterpriseMerge
    name = "enterprise_merges"
    columns = ["kept", "gone", "valid_on", "reason", "note", "source"]
    search = ["kept__name", "gone__name", "kept__code", "gone__code", "reason"]
    match = [("gone",)]
    reference = "reason"
    select = ["kept", "gone", "source"]
    made_by_hand = False
    intro = _("Enterprises that stood here twice and were merged. A merge is made from the list of likely duplicates, and undone "
              "on the page of the enterprise that was kept.")


@register
class MatchVerdicts(Resource):
    model = MatchVerdict
    name = "match_verdicts"
    columns = ["left", "right", "names", "verdict", "reason", "zone", "valid_on", "note", "source"]
    shown = ["names", "verdict", "reason", "left", "right", "valid_on"]
    search = ["left", "right", "names", "reason"]
    filters = ["verdict"]
    match = [("left", "right", "valid_on")]
    reference = "names"
    select = ["zone", "source"]
    made_by_hand = False


@register
class Territories(Resource):
    model = ZoneTerritory
    name = "territories"
    columns = [
        "zone", "valid_on", "region_codes", ("address_patterns", {"kind": LongText}), "longitude", "latitude", "note", "source",
    ]
    search = ["zone__name", "zone__code", "region_codes", "address_patterns", "note"]
    filters = ["zone"]
    match = [("zone", "valid_on")]
    reference = "region_codes"
    select = ["zone", "source"]
    intro = _("Which enterprises of the register lie in a zone: those of its region codes and, where texts of addresses are "
              "given, only those whose address names one of them.")
