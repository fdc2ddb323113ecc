from django.utils.translation import gettext_lazy as _

from guatu.enterprises import guards  # noqa: F401  (registers the guards)
from guatu.enterprises.models import Enterprise, ZoneTerritory
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
