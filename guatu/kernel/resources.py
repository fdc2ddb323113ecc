"""The kernel's own resources: organisations, users, memberships, sources, calendars, rates, parameters."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from guatu.kernel import clock, commitments, delegating, guards, urging  # noqa: F401  (registered by being imported)
from guatu.kernel.columns import Choice
from guatu.kernel.models import (
    CalendarNotice,
    Delegation,
    Document,
    ExchangeRate,
    Membership,
    Organisation,
    ParameterValue,
    Source,
    User,
)
from guatu.kernel.registry import register
from guatu.kernel.resource import Resource
from guatu.kernel.scope import roles


def organisation_kinds():
    return settings.GUATU_ORGANISATION_KINDS


def role_choices():
    return [(role.code, role.label) for role in roles().values()]


@register
class Organisations(Resource):
    model = Organisation
    name = "organisations"
    columns = ["code", "name", ("kind", {"kind": Choice, "choices": organisation_kinds}), "parent", "note", "source"]
    search = ["code", "name"]
    filters = ["kind", "parent"]
    also_known_by = ["name"]
    select = ["parent", "source"]


@register
class Users(Resource):
    model = User
    name = "users"
    columns = ["username", "name", "email", "phone", "is_active"]
    search = ["username", "name", "email"]
    filters = ["is_active"]
    match = [("username",)]
    reference = "username"
    also_known_by = ["name"]
    intro = _("Roles are given under memberships; the command “guatu users password” sets a first password.")


@register
class Memberships(Resource):
    model = Membership
    name = "memberships"
    columns = ["user", "organisation", ("role", {"kind": Choice, "choices": role_choices})]
    search = ["user__username", "user__name", "organisation__name", "role"]
    filters = ["organisation", "role"]
    match = [("user", "organisation", "role")]
    reference = "role"
    select = ["user", "organisation"]


@register
class Delegations(Resource):
    model = Delegation
    name = "delegations"
    columns = ["principal", "delegate", "starts_on", "ends_on", "reason", "memberships"]
    search = ["principal__name", "principal__username", "delegate__name", "delegate__username", "reason"]
    filters = ["principal", "delegate"]
    match = [("principal", "delegate", "starts_on")]
    reference = "reason"
    select = ["principal", "delegate", "organisation"]
    intro = _("Who stands in for whom while away. Everybody sets their own under “My work”; an administrator may set it "
              "for others.")

    def prepare(self, values, row, cells, lookup):
        """The node that covers what is passed on, by which it is known who administers here."""
        from guatu.kernel.delegation import covering, delegable

        principal = values.get("principal", row.principal_id if row is not None else None)
        if isinstance(principal, int):
            chosen = set(values.get("memberships") or ([] if row is None else row.memberships.values_list("pk", flat=True)))
            values["organisation"] = covering(
                held.organisation_id for held in delegable(principal) if not chosen or held.pk in chosen)
        return values


@register
class Sources(Resource):
    model = Source
    name = "sources"
    columns = ["code", "title", "kind", "published_on", "publisher"]
    search = ["code", "title", "publisher"]
    filters = ["kind"]


def document_kinds():
    from guatu.kernel.documents import kinds_for

    return kinds_for(None)


@register
class Documents(Resource):
    model = Document
    name = "documents"
    columns = ["title", ("kind", {"kind": Choice, "choices": document_kinds})]
    search = ["title", "file_name"]
    filters = ["kind"]
    ordering = ["-id"]
    match = []
    reference = "title"
    made_by_hand = False
    intro = _("Documents are added on the page of the row they belong to.")


@register
class Calendars(Resource):
    model = CalendarNotice
    name = "calendars"
    columns = ["year", "title", "valid_on", "holidays", "workdays", "note", "source"]
    shown = ["year", "title", "valid_on", "note"]
    search = ["title"]
    match = [("year",)]
    reference = "year"
    select = ["source"]


@register
class ExchangeRates(Resource):
    model = ExchangeRate
    name = "exchange_rates"
    columns = ["currency", "valid_on", "cny_per_unit", "note", "source"]
    search = ["currency", "note"]
    filters = ["currency"]
    match = [("currency", "valid_on")]
    reference = "currency"
    select = ["source"]


@register
class ParameterValues(Resource):
    model = ParameterValue
    name = "parameter_values"
    columns = ["key", "organisation", "valid_on", "value", "note", "source"]
    search = ["key", "note"]
    filters = ["organisation"]
    match = [("key", "organisation", "valid_on")]
    reference = "key"
    select = ["organisation", "source"]
