from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guatu.kernel.columns import Choice
from guatu.kernel.models import Organisation
from guatu.kernel.registry import register
from guatu.kernel.resource import Resource
from guatu.parks.models import Park, ZoneGeometry


def zone_kinds():
    return settings.GUATU_ZONE_KINDS


@register
class Zones(Resource):
    model = Organisation
    name = "zones"
    columns = ["code", "name", ("kind", {"kind": Choice, "choices": zone_kinds}), "parent", "note", "source"]
    search = ["code", "name"]
    filters = ["kind", "parent"]
    also_known_by = ["name"]
    select = ["parent", "source"]

    @property
    def label(self):
        return str(_("zone"))

    @property
    def label_plural(self):
        return str(_("zones"))

    def narrow(self, rows):
        return rows.filter(kind__in=[code for code, _label in zone_kinds()])


@register
class Parks(Resource):
    model = Park
    name = "parks"
    columns = [
        "code",
        "name",
        "zone",
        "kind",
        ("area_m2", {"unit": "亩", "names": ("area_mu",)}),
        "status",
        "buildings",
        "tenants",
        ("reported_on", {"names": ("as_of",)}),
        "note",
        "source",
    ]
    shown = ["code", "name", "zone", "kind", "area_m2", "status", "buildings", "tenants", "reported_on"]
    search = ["code", "name", "note"]
    filters = ["zone", "kind", "status"]
    also_known_by = ["name"]
    select = ["zone", "source"]


@register
class ZoneGeometries(Resource):
    """Loaded from files on the wall's own page, never typed in."""

    model = ZoneGeometry
    name = "zone_geometries"
    columns = ["organisation", "datum", "simplified", "note", "source"]
    shown = ["organisation", "datum", "simplified", "note", "source"]
    search = ["organisation__code", "organisation__name", "note"]
    filters = ["datum"]
    match = [("organisation",)]
    reference = "pk"
    select = ["organisation", "source"]
    made_by_hand = False
