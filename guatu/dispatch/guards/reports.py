"""Rules of opened months and of reports, asked on every write."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from guatu.dispatch.choices import REPORT_STATES
from guatu.dispatch.models import REPORTED, STAMPS, DispatchPeriod, ProgressReport
from guatu.dispatch.queries.ground import Ground
from guatu.dispatch.queries.owing import due_of, number
from guatu.dispatch.rules.months import parse_month
from guatu.dispatch.rules.steps import FACTUAL, REVIEWING, Step, WrongStep, step
from guatu.kernel import queries
from guatu.kernel.changes import Batch, Change
from guatu.kernel.errors import Faulty, Forbidden
from guatu.kernel.permission import granted
from guatu.kernel.registry import guard
from guatu.kernel.rules.refusals import BadCell

STATES = dict(REPORT_STATES)
VERB = "dispatch.progressreport."


def step_of(change: Change) -> Step | None:
    """The step that the guard found a change to be."""
    name = change.verb.removeprefix(VERB)
    return Step(name) if change.model is ProgressReport and name in {*Step} else None


def title_of(month: str) -> str:
    """How a report is called in lists of promises; worded once, in the house's first language."""
    with override(settings.LANGUAGE_CODE):
        return _("Progress report of %s") % month


@guard(DispatchPeriod)
def periods(batch: Batch) -> None:
    """A month is written like 2026-11 and has a source; its due day moves with a reason, its zone and month never."""
    for change in batch.of(DispatchPeriod):
        if change.op == "withdraw":
            if change.row.reports.filter(withdrawn=False).exists():
                batch.refuse(change, Faulty("period_used", _(
                    "Reports are owed for “%s”, so it stays. Withdraw single reports that are not owed after all."
                ) % change.row))
            continue
        if change.row is None:
            month = read_month(batch, change)
            if month is None:
                continue
            if change.values.get("opened_on") is None:
                change.values["opened_on"] = timezone.localdate()
            if change.values.get("due_on") is None and isinstance(change.after("zone"), int):
                change.values["due_on"] = due_of(month, change.after("zone")).day
            if change.after("source") is None:
                batch.refuse(change, Faulty("period_source", _(
                    "A month is opened on the page of the monthly dispatch or with “guatu dispatch open”, "
                    "which also makes its source."), "source"))
            continue
        fixed(batch, change, ("zone", "month", "opened_on"))
        if "due_on" in change.values and not change.reason.strip() and not change.derived:
            batch.refuse(change, Faulty("move_reason", _(
                "Moving the due day of “%s” needs a reason. Say why.") % change.row, "due_on"))


def read_month(batch: Batch, change: Change):
    """The month a change states, kept in its one form; None after refusing it."""
    try:
        month = parse_month(change.after("month"))
    except BadCell:
        batch.refuse(change, Faulty("month", _("“%s” is not a month. Write it like 2026-11.")
                                    % str(change.after("month"))[:40], "month"))
        return None
    if change.after("month") != str(month):
        change.values["month"] = str(month)
    return month


def fixed(batch: Batch, change: Change, names: tuple[str, ...]) -> None:
    """Refuses another value for columns by which a row is what it is."""
    for name in names:
        field = change.model._meta.get_field(name)
        if name in change.values and change.values[name] != getattr(change.row, field.attname):
            batch.refuse(change, Faulty("fixed", _("“%(label)s” of “%(row)s” cannot be changed.") % {
                "label": field.verbose_name, "row": change.row}, name))


@guard(ProgressReport)
def reports(batch: Batch) -> None:
    """Reports are owed by opening a month; they go from step to step, and the first hand-in decides about lateness."""
    changes = [change for change in batch.of(ProgressReport) if not change.derived]
    ground = Ground(batch, changes)
    today = timezone.localdate()
    for change in changes:
        if change.op == "create":
            _owed(batch, change, ground)
        elif change.op == "withdraw":
            if change.row.done_on is not None:
                batch.refuse(change, Faulty("handed_in", _(
                    "“%s” was handed in, and what it says is recorded. Send it back for correction instead."
                ) % change.row))
        else:
            _stepped(batch, change, ground, today)


def _owed(batch: Batch, change: Change, ground: Ground) -> None:
    """A new report owes: month, due day, unit and owner come from its month and project."""
    values, period = change.values, ground.period(change.after("period"))
    if period is None:
        return  # a missing month is said by the check of values; one made in this batch brings all values along
    values["month"], values["title"] = period.month, title_of(period.month)
    if values.get("due_on") is None:
        values["due_on"] = period.due_on
    project = ground.projects.get(change.after("project"))
    if project is not None:
        values.setdefault("owner_unit", project.unit_id)
        values.setdefault("owner", project.officer_id)
    if change.after("state") != "owed" or (REPORTED | STAMPS) & {name for name in values if values[name]}:
        batch.refuse(change, Faulty("not_owed", _(
            "A report is first owed and then handed in. Add it without what it is to say."), "state"))


def _stepped(batch: Batch, change: Change, ground: Ground, today: date) -> None:
    values, row = change.values, change.row
    fixed(batch, change, ("project", "period", "month", "title"))
    says = bool(REPORTED & values.keys())
    try:
        found = step(row.state, values.get("state", row.state), says)
    except WrongStep as wrong:
        _wrong(batch, change, wrong)
        return
    if found is None:
        _kept_by_the_house(batch, change)
        _moved(batch, change)
        return
    right = ("review",) if found in REVIEWING else ("report", "change")
    if not any(granted(batch, change, verb) for verb in right):
        batch.refuse(change, Forbidden("step_forbidden", _(
            "Your role may not do this with “%s”: reports are handed in by the unit responsible and reviewed by the "
            "office.") % row, "state"))
    change.verb = VERB + found
    change.valid_on, change.correction = None, False  # a step is taken today, whatever day is given
    if found in FACTUAL:
        _hand_in(batch, change, ground, today)
    elif found is Step.SENT_BACK:
        _send_back(batch, change, today)
    elif found is Step.ACCEPTED:
        _stamp(change, accepted_on=today, reviewer=_user(batch), correct_by=None)


