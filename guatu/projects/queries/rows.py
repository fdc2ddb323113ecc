"""One project's state as a row of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from guatu.kernel.bulk import chunks
from guatu.projects.choices import STAGES
from guatu.projects.models import ProjectState
from guatu.projects.queries.moment import Moment, moment

STAGE_LABELS = dict(STAGES)
COLUMNS = (
    "project_id",
    "code",
    "name",
    "zone_id",
    "chain_id",
    "unit_id",
    "officer_id",
    "batch_id",
    "batch__code",
    "declared_count",
    "investment_fen",
    "currency",
    "since",
    "precision",
    "not_later_than",
    "signature_id",
)


@dataclass(frozen=True)
class StateRow:
    project_id: int
    code: str
    name: str
    zone_id: int
    chain_id: int | None
    unit_id: int | None
    officer_id: int | None
    batch_id: int | None
    batch: str | None
    declared_count: int | None
    investment_fen: int | None
    currency: str
    since: date | None
    precision: str
    not_later_than: bool
    signature_id: int
    stage: str
    status: str
    investment_cny: Decimal | None

    @property
    def stage_label(self):
        if self.status == "paused":
            return _("paused")
        if self.status == "cancelled":
            return _("cancelled")
        return STAGE_LABELS.get(self.stage, _("unknown"))

    @property
    def since_text(self) -> str:
        """The day from which the stage counts; “≤” where the day is only an upper bound."""
        if self.since is None:
            return ""
        return f"≤{self.since.isoformat()}" if self.not_later_than else self.since.isoformat()

    def as_json(self) -> dict:
        return {
            "code": self.code,
            "name": self.name,
            "stage": self.stage or None,
            "since": self.since_text or None,
            "precision": self.precision or None,
            "investment_cny": self.investment_cny,
            "batch": self.batch,
        }


def read_rows(states, when: Moment) -> list[StateRow]:
    """State rows of a queryset of ProjectState, in its order; one query."""
    found = []
    for values in states.values_list(*COLUMNS):
        signature = when.signatures[values[-1]]
        found.append(
            StateRow(
                *values, stage=signature.stage, status=signature.status, investment_cny=when.cny(values[10], values[11])
            )
        )
    return found


def states_of(project_ids: list[int], as_of: date, known_at=None) -> dict[int, StateRow]:
    """The standing of these projects, which the caller has found visible; constant queries for one page of rows."""
    when = moment(as_of, known_at)
    found = {}
    for chunk in chunks(project_ids):
        rows = ProjectState.objects.filter(
            project_id__in=chunk,
            valid_from__lte=as_of,
            valid_to__gt=as_of,
            recorded_from__lte=when.recording,
            recorded_to__gt=when.recording,
        )
        found |= {row.project_id: row for row in read_rows(rows, when)}
    return found
