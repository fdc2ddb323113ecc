from django.utils.translation import gettext_lazy as _

PARK_KINDS = [
    ("park_in_zone", _("park in a zone")),
    ("park_in_park", _("park in a park")),
    ("industry_park", _("industry park")),
    ("chemical_park", _("chemical park")),
    ("incubator", _("incubator")),
    ("logistics_park", _("logistics park")),
    ("bonded_zone", _("bonded zone")),
    ("service_centre", _("service centre")),
    ("new_town", _("new town")),
]

PARK_STATUSES = [("planned", _("planned")), ("building", _("being built")), ("operating", _("in operation"))]

#: Datum of the coordinates in a file.
DATUMS = [("wgs84", _("WGS-84")), ("cgcs2000", _("CGCS2000")), ("gcj02", _("GCJ-02 (web maps)"))]
