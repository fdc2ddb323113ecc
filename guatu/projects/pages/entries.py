"""What is written from a project's page: events, moved due days, lights set by hand, completions."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guatu.kernel import actions
from guatu.kernel.changes import Change, Refusals
from guatu.kernel.errors import NotFound, Refused
from guatu.kernel.registry import resource, resource_for
from guatu.kernel.web.forms import RecordForm
from guatu.kernel.web.pages.editing import may_undo, say_done
from guatu.kernel.web.session import actor_of, scope_of
from guatu.projects.choices import EVENT_LABELS
from guatu.projects.models import Project
from guatu.projects.pages.project import EVENT_FIELDS, show
from guatu.projects.pages.project_promises import MILESTONE_FORMS, Answered
from guatu.projects.pages.rights import FORM_VERBS, rights


def _project(request, record: int) -> Project:
    return resource("projects").find(scope_of(request), record)


def _seen(request) -> int | None:
    text = request.POST.get("planned_at", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _written(request, form: RecordForm, change: Change | None, sentence: str) -> bool:
    """Writes what the form asks for; a refusal is put beside the fields and gives False."""
    if change is None:
        return False
    op = change.op
    try:
        number = actions.write(actor_of(request), [change], planned_at=_seen(request))
    except Refusals as refused:
        form.say_all(refused.problems)
        return False
    except Refused as refused:
        form.say(refused)
        return False
    if number is None:
        messages.warning(request, _("Nothing was changed: what you entered is what stands already."))
    else:
        say_done(request, sentence, number, may_undo(scope_of(request), resource_for(change.model).name, op))
    return True


@require_POST
def record_event(request, record: int):
    """Records an event of the project: new progress, sourced history, or a plan."""
    project = _project(request, record)
    scope = scope_of(request)
    data = request.POST.dict()
    if not rights(scope, project).record_history:
        data["basis"] = "progress"
    form = RecordForm(resource("stage_events"), scope, data=data, only=EVENT_FIELDS)
    change = form.change()
    if change is not None:
        change.values["project"] = project.pk
    label = EVENT_LABELS.get(form.fields["event"].value, "")
    if _written(request, form, change, _("“%s” was recorded.") % label):
        return redirect("projects:project", record=project.pk)
    return show(request, project, Answered(event=form), status=422)


@require_POST
def change_milestone(request, record: int, milestone: int, form_name: str):
    """Moves a due day, sets a light by hand, or marks a milestone as done."""
    if form_name not in MILESTONE_FORMS:
        raise NotFound("no_form", _("There is no form “%s” on this page. Open the project again.") % form_name[:40])
    project = _project(request, record)
    scope = scope_of(request)
    row = resource("milestones").find(scope, milestone, FORM_VERBS[form_name])
    if row.project_id != project.pk:
        raise NotFound("no_row", _("This milestone does not belong to “%s”. Open the project again.") % project)
    data = {**request.POST.dict(), "holds": "from", "holds_from": timezone.localdate().isoformat()}
    if form_name == "done":
        # A completion holds from its own day on, so that an earlier day's light stays what it was.
        data["holds_from"] = data.get("done_on", "").strip() or data["holds_from"]
    form = RecordForm(resource("milestones"), scope, row, data=data, only=MILESTONE_FORMS[form_name])
    if _written(request, form, form.change(), _("“%s” was changed.") % row):
        return redirect("projects:project", record=project.pk)
    return show(request, project, Answered(milestones={row.pk: (form_name, form)}), status=422)
