"""Resources of trips and visits: the sheets that an investment office keeps."""

from django.utils.translation import gettext_lazy as _

from guatu.kernel.registry import register
from guatu.kernel.resource import Resource
from guatu.outreach import trip_guards  # noqa: F401  (registers the guards)
from guatu.outreach.models import Trip, TripCost, Visit, VisitLead


@register
class Trips(Resource):
    model = Trip
    name = "trips"
    columns = [
        "code", "zone", "lead_unit", "units", "leader", "participants", "from_on", "to_on", "places", "purpose", "note", "source",
    ]
    shown = ["code", "from_on", "to_on", "places", "leader", "lead_unit", "units", "zone", "purpose"]
    search = ["code", "leader", "participants", "places", "purpose", "note"]
    filters = ["zone", "lead_unit"]
    match = [("code",), ("lead_unit", "from_on", "places")]
    select = ["zone", "lead_unit", "source"]
    intro = _("A trip of several units is one row that names them all, so that it counts once in all and once for each.")


@register
class Visits(Resource):
    model = Visit
    name = "visits"
    columns = [
        "code", "trip", "enterprise", "name", "target", "visited_on", "units", "met_by", "met", "minutes", "outcome", "next_step",
        "same_as", "client_id", "note", "source",
    ]
    shown = ["code", "visited_on", "enterprise", "name", "trip", "units", "met_by", "met", "outcome", "next_step"]
    search = ["code", "enterprise__name", "name", "met_by", "met", "minutes", "next_step", "trip__code", "trip__places"]
    filters = ["outcome"]
    match = [("code",), ("trip", "enterprise", "visited_on")]
    select = ["trip", "enterprise", "target", "same_as", "same_as__enterprise", "source"]


@register
class TripCosts(Resource):
    model = TripCost
    name = "trip_costs"
    columns = ["trip", "unit", "kind", ("amount_cny", {"unit": "元"}), "valid_on", "note", "source"]
    search = ["trip__code", "trip__places", "note"]
    filters = ["kind", "unit"]
    match = [("trip", "unit", "kind", "valid_on")]
    reference = "kind"
    select = ["trip", "unit", "source"]


@register
class VisitLeads(Resource):
    model = VisitLead
    name = "visit_leads"
    columns = ["visit", "lead", "project", "title", "effect", "note", "source"]
    search = ["lead__code", "lead__name", "lead__title", "title", "project__name", "visit__code", "visit__name", "visit__enterprise__name", "note"]
    filters = ["effect"]
    match = [("visit", "lead"), ("visit", "project"), ("visit", "title")]
    reference = "title"
    select = ["visit", "visit__enterprise", "lead", "project", "source"]
