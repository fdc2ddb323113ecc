"""The milestones of a project's page: each light explained, its moves with reasons, and the forms that change it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.translation import gettext as _

from guatu.kernel.registry import resource
from guatu.kernel.scope import Scope
from guatu.kernel.web.forms import RecordForm
from guatu.projects.models import Milestone, Project
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.light_words import Explained, explain
from guatu.projects.pages.project_line import Shown, in_words_of, name_of_promise
from guatu.projects.pages.project_words import Words
from guatu.projects.pages.rights import milestone_forms
from guatu.projects.queries.project import ProjectPage

MILESTONE_FORMS = {
    "move": ["due_on"],
    "override": ["override_colour", "override_from", "override_until", "override_reason"],
    "done": ["done_on"],
}


@dataclass
class Answered:
    """A form that was refused: which one it was, with what was typed and the sentences."""

    event: RecordForm | None = None
    milestones: dict[int, tuple[str, RecordForm]] = field(default_factory=dict)


@dataclass(frozen=True)
class ShownMilestone:
    """`story` tells how it was promised and moved, the newest first; `flip_url` is the page on the day it turns."""

    explained: Explained
    record: int
    owner: str
    story: list[Shown]
    flip_url: str
    forms: list[tuple[str, str, RecordForm, str, bool]]  # name, title, form, address, open

    @property
    def is_open(self) -> bool:
        return any(opened for *_rest, opened in self.forms)

    @property
    def is_done(self) -> bool:
        return self.explained.light.is_done


def shown_milestones(
    page: ProjectPage, words: Words, scope: Scope, answered: Answered, address: Asked
) -> list[ShownMilestone]:
    """The milestones as of the day, the most urgent first. Forms are offered only on the present page."""
    told = defaultdict(list)
    for entry in page.line:
        if entry.kind == "promise" and isinstance(entry.row, Milestone):
            told[entry.row.pk].append(entry)
    rows = {}
    if address.is_present:
        rows = {row.pk: row for row in page.file.standing_milestones}
    found = []
    for lit in page.lights:
        record = lit.state.subject_id
        flips = lit.light.flips_on
        found.append(ShownMilestone(
            explain(lit, name_of_promise(lit.state.code, lit.state.title)),
            record,
            " · ".join(str(one) for one in (lit.state.owner_unit, lit.state.owner) if one is not None),
            [in_words_of(entry, page.file, words) for entry in told[record]],
            address.query(as_of=flips, event=None, kind=None) + f"#milestone-{record}" if flips else "",
            _forms(rows.get(record), page.project, scope, answered),
        ))
    return found


def _forms(row: Milestone | None, project: Project, scope: Scope, answered: Answered) -> list[tuple]:
    """The forms of one milestone that this reader may use."""
    if row is None:
        return []
    may = milestone_forms(scope, project, row)
    offered = [
        ("move", _("Move the due day"), row.done_on is None),
        ("override", _("Set the light by hand"), row.done_on is None),
        ("done", _("Mark as done"), not row.event and row.done_on is None),
    ]
    refused_name, refused_form = answered.milestones.get(row.pk, ("", None))
    return [
        (
            name,
            title,
            refused_form
            if name == refused_name
            else RecordForm(resource("milestones"), scope, row, only=MILESTONE_FORMS[name]),
            reverse("projects:milestone", args=[project.pk, row.pk, name]),
            name == refused_name,
        )
        for name, title, fits in offered
        if fits and name in may
    ]
