"""Adding, changing, withdrawing and undoing."""

from __future__ import annotations

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from guatu.kernel import actions
from guatu.kernel import undo as undoing
from guatu.kernel.changes import Change, Refusals
from guatu.kernel.errors import Forbidden, Refused
from guatu.kernel.recording import head
from guatu.kernel.registry import resource as resource_named
from guatu.kernel.scope import Scope
from guatu.kernel.web.forms import RecordForm
from guatu.kernel.web.pages.lists import next_page
from guatu.kernel.web.session import actor_of, scope_of


@require_http_methods(["GET", "POST"])
def new(request, name: str):
    resource, scope = resource_named(name), scope_of(request)
    scope.require(name, "add")
    if not getattr(resource, "made_by_hand", True):
        raise Forbidden("not_by_hand", _("“%s” are not added here. Add them on the page of the row they belong to.")
                        % resource.label_plural)
    if request.method == "GET":
        return _form_page(request, RecordForm(resource, scope, initial=request.GET.dict()), head().number)
    return _save(request, RecordForm(resource, scope, data=request.POST))


@require_http_methods(["GET", "POST"])
def edit(request, name: str, record: int):
    resource, scope = resource_named(name), scope_of(request)
    scope.require(name, "change")
    row = resource.find(scope, record, "change")
    if request.method == "GET":
        return _form_page(request, RecordForm(resource, scope, row), head().number)
    return _save(request, RecordForm(resource, scope, row, request.POST))


def _form_page(request, form: RecordForm, planned_at: int, status: int = 200):
    context = {
        "form": form,
        "resource": form.resource,
        "row": form.row,
        "planned_at": planned_at,
        "next": next_page(request, ""),
    }
    return render(request, "kernel/form.html", context, status=status)


def _save(request, form: RecordForm):
    """Writes what the form asks for; every refusal brings the form back with all that was typed."""
    planned_at = _number(request.POST.get("planned_at", "")) or head().number
    change = form.change()
    if change is None:
        return _form_page(request, form, planned_at, 422)
    actor = actor_of(request)
    if actions.is_idle(change):
        messages.warning(request, _("Nothing was changed: what you entered is what stands already."))
        return redirect(next_page(request, _address(form.resource.name, form.row)))
    if "anyway" not in request.POST:
        batch = actions.check(actor, [change])
        if batch.problems:
            form.say_all(batch.problems)
            return _form_page(request, form, planned_at, 422)
        if batch.warnings:
            form.warn(batch.warnings)
            return _form_page(request, form, planned_at)
        change = form.change()
    try:
        number = actions.write(actor, [change], planned_at=planned_at)
    except Refusals as refused:
        form.say_all(refused.problems)
        return _form_page(request, form, planned_at, refused.status)
    except Refused as refused:
        form.say(refused)
        return _form_page(request, form, planned_at, refused.status)
    written = change.written or form.row
    say_done(request, _sentence(change, written), number, may_undo(scope_of(request), form.resource.name, change.op))
    return redirect(next_page(request, _address(form.resource.name, written)))


def _sentence(change: Change, written) -> str:
    return (_("“%s” was added.") if change.op == "create" else _("“%s” was changed.")) % written


def _address(name: str, row) -> str:
    return f"/r/{name}/{row.record_number}/"


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def say_done(request, sentence: str, number: int | None, undo: bool = True) -> None:
    """A message for the next page, with an Undo button when there is a recording that may be taken back."""
    messages.success(request, sentence, extra_tags=f"undo:{number}" if number is not None and undo else "")


def may_undo(scope: Scope, name: str, op: str) -> bool:
    return scope.may(name, {"create": "withdraw", "change": "change"}.get(op, "none"))


@require_http_methods(["GET", "POST"])
def withdraw(request, name: str, record: int):
    resource, scope = resource_named(name), scope_of(request)
    scope.require(name, "withdraw")
    row = resource.find(scope, record, "withdraw")
    context = {"resource": resource, "row": row, "planned_at": head().number, "reason": "", "errors": []}
    if request.method == "GET":
        return render(request, "kernel/withdraw.html", context)
    planned_at = _number(request.POST.get("planned_at", "")) or head().number
    context |= {"planned_at": planned_at, "reason": request.POST.get("reason", "")}
    try:
        actions.withdraw(actor_of(request), row, context["reason"], planned_at=planned_at)
    except Refusals as refused:
        context["errors"] = [str(problem.refused) for problem in refused.problems]
        return render(request, "kernel/withdraw.html", context, status=refused.status)
    except Refused as refused:
        context["errors"] = [str(refused)]
        return render(request, "kernel/withdraw.html", context, status=refused.status)
    messages.success(request, _("“%s” was withdrawn. Its history stays.") % row)
    return redirect(next_page(request, f"/r/{name}/"))


@require_POST
def undo(request, number: int):
    """Takes back what this person's recording wrote."""
    try:
        undoing.undo(actor_of(request), number)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The change was undone. Both stay in the history."))
    return redirect(next_page(request, "/"))
