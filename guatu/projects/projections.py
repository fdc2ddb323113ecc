"""Where each project stood over both times, kept in step with its record, its events and its expected statistics entry."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from guatu.kernel.bulk import chunks
from guatu.kernel.models import BEGINNING, END_OF_TIME
from guatu.kernel.models.facts import Statement
from guatu.kernel.projections import Projection, numbers_of
from guatu.kernel.queries import in_order, statements_about, versions
from guatu.kernel.registry import projection
from guatu.kernel.values import read
from guatu.projects import choices
from guatu.projects.models import Milestone, Project, ProjectState, Signature, StageEvent
from guatu.projects.rules import lists
from guatu.projects.rules.stages import Event
from guatu.projects.rules.timeline import Piece, pieces

COPIED = ("zone", "unit", "team", "chain", "officer", "batch", "code", "name", "category", "declared_count", "currency")
READ = {name: (Project._meta.get_field(name), Project._meta.get_field(name).attname) for name in COPIED}
#: Events that decide where a project stands; milestones do not, except entry into statistics.
DECISIVE = [code for code, _label in choices.STAGES + choices.STATUS_EVENTS] + ["in_statistics"]


@projection
class ProjectStates(Projection):
    model = ProjectState
    subject_columns = ("project_id",)

    def concerned(self, row):
        if isinstance(row, Project):
            return [(row.pk,)]
        if isinstance(row, StageEvent) or (isinstance(row, Milestone) and row.event == "in_statistics"):
            return [(row.project_id,)]
        return []

    def all_subjects(self):
        return ((pk,) for pk in Project.everything.values_list("pk", flat=True).iterator())

    def recordings_of(self, subjects):
        ids = [pk for (pk,) in subjects]
        found = {subject: set() for subject in subjects}
        for pk, statements in statements_about(Project, ids).items():
            found[pk,] |= numbers_of(statement.id for statement in statements)
        for chunk in chunks(ids):
            for identity, pk in StageEvent.everything.filter(project_id__in=chunk).values_list("id", "project_id"):
                found[pk,] |= numbers_of([identity])
        for pk, statements in _expectation_statements(ids, None).items():
            found[pk,] |= numbers_of(statement.id for statement in statements)
        return found

    def timelines(self, subjects, known_limit):
        ids = [pk for (pk,) in subjects]
        statements = statements_about(Project, ids, known_limit)
        expected = _expectation_statements(ids, known_limit)
        events = actual_events(ids, known_limit)
        interned = Signatures()
        return {
            (pk,): [
                _row(piece, interned)
                for piece in pieces(
                    [(statement.counts_from, statement.values) for statement in in_order(statements.get(pk, []))],
                    events.get(pk, []),
                    _expectations(expected.get(pk, [])),
                    BEGINNING,
                    END_OF_TIME,
                )
            ]
            for pk in ids
        }


def actual_events(project_ids: list[int], known_limit: int | None = None) -> dict[int, list[Event]]:
    """Actual events that decide the standing, by project."""
    found: dict[int, list[Event]] = defaultdict(list)
    for chunk in chunks(sorted(set(project_ids))):
        rows = versions(StageEvent, known_limit, project_id__in=chunk, kind="actual", event__in=DECISIVE)
        for pk, *parts in rows.values_list(
            "project_id", "id", "event", "counts_from", "precision", "not_later_than", "returned"
        ):
            found[pk].append(Event(*parts))
    return found


def _expectation_statements(project_ids: list[int], known_limit: int | None) -> dict[int, list[Statement]]:
    owners = {}
    for chunk in chunks(sorted(set(project_ids))):
        owners |= dict(
            Milestone.everything.filter(project_id__in=chunk, event="in_statistics").values_list("pk", "project_id")
        )
    found: dict[int, list[Statement]] = defaultdict(list)
    if owners:
        for pk, statements in statements_about(Milestone, owners, known_limit).items():
            found[owners[pk]].extend(statements)
    return found


def _expectations(statements: list[Statement]) -> list[tuple]:
    """(day, year) from which statistics entry is expected in that year, in order."""
    found, due, withdrawn = [], None, False
    for statement in in_order(statements):
        due = statement.values.get("due_on", due)
        withdrawn = statement.values.get("withdrawn", withdrawn)
        found.append((statement.counts_from, int(due[:4]) if due and not withdrawn else 0))
    return found


class Signatures:
    """Identities of signatures, each row made when first met."""

    def __init__(self):
        self._ids: dict[tuple, int] | None = None

    def of(self, signature: lists.Signature) -> int:
        key = (
            signature.stage,
            signature.status,
            signature.stage_year,
            signature.in_statistics,
            signature.expected_year,
        )
        if self._ids is None:
            self._ids = {
                tuple(rest): pk
                for pk, *rest in Signature.objects.values_list(
                    "pk", "stage", "status", "stage_year", "in_statistics", "expected_year"
                )
            }
        if key not in self._ids:
            made = Signature.objects.create(
                stage=key[0], status=key[1], stage_year=key[2], in_statistics=key[3], expected_year=key[4]
            )
            self._ids[key] = made.pk
        return self._ids[key]


def _row(piece: Piece, interned: Signatures) -> dict:
    standing = piece.standing
    row = {attname: read(field, piece.values.get(name)) for name, (field, attname) in READ.items()}
    investment = piece.values.get("investment")
    return row | {
        "investment_fen": None if investment is None else int(Decimal(investment) * 100),
        "valid_from": piece.valid_from,
        "valid_to": piece.valid_to,
        "signature_id": interned.of(
            lists.Signature(
                stage=standing.stage or "",
                status=standing.status,
                stage_year=standing.since.year if standing.since else 0,
                in_statistics=standing.in_statistics,
                expected_year=piece.expected_year,
            )
        ),
        "since": standing.since,
        "precision": standing.precision,
        "not_later_than": standing.not_later_than,
    }
