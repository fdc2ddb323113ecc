"""Bulletins on record: of a series, by number and day; and the Word templates of a zone."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, QuerySet

from guatu.bulletins.choices import DRAFT, ISSUED, TEMPLATE_KIND
from guatu.bulletins.models import Bulletin
from guatu.kernel.models import Document, Membership, Organisation
from guatu.kernel.models.people import zones_only
from guatu.kernel.scope import EVERYWHERE, Scope, roles, subtree


def _series(zone_id: int, unit_id: int | None) -> QuerySet[Bulletin]:
    return Bulletin.everything.filter(withdrawn=False, series=Bulletin.series_of(zone_id, unit_id))


def latest_before(zone_id: int, unit_id: int | None, as_of: date) -> Bulletin | None:
    """The last issued bulletin of the series that looked at a day before `as_of`."""
    return _series(zone_id, unit_id).filter(state=ISSUED, as_of__lt=as_of).order_by("-as_of", "-id").first()


def issued_as_of(scope: Scope, zone_id: int, unit_id: int | None, as_of: date) -> Bulletin | None:
    """The newest issued bulletin of the series for that very day within the reader's reach."""
    rows = Bulletin.objects.within(scope).filter(series=Bulletin.series_of(zone_id, unit_id))
    return rows.filter(state=ISSUED, as_of=as_of).order_by("-id").first()


def following_number(zone_id: int, unit_id: int | None, year: int) -> int:
    """The number that the next issued bulletin of the series gets in `year`."""
    numbered = Bulletin.everything.filter(series=Bulletin.series_of(zone_id, unit_id), year=year)
    return (numbered.aggregate(last=Max("number"))["last"] or 0) + 1


def has_any(zone_id: int, unit_id: int | None, as_of: date) -> bool:
    """Whether a draft or an issued bulletin of the series looks at that day already."""
    return _series(zone_id, unit_id).filter(as_of=as_of, state__in=(DRAFT, ISSUED)).exists()


def visible_since(scope: Scope, bulletin: Bulletin) -> list[Bulletin]:
    """The corrections of a bulletin that the reader may see, the newest first."""
    return list(Bulletin.objects.within(scope).filter(corrects=bulletin).order_by("-id"))


def templates_of(zone: Organisation) -> list[Document]:
    """Word templates that lie with the zone itself, the newest first."""
    return list(
        Document.everything.filter(
            subject_type=Organisation._meta.label_lower, subject_id=zone.pk, kind=TEMPLATE_KIND, withdrawn=False
        ).order_by("-id")
    )


def template_of(zone: Organisation) -> Document | None:
    """The newest template of the zone, else of the nearest organisation above it; None: the house's own is taken."""
    seen, node = set(), zone
    while node is not None and node.pk not in seen:
        seen.add(node.pk)
        if own := templates_of(node):
            return own[0]
        node = node.parent
    return None


def zones() -> list[Organisation]:
    """Every zone."""
    return list(Organisation.everything.filter(withdrawn=False, **zones_only()).order_by("code"))


def office_of(zone: Organisation) -> list[int]:
    """Users whose role is given bulletins to draft by name (the supervision office), over the zone."""
    drafting = [code for code, role in roles().items() if "change" in role.grants.get("bulletins", frozenset())]
    above, node = [], zone
    while node is not None and node.pk not in above:
        above.append(node.pk)
        node = node.parent
    held = Membership.everything.filter(withdrawn=False, role__in=drafting, organisation_id__in=above, user__is_active=True)
    return sorted(set(held.values_list("user_id", flat=True)))

def reaches_all(scope: Scope, zone: Organisation, unit_id: int | None) -> bool:
    """Whether the reader sees every project that the bulletin counts, by today's tree."""
    reach = scope.reach("projects")
    if reach == EVERYWHERE or (unit_id is not None and unit_id in reach):
        return True
    parents = dict(Organisation.everything.filter(withdrawn=False).values_list("id", "parent_id"))
    return subtree(parents, zone.pk) <= reach


def units_of(scope: Scope, zone: Organisation) -> list[tuple[int, str]]:
    """Organisations at or below the zone that are no zones themselves and that the reader may see: who can be a
    responsible unit there, by identity and name."""
    parents = dict(Organisation.everything.filter(withdrawn=False).values_list("id", "parent_id"))
    rows = Organisation.objects.within(scope).filter(pk__in=subtree(parents, zone.pk)).exclude(**zones_only())
    return list(rows.order_by("code").values_list("pk", "name")[:500])


def top_zone(scope: Scope) -> Organisation | None:
    """The zone that a reader's reach begins with: the first, by code, that lies in no other one."""
    rows = list(Organisation.objects.within(scope, "view", "zones").filter(**zones_only()).order_by("code"))
    known = {row.pk for row in rows}
    return next((row for row in rows if row.parent_id not in known), rows[0] if rows else None)
