"""Writes of zones and where they lie."""

from __future__ import annotations

import hashlib

from django.utils.translation import gettext as _

from guatu.kernel import actions, documents
from guatu.kernel.changes import Change, Refusals
from guatu.kernel.errors import Faulty
from guatu.kernel.models import Source
from guatu.kernel.scope import Actor
from guatu.parks.models import ZoneGeometry
from guatu.parks.queries import Matched, geometries_now


def load_geometry(actor: Actor, upload, rows: list[Matched], datum: str, title: str, publisher: str = "") -> int:
    """Records the geometry of the matched zones with a source that carries the file itself; returns how many differed.

    A zone that had a geometry gets the new one from today. Raises Faulty when no feature matched a zone or the file
    cannot be kept, and Refusals when the actor may not write one of them; then no geometry was written.
    """
    found = [row for row in rows if row.zone is not None]
    if not found:
        raise Faulty("no_match", _("No feature of the file belongs to a zone here, so there is nothing to load. "
                                   "Choose the property that holds the zones' codes or names."), "file")
    upload.seek(0)
    code = f"geo-{hashlib.sha256(upload.read()).hexdigest()[:12]}"
    source = Source.everything.filter(code=code, withdrawn=False).first()
    present = geometries_now([row.zone.pk for row in found])
    note = _("geometry of zones from “%s”") % upload.name
    checked = actions.check(actor, _changes(found, present, datum, source.pk if source else None))
    if checked.problems:
        raise Refusals(checked.problems)
    if source is None:
        values = {"code": code, "title": title.strip()[:300] or upload.name[:300], "kind": "document",
                  "publisher": publisher.strip()[:200]}
        source = actions.create(actor, Source, values, note=note)
        kinds = documents.kinds_for(Source)
        documents.attach(actor, source, upload, source.title, kinds[0][0])
    changes = [change for change in _changes(found, present, datum, source.pk) if not actions.is_idle(change)]
    actions.write(actor, changes, note=note)
    return len(changes)


def _changes(rows: list[Matched], present: dict, datum: str, source: int | None) -> list[Change]:
    changes = []
    for row in rows:
        values = {"geometry": row.feature.geometry, "datum": datum, "simplified": row.feature.simplified, "source": source}
        if row.zone.pk in present:
            changes.append(Change("change", ZoneGeometry, values, row=present[row.zone.pk]))
        else:
            changes.append(Change("create", ZoneGeometry, {"organisation": row.zone.pk, **values}))
    return changes
