"""A city with two zones that must know nothing of one another, and a row of every kind of record in each.

Texts of the southern rows hold MARK, so that a leak of any of them is found in whatever is answered to the north.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from itertools import count

from django.core.management import call_command
from django.db import models
from django.test import Client
from django.utils import timezone

from guatu.bulletins import actions as bulletin_actions
from guatu.bulletins import queries as bulletin_queries
from guatu.bulletins.models import Bulletin
from guatu.kernel import actions, documents
from guatu.kernel.choices import PRECISIONS
from guatu.kernel.errors import Refused
from guatu.kernel.models import Document, Membership, Organisation, User
from guatu.kernel.models.facts import BEGINNING, Fact, Stated
from guatu.kernel.recording import head
from guatu.kernel.registry import resources
from guatu.kernel.rules.refusals import Refusal
from guatu.kernel.scope import Actor, Scope
from guatu.projects.choices import STAGES

#: Letters that no page of the program holds by itself.
MARK = "KJQXZVS"
NORTH_MARK = "KJQXZVN"
PASSWORD = "correct-horse-battery-7"

#: Values without which a row of that kind cannot be written, by model.
GIVEN = {
    "projects.stageevent": {"event": STAGES[0][0], "basis": "history"},
    "parks.zonegeometry": {"geometry": {
        "type": "Polygon", "coordinates": [[[120.0, 36.0], [120.1, 36.0], [120.1, 36.1], [120.0, 36.0]]]}},
    "kernel.parametervalue": {"key": "projects.lights.yellow_workdays", "value": 15},
    "chains.mappingverdict": {"chain": "nd", "node": "tv", "verdict": "confirm", "role": "makes"},
    "enterprises.matchverdict": {"verdict": "different"},
    "outreach.lead": {"lost_reason": "", "node": "", "credit_code": "", "stage": "new"},
    "outreach.claim": {"credit_code": "", "ruling": ""},
    "outreach.targetlist": {"chain": "nd", "node": "tv"},
    "enterprises.zoneterritory": {"region_codes": "370211", "longitude": None, "latitude": None},
}
_next = count(1)


@dataclass
class TwoZones:
    city: Organisation
    north: Organisation
    south: Organisation
    system: Actor
    rows: dict[str, dict[type, Stated]] = field(default_factory=lambda: {"north": {}, "south": {}})
    #: Rows that everybody may see.
    shared: dict[type, Stated] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def of_south(self, model: type) -> Stated | None:
        return self.rows["south"].get(model)

    def client(self, user: str, **more) -> Client:
        client = Client(**more)
        client.force_login(self.users[user])
        client.cookies["django_language"] = "en"
        return client


def body_of(response) -> str:
    """What an answer says, also one that comes in pieces."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def owned() -> list:
    """Resources whose rows belong to somebody: those are what one zone must not see of another."""
    return [found for found in resources().values()
            if found.model.scope_paths is not None and found.model is not Organisation]


def build() -> TwoZones:
    """Everything is written through the one door where its rules allow that, and else put into the tables as it is."""
    system = Actor.system("setup")

    def organisation(code, name, kind, parent=None):
        return actions.create(system, Organisation, {
            "code": code, "name": name, "kind": kind, "parent": parent.pk if parent else None})

    city = organisation("city", "测试市", "city")
    zones = TwoZones(
        city,
        organisation("north", f"北区{NORTH_MARK}", "development_zone", city),
        organisation("south", f"南区{MARK}", "development_zone", city),
        system,
    )
    for side, zone, mark in (("north", zones.north, NORTH_MARK), ("south", zones.south, MARK)):
        unit = organisation(f"{side}-unit", f"局{mark}", "department", zone)
        zones.rows[side] |= {Organisation: unit}
        for name, role, place in ((side, "administrator", zone), (f"{side}-officer", "project_officer", zone)):
            zones.users[name] = _user(system, name, role, place)
        for resource in owned():
            if resource.model not in (Document, Bulletin):
                _row(zones, side, zone, mark, resource.model)
        _document(zones, side, mark)
        asked = bulletin_queries.asking(Scope.whole(), zone.code, date(2022, 6, 30))
        zones.rows[side][Bulletin] = bulletin_actions.draft(system, asked)
    zones.users["admin"] = _user(system, "admin", "administrator", city)
    zones.users["nobody"] = _user(system, "nobody", "", city)
    return zones


