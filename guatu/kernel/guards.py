"""Rules of the kernel's own tables, asked on every write."""

from django.utils.translation import gettext as _

from guatu.kernel.changes import Batch, Change
from guatu.kernel.errors import Faulty, Forbidden
from guatu.kernel.models import CalendarNotice, ExchangeRate, Membership, Organisation, ParameterValue, User
from guatu.kernel.parameters import definitions
from guatu.kernel.registry import guard
from guatu.kernel.rules.cells import suggest
from guatu.kernel.scope import roles


@guard(Organisation)
def organisation_tree(batch: Batch) -> None:
    """No organisation hangs below itself."""
    parents = dict(Organisation.everything.values_list("id", "parent_id"))
    for change in batch.of(Organisation):
        if change.row is not None and "parent" in change.values:
            parents[change.row.pk] = change.values["parent"]
    for change in batch.of(Organisation):
        if change.row is None or "parent" not in change.values:
            continue
        node, seen = parents.get(change.row.pk), set()
        while node is not None and node not in seen:
            if node == change.row.pk:
                batch.refuse(
                    change,
                    Faulty("circle", _("“%s” would hang below itself. Choose another parent.") % change.row, "parent"),
                )
                break
            seen.add(node)
            node = parents.get(node) if isinstance(node, int) else None


@guard(Membership)
def membership_role(batch: Batch) -> None:
    """The role exists, and nobody gives a role that reaches further than their own administration."""
    for change in batch.of(Membership):
        role = change.after("role")
        if role not in roles():
            near = suggest(str(role), list(roles()))
            batch.refuse(
                change,
                Faulty(
                    "no_role",
                    _("There is no role “%(role)s”. The roles are: %(all)s.")
                    % {"role": role, "all": ", ".join(roles())}
                    + (_(" Did you mean “%s”?") % near if near else ""),
                    "role",
                ),
            )


@guard(User)
def user_name(batch: Batch) -> None:
    for change in batch.of(User):
        name = change.after("username")
        if isinstance(name, str) and (name != name.strip() or any(sign in name for sign in " ;/\\:")):
            batch.refuse(
                change,
                Faulty(
                    "user_name",
                    _("“%s” cannot be a user name: leave out spaces and the signs ; / \\ :.") % name,
                    "username",
                ),
            )
        own = change.op != "create" and batch.actor.user is not None and change.row.pk == batch.actor.user.pk
        if own and (change.values.get("is_active") is False or change.op == "withdraw"):
            batch.refuse(
                change,
                Forbidden(
                    "own_account", _("You cannot shut your own account. Ask another administrator."), "is_active"
                ),
            )


@guard(ParameterValue)
def parameter_key(batch: Batch) -> None:
    """The parameter exists, and its value is of the same kind as the default."""
    for change in batch.of(ParameterValue):
        key = change.after("key")
        if key not in definitions():
            near = suggest(str(key), list(definitions()))
            batch.refuse(
                change,
                Faulty(
                    "no_parameter",
                    _("There is no parameter “%s”.") % key + (_(" Did you mean “%s”?") % near if near else ""),
                    "key",
                ),
            )
            continue
        default = definitions()[key].values[-1].value
        value = change.after("value")
        if (type(value) is not type(default) and not (isinstance(value, int) and isinstance(default, float))) or (isinstance(default, list) and default and not all(isinstance(item, type(default[0])) for item in value)):
            batch.refuse(
                change,
                Faulty(
                    "parameter_kind",
                    _("The value of “%(key)s” must look like %(default)s.") % {"key": key, "default": default},
                    "value",
                ),
            )
        elif isinstance(value, int) and not isinstance(value, bool) and not 0 <= value <= 10**12:
            batch.refuse(
                change, Faulty("parameter_range", _("The value of “%s” must lie between 0 and 1,000,000,000,000.") % key, "value")
            )


@guard(ExchangeRate)
def rate_positive(batch: Batch) -> None:
    for change in batch.of(ExchangeRate):
        rate = change.after("cny_per_unit")
        if rate is not None and rate <= 0:
            batch.refuse(change, Faulty("rate", _("An exchange rate must be above zero."), "cny_per_unit"))


@guard(CalendarNotice)
def calendar_days(batch: Batch) -> None:
    """Days off and make-up days lie in the notice's year or close to it, none of them both."""
    from datetime import date

    for change in batch.of(CalendarNotice):
        year = change.after("year")
        if not isinstance(year, int) or not 1900 <= year <= 2200:
            batch.refuse(change, Faulty("calendar_year", _("“%s” is not a year. Write it like 2027.") % year, "year"))
            continue
        lists = {}
        for name in ("holidays", "workdays"):
            try:
                lists[name] = [date.fromisoformat(day) for day in change.after(name)]
            except (TypeError, ValueError):
                batch.refuse(change, Faulty("calendar_day", _('The list of days must look like ["2027-01-01"].'), name))
                continue
            # The notice of 2019 already names days of December 2018, hence the reach of `rules.calendar.YearNotice`.
            strange = [
                day
                for day in lists[name]
                if not date(year - 1, 12, 1) <= day <= date(year + 1, 1, 31)
            ]
            if strange:
                batch.refuse(
                    change,
                    Faulty(
                        "calendar_year",
                        _("%(day)s lies neither in the notice's year %(year)s nor close to it.") % {"day": strange[0], "year": year},
                        name,
                    ),
                )
        if len(lists) == 2 and (both := set(lists["holidays"]) & set(lists["workdays"])):
            batch.refuse(
                change,
                Faulty("calendar_both", _("%s stands both as a day off and as a working day.") % min(both), "workdays"),
            )


def touched(change: Change, *names: str) -> bool:
    """Whether a change states any of the named fields."""
    return change.op == "create" or bool(set(names) & change.values.keys())