def _wrong(batch: Batch, change: Change, wrong: WrongStep) -> None:
    if wrong.before == wrong.after:
        sentence = _("“%s” is accepted, so it can no longer be changed. Ask the office to send it back.") % change.row
    elif wrong.after in ("returned", "accepted") and REPORTED & change.values.keys():
        sentence = _("A review changes nothing that “%s” says. Send it back with a reason, or accept it.") % change.row
    else:
        sentence = _("“%(report)s” is “%(before)s”, so it cannot become “%(after)s” now. Look at its present state.") % {
            "report": change.row, "before": STATES[wrong.before], "after": STATES.get(wrong.after, wrong.after)}
    batch.refuse(change, Faulty("wrong_step", sentence, "state"))


def _user(batch: Batch) -> int | None:
    return batch.actor.user.pk if batch.actor.user is not None else None


def _stamp(change: Change, **stamps) -> None:
    """What the house keeps by itself replaces whatever was given for it."""
    for name, value in stamps.items():
        change.values.pop(name, None)
        if getattr(change.row, change.model._meta.get_field(name).attname) != value:
            change.values[name] = value


def _hand_in(batch: Batch, change: Change, ground: Ground, today: date) -> None:
    row = change.row
    _stamp(change, submitted_on=today, done_on=row.done_on or today, reporter=_user(batch), correct_by=None,
           accepted_on=None, reviewer=None)
    progress, invested = change.after("progress"), change.after("invested_cny")
    if not progress:
        batch.refuse(change, Faulty("progress_missing", _("Say how the project goes forward."), "progress"))
    elif progress != "normal" and not (change.after("problem") or "").strip():
        batch.refuse(change, Faulty("problem_missing", _(
            "The project is not going well, so say what is in the way."), "problem"))
    if invested is None:
        batch.refuse(change, Faulty("invested_missing", _(
            "Give the investment completed in %s; write 0 if there was none.") % row.month, "invested_cny"))
    elif invested < 0:
        batch.refuse(change, Faulty("negative", _(
            "“%s” cannot be below zero. If too much was reported earlier, ask the office to send that month's report "
            "back.") % change.model._meta.get_field("invested_cny").verbose_name, "invested_cny"))
    else:
        _warn_of_amount(batch, change, ground, invested)
    for question in ground.unanswered(row):
        batch.refuse(change, Faulty("answer_missing", _("“%s” must be answered.") % question, f"question-{question.pk}"))


def _warn_of_amount(batch: Batch, change: Change, ground: Ground, invested) -> None:
    project, before = ground.projects.get(change.row.project_id), ground.invested_before(change.row)
    if project is None or project.investment is None or project.currency != "CNY" or "invested_cny" not in change.values:
        return
    if before + invested > project.investment:
        batch.warn(change, Faulty("beyond_plan", _(
            "With %(month)s the project would have completed %(sum)s of %(plan)s × 10,000 yuan planned. Check the amount "
            "and its unit.") % {"month": change.row.month, "sum": f"{(before + invested) / 10_000:,.2f}",
                                "plan": f"{project.investment / 10_000:,.2f}"}, "invested_cny"))


def _send_back(batch: Batch, change: Change, today: date) -> None:
    by = change.values.get("correct_by")
    if by is None:
        allowed = number("dispatch.correction_workdays", today, change.row.period.zone_id)
        by = queries.calendar().add_workdays(today, allowed).day
    _stamp(change, accepted_on=None, reviewer=_user(batch))
    change.values["correct_by"] = by
    if not change.reason.strip():
        batch.refuse(change, Faulty("reason_missing", _("Sending “%s” back needs a reason. Say what is to be corrected.")
                                    % change.row, "reason"))
    if by < today:
        batch.refuse(change, Faulty("correct_by", _("A correction cannot be due on %s, which is past.") % by, "correct_by"))


def _kept_by_the_house(batch: Batch, change: Change) -> None:
    for name in sorted((STAMPS | {"correct_by"}) & change.values.keys()):
        field = change.model._meta.get_field(name)
        if change.values[name] != getattr(change.row, field.attname):
            batch.refuse(change, Faulty("kept", _(
                "“%s” is kept by the house: it is set when a report is handed in or reviewed.") % field.verbose_name, name))


def _moved(batch: Batch, change: Change) -> None:
    if "due_on" not in change.values or change.values["due_on"] == change.row.due_on:
        return
    if change.values["due_on"] is None:
        batch.refuse(change, Faulty("due_missing", _("“%s” needs a due day.") % change.row, "due_on"))
    elif change.row.done_on is not None:
        batch.refuse(change, Faulty("handed_in", _(
            "“%s” was handed in; whether it was late no longer changes.") % change.row, "due_on"))
    elif not granted(batch, change, "move_due"):
        batch.refuse(change, Forbidden("move_forbidden", _(
            "Your role may not move a due day. Ask the supervision office."), "due_on"))
    elif not change.reason.strip() or not change.approver.strip():
        batch.refuse(change, Faulty("move_reason", _(
            "Moving the due day of “%s” needs a reason and the name of who approved it.") % change.row, "due_on"))