def _user(system: Actor, name: str, role: str, place: Organisation) -> User:
    user = actions.create(system, User, {"username": name, "name": name})
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    if role:
        actions.create(system, Membership, {"user": user.pk, "organisation": place.pk, "role": role})
    return User.everything.get(pk=user.pk)


def _document(zones: TwoZones, side: str, mark: str) -> None:
    from guatu.projects.models import Project

    upload = io.BytesIO(b"%PDF-1.4 " + mark.encode())
    upload.name, upload.size = f"{mark}.pdf", len(upload.getvalue())
    kind = documents.kinds_for(Project)[0][0]
    zones.rows[side][Document] = documents.attach(zones.system, zones.rows[side][Project], upload, f"文件{mark}", kind)[0]


def _row(zones: TwoZones, side: str, zone: Organisation, mark: str, model: type[Stated]) -> Stated:
    """The row of a model in a zone, made with the rows it refers to when it is not there."""
    kept = zones.rows[side]
    if model in kept:
        return kept[model]
    mark = mark if model.scope_paths is not None else "公用"
    values, links = {}, {}
    for entry in model.value_fields():
        if isinstance(entry, models.ManyToManyField):
            continue
        value = _value(zones, side, zone, mark, model, entry)
        if value is not None:
            (links if isinstance(value, models.Model) else values)[entry.name] = value
    values |= GIVEN.get(model._meta.label_lower, {})
    given = values | {name: row.pk for name, row in links.items()}
    if model.scope_paths is None:
        kept = zones.shared
    if model in kept:
        return kept[model]
    try:
        kept[model] = actions.create(zones.system, model, given)
    except (Refused, Refusal, AttributeError, TypeError):
        kept[model] = _put(model, values, links)
    return kept[model]


def _put(model: type[Stated], values: dict, links: dict) -> Stated:
    """A row that some rule would not let in, for tests that only ask whether it shows."""
    identity = (1 << 50) + next(_next)
    own = {"lineage": identity, "counts_from": BEGINNING} if issubclass(model, Fact) else {"last_recording": head().number}
    row = model(id=identity, **own, **values, **links)
    model.everything.bulk_create([row])
    return row


def _value(zones: TwoZones, side: str, zone: Organisation, mark: str, model: type, entry: models.Field):
    if isinstance(entry, models.ForeignKey):
        target = entry.related_model
        if target is Organisation:
            is_zone = bool(entry.get_limit_choices_to()) or entry.name in ("zone", "organisation")
            return zone if is_zone else zones.rows[side][Organisation]
        if target is User:
            return zones.users[side] if not entry.null or entry.name in ("owner", "officer") else None
        if target is model or (entry.null and target.scope_paths is None):
            return None
        return _row(zones, side, zone, mark, target)
    if entry.null and not isinstance(entry, models.CharField | models.TextField):
        return None
    if entry.choices:
        return next((code for code, _label in entry.flatchoices if code), "")
    if entry.name == "precision" or entry.name.endswith("_precision"):
        return PRECISIONS[0][0]
    if isinstance(entry, models.DateTimeField):
        return timezone.make_aware(datetime(2022, 6, 30))
    if isinstance(entry, models.DateField):
        return date(2022, 6, 30)
    if isinstance(entry, models.BooleanField):
        return False
    if isinstance(entry, models.DecimalField):
        return Decimal(1)
    if isinstance(entry, models.JSONField):
        return entry.get_default() if entry.has_default() else {}
    if isinstance(entry, models.IntegerField):
        return 2022
    if entry.name in ("sha256", "digest", "hash"):
        return f"{next(_next):064x}"
    if isinstance(entry, models.EmailField):
        return f"x{next(_next)}@example.org"
    text = f"{mark}{next(_next)}"
    return text[: entry.max_length] if isinstance(entry, models.CharField) else text


def kept(blocker) -> Iterator[TwoZones]:
    """The two zones for a whole module of tests, each of which is rolled back; they are slow to make."""
    with blocker.unblock():
        yield build()
        for database in ("default", "progress"):
            call_command("flush", database=database, verbosity=0, interactive=False)
