"""What a reader wants to know first: where the project stands, what keeps it, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from guatu.kernel.commitments import Lit
from guatu.kernel.models import User
from guatu.kernel.rules.days import Precision, format_day
from guatu.kernel.rules.light import Light
from guatu.kernel.scope import Scope
from guatu.projects.choices import STAGES
from guatu.projects.pages.asked import Asked
from guatu.projects.pages.light_words import Explained, explain
from guatu.projects.pages.project_known import converted, money_in_yuan
from guatu.projects.pages.project_line import name_of_promise
from guatu.projects.pages.project_words import Mark, Words
from guatu.projects.pages.rights import Rights
from guatu.projects.queries.project import ProjectPage
from guatu.projects.rules.stages import RUNNING

#: Overdue promises named among the obstacles; the milestones list them all.
MOST_URGENT = 4
PRECISIONS = ("month", "quarter", "half", "year")


@dataclass(frozen=True)
class Headline:
    """The line of figures under the name. `worst` is the most urgent promise that is not done."""

    stage: str
    since: str
    precision: str
    stage_source: Mark | None
    status: str
    worst: Explained | None
    worst_record: int | None
    open_promises: int
    overdue: int
    following_code: str
    following: str
    following_due: str
    missing: int
    investment: str
    converted: str
    money_source: Mark | None
    unit: tuple[str, str] | None
    officer: str
    officer_phone: str
    chain: tuple[str, str] | None
    zone: tuple[str, str] | None
    batch: tuple[str, str] | None


@dataclass(frozen=True)
class Obstacle:
    """One thing in the way: what, since when, who answers for it, and where it is mended."""

    what: str
    since: str = ""
    who: str = ""
    url: str = ""
    action: str = ""
    light: Light | None = None


@dataclass(frozen=True)
class Ahead:
    """A stage that may come next, with what is missing before it and the day promised for it."""

    stage: str
    label: str
    missing: list[Obstacle]
    due: str = ""
    light: Light | None = None
    record_url: str = ""
    promise_url: str = ""


@dataclass(frozen=True)
class Obstacles:
    """`urgent` is in the way now (paused, overdue, reported problems); `ahead` are the next stages with their gates."""

    urgent: list[Obstacle] = field(default_factory=list)
    ahead: list[Ahead] = field(default_factory=list)
    is_last: bool = False


def is_open(lit: Lit) -> bool:
    return not lit.light.is_done


def day_words(day: date | None, precision: str, not_later_than: bool = False) -> str:
    if day is None:
        return ""
    text = format_day(day, Precision(precision or "day"))
    return f"≤{text}" if not_later_than else text


def headline(page: ProjectPage, words: Words, own: Rights, scope: Scope) -> Headline:
    state, facts, standing = page.state, page.facts, page.standing
    opened = [lit for lit in page.lights if is_open(lit)] if own.see_milestones else []
    worst = opened[0] if opened else None
    reached = next((step.event for step in page.track if step.state == "current"), None)
    following = page.next_stages[0] if page.next_stages and page.facts else None
    due = next((lit for lit in page.lights if following and lit.state.code == following.stage), None)
    officer = words.row(User, facts["officer"]) if facts else None
    origin = facts.origins.get("investment") if facts else None
    return Headline(
        stage=str(dict(STAGES).get(standing.stage, _("stage unknown"))),
        since=day_words(standing.since, standing.precision, standing.not_later_than),
        precision=standing.precision if standing.precision in PRECISIONS else "",
        stage_source=words.source(reached.source_id) if reached is not None else None,
        status=str(state.stage_label) if state is not None and standing.status != RUNNING else "",
        worst=explain(worst, name_of_promise(worst.state.code, worst.state.title)) if worst else None,
        worst_record=worst.state.subject_id if worst else None,
        open_promises=len(opened),
        overdue=sum(str(lit.light.colour) == "red" for lit in opened),
        following_code=following.stage if following else "",
        following=following.label if following else "",
        following_due=day_words(due.state.due_on, due.state.due_precision) if due and own.see_milestones else "",
        missing=len(following.blockers) if following else 0,
        investment=money_in_yuan(facts) if facts else "",
        converted=converted(facts) if facts else "",
        money_source=words.source(origin.source_id) if origin is not None else None,
        unit=words.reference("unit", facts["unit"]) if facts else None,
        officer=str(officer) if officer else "",
        officer_phone=officer.phone if officer and scope.may("users") else "",
        chain=words.reference("chain", facts["chain"]) if facts else None,
        zone=words.reference("zone", facts["zone"]) if facts else None,
        batch=words.reference("batch", facts["batch"]) if facts else None,
    )


def track(page: ProjectPage, words: Words) -> list[dict]:
    """The nine stages as a line. The day ahead is the present promise, else the plan."""
    promised = {lit.state.code: lit for lit in page.lights if lit.state.code}
    states = {"past": "reached", "current": "present", "ahead": "ahead"}
    found = []
    for step in page.track:
        lit = promised.get(step.stage)
        planned = ""
        if step.state == "ahead" and lit is not None:
            planned = day_words(lit.state.due_on, lit.state.due_precision)
        elif step.state == "ahead" and step.planned is not None:
            planned = day_words(step.planned.valid_on, step.planned.precision)
        event = step.event if step.state != "ahead" else None
        found.append({
            "stage": step.stage,
            "label": step.label,
            "state": states[step.state],
            "reached": day_words(event.valid_on, event.precision, event.not_later_than) if event else "",
            "source": words.source(event.source_id) if event else None,
            "planned": planned,
            "light": lit.light if lit is not None and step.state == "ahead" else None,
        })
    return found


def obstacles(page: ProjectPage, words: Words, address: Asked, own: Rights) -> Obstacles:
    """What is in the way of the project on the day shown. Actions are offered only on the present page."""
    if page.facts is None:
        return Obstacles()
    writable = address.is_present
    answers = _who_answers(page, words)
    urgent = _status(page, address, own, answers) + _problems(page, answers)
    if own.see_obstacles:
        urgent += [_raised(lit, answers) for lit in page.obstacles if is_open(lit)]
    if own.see_milestones:
        red = [lit for lit in page.lights if str(lit.light.colour) == "red"]
        urgent += [_overdue(lit, answers) for lit in red[:MOST_URGENT]]
        if len(red) > MOST_URGENT:
            rest = len(red) - MOST_URGENT
            more = ngettext("%d more promise has a red light.", "%d more promises have a red light.", rest) % rest
            urgent.append(Obstacle(more, url="#milestones", action=_("See them")))
    since = day_words(page.standing.since, page.standing.precision, page.standing.not_later_than)
    promised = {lit.state.code: lit for lit in page.lights if lit.state.code and is_open(lit)}
    ahead = []
    for following in page.next_stages:
        missing = []
        for blocker, sentence in following.blockers:
            if blocker.kind == "field":
                fills = f"/r/projects/{page.project.pk}/edit/?next={address.path}#f-{blocker.name}"
                url, action = fills if own.edit and writable else "", _("Fill in")
            else:
                brings = address.query(document=blocker.name) + "#documents"
                url, action = brings if own.add_documents and writable else "", _("Add the document")
            missing.append(Obstacle(sentence, since, answers, url, action))
        lit = promised.get(following.stage) if own.see_milestones else None
        may = own.record and writable
        ahead.append(Ahead(
            following.stage,
            following.label,
            missing,
            day_words(lit.state.due_on, lit.state.due_precision) if lit else "",
            lit.light if lit else None,
            address.query(event=following.stage, kind=None) + "#record" if may and not missing else "",
            address.query(event=following.stage, kind="planned") + "#record" if may and lit is None else "",
        ))
    return Obstacles(urgent, ahead, not page.next_stages)


def _who_answers(page: ProjectPage, words: Words) -> str:
    unit = words.reference("unit", page.facts["unit"])
    officer = words.row(User, page.facts["officer"])
    return " · ".join(str(one) for one in (unit[0] if unit else None, officer) if one)


def _status(page: ProjectPage, address: Asked, own: Rights, answers: str) -> list[Obstacle]:
    standing = page.standing
    if standing.status == RUNNING or page.state is None:
        return []
    event = next((row for row in reversed(page.file.standing_events) if row.event == standing.status), None)
    what = {"paused": _("The project is paused."), "cancelled": _("The project is cancelled.")}[standing.status]
    if event is not None and event.note:
        what = f"{what} {event.note}"
    may = own.record and address.is_present
    return [Obstacle(
        what, day_words(standing.status_since, event.precision if event else "day"), answers,
        address.query(event="resumed", kind=None) + "#record" if may else "", _("Record that it resumed"),
    )]


def _problems(page: ProjectPage, answers: str) -> list[Obstacle]:
    """What the newest progress report says is in the way."""
    last = page.file.progress[-1] if page.file.progress else None
    if last is None or last.status == "normal":
        return []
    what = _("%(status)s: %(problem)s") % {"status": last.get_status_display(), "problem": last.problem or "—"}
    return [Obstacle(what, day_words(last.valid_on, last.precision), answers, "#time", _("See the report"))]


def _raised(lit: Lit, answers: str) -> Obstacle:
    """An obstacle that somebody raised and nobody has resolved yet, with its due day."""
    state = lit.state
    owner = " · ".join(str(one) for one in (state.owner_unit, state.owner) if one is not None)
    what = _("%(title)s (to be cleared by %(day)s)") % {
        "title": state.title, "day": day_words(state.due_on, state.due_precision)}
    return Obstacle(what, "", owner or answers, f"#obstacle-{state.subject_id}", _("See the obstacle"), lit.light)


def _overdue(lit: Lit, answers: str) -> Obstacle:
    state = lit.state
    days = -lit.light.slack_workdays
    name = name_of_promise(state.code, state.title)
    what = (
        ngettext("“%(name)s” is %(days)d working day over.", "“%(name)s” is %(days)d working days over.", days)
        % {"name": name, "days": days}
        if days > 0 else _("“%s” has a red light.") % name
    )
    owner = " · ".join(str(one) for one in (state.owner_unit, state.owner) if one is not None)
    return Obstacle(
        what, day_words(state.due_on, state.due_precision), owner or answers, f"#milestone-{state.subject_id}",
        _("See the light"), lit.light,
    )
