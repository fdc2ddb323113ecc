"""What is done with bulletins: drafted, computed anew, edited, issued, withdrawn. Each is one recording."""

from __future__ import annotations

import hashlib
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.bulletins.choices import ISSUED, WITHDRAWN
from guatu.bulletins.models import Bulletin
from guatu.bulletins.queries import Asking, compute, following_number, template_of
from guatu.bulletins.queries.compute import instant_of
from guatu.bulletins.rules.content import Content, runs_as_json
from guatu.bulletins.rules.editing import EditFault, parse
from guatu.bulletins.rules.layout import lay_out, plain
from guatu.kernel import actions
from guatu.kernel.errors import Faulty
from guatu.kernel.models import Membership, Organisation
from guatu.kernel.scope import Actor, Scope, roles


def content_of(bulletin: Bulletin) -> Content:
    return Content.from_json(bulletin.generated)


def asking_of(bulletin: Bulletin) -> Asking:
    """The question that the bulletin's figures answer."""
    return Asking(
        bulletin.zone, bulletin.unit, bulletin.as_of, bulletin.since, bulletin.known_number,
        instant_of(bulletin.known_number), bulletin.language)


def number_words(bulletin: Bulletin) -> str:
    """第12期, or No. 12 of 2022; empty while it has no number. In the bulletin's language."""
    if bulletin.number is None:
        return ""
    if bulletin.language == "en":
        return f"No. {bulletin.number} of {bulletin.year}"
    return f"{bulletin.year}年第{bulletin.number}期"


def corrects_words(bulletin: Bulletin | None) -> str:
    """How a correction names the bulletin it corrects."""
    if bulletin is None:
        return ""
    if bulletin.language == "en":
        return f"“{bulletin.title}” ({number_words(bulletin)})"
    return f"《{bulletin.title}》（{number_words(bulletin)}）"


def text_of(bulletin: Bulletin) -> str:
    """The text as it stands: frozen once issued, before that made of content and edits."""
    return bulletin.text or plain(lay_out(content_of(bulletin), bulletin.edits, bulletin.title))


def usual_issuer(actor: Actor, zone: Organisation, language: str = "zh-hans") -> str:
    """The issuing office of the zone's last bulletin; else the actor's office, where the actor drafts for the zone; else
    the zone itself."""
    last = Bulletin.everything.filter(zone=zone, withdrawn=False, language=language).order_by("-id").first()
    if last is not None:
        return last.issuer
    if actor.user is not None:
        held = Membership.everything.filter(user_id=actor.user.pk, withdrawn=False, organisation=zone).order_by("id")
        for role in (roles().get(row.role) for row in held):
            if role is not None and "add" in role.grants.get("bulletins", frozenset()):
                return f"{zone.name}{role.label_zh}" if language != "en" else f"{zone.name}, {role.label_en}"
    return zone.name


def draft(actor: Actor, asked: Asking, *, issuer: str = "", corrects: Bulletin | None = None, note: str = "") -> Bulletin:
    """Records a draft computed over the whole zone. Raises Refusals when the actor may not draft there."""
    issuer = issuer.strip() or usual_issuer(actor, asked.zone, asked.language)
    content = compute(Scope.whole(), asked, issuer, corrects_words(corrects))
    return actions.create(
        actor, Bulletin,
        {
            "zone": asked.zone.pk, "unit": asked.unit_id, "title": content.title, "issuer": issuer,
            "language": asked.language, "as_of": asked.as_of, "since": asked.since, "known_number": asked.recording,
            "series": Bulletin.series_of(asked.zone.pk, asked.unit_id), "generated": content.as_json(),
            "corrects": corrects.pk if corrects is not None else None,
        },
        note=note,
    )


def correct(actor: Actor, bulletin: Bulletin, recording: int) -> Bulletin:
    """Drafts the correction of an issued bulletin: the same days, by what is known at `recording`."""
    return draft(actor, asking_of(bulletin).at(recording), issuer=bulletin.issuer, corrects=bulletin)


def refresh(actor: Actor, bulletin: Bulletin, recording: int, dropped: frozenset[str], planned_at: int) -> Bulletin:
    """Computes a draft anew by what is known at `recording`; edits stay apart from those of the `dropped` sections."""
    asked = asking_of(bulletin).at(recording)
    content = compute(Scope.whole(), asked, bulletin.issuer, corrects_words(bulletin.corrects))
    edits = {key: edit for key, edit in bulletin.edits.items() if key not in dropped}
    values = {"known_number": recording, "generated": content.as_json(), "edits": edits}
    if bulletin.title == content_of(bulletin).title:
        values["title"] = content.title
    return actions.change(actor, bulletin, values, planned_at=planned_at, reason=_("computed anew"))


def edits_of(bulletin: Bulletin, typed: dict[str, dict], dropped: str = "") -> dict:
    """What a person typed, by section {"heading", "text", "left_out"}, as edits: only what differs from the generated
    text. The section `dropped` takes the generated text again. Raises Faulty naming the section and the figure that cannot be read."""
    content = content_of(bulletin)
    edits = {}
    for section in content.sections:
        words = typed.get(section.key)
        if section.key == dropped:
            continue
        if words is None:
            kept = bulletin.edits.get(section.key)
        else:
            try:
                paragraphs = parse(words["text"], content)
            except EditFault as fault:
                raise Faulty(fault.code, _sentence(fault), section.key) from None
            kept = {}
            if paragraphs != section.paragraphs:
                kept["paragraphs"] = [runs_as_json(runs, content.figures) for runs in paragraphs]
            if words["heading"].strip() != section.heading:
                kept["heading"] = words["heading"].strip()[:100]
            if words.get("left_out"):
                kept["left_out"] = True
        if kept:
            edits[section.key] = kept
    return edits


def edit(
    actor: Actor, bulletin: Bulletin, title: str, typed: dict[str, dict], planned_at: int, dropped: str = "",
    issuer: str = "",
) -> Bulletin:
    """Keeps what a person typed, see `edits_of`; an empty title is the generated one. Another issuing office is put into
    the generated text too."""
    values = {"title": title.strip() or content_of(bulletin).title, "edits": edits_of(bulletin, typed, dropped)}
    issuer = issuer.strip()[:200]
    if issuer and issuer != bulletin.issuer:
        content = compute(Scope.whole(), asking_of(bulletin), issuer, corrects_words(bulletin.corrects))
        values |= {"issuer": issuer, "generated": content.as_json()}
    return actions.change(actor, bulletin, values, planned_at=planned_at, reason=_("the text was edited"))


def _sentence(fault: EditFault) -> str:
    if fault.code == "figure_differs":
        return _("“%(name)s” is %(computed)s, not %(typed)s. A figure cannot be changed by hand: correct the data behind it "
                 "and compute the draft anew, or write the number without braces.") % fault.params
    near = _(" Did you mean “%s”?") % fault.params["near"] if fault.params["near"] else ""
    return _("There is no figure “%(name)s” in this bulletin. Take one from the list beside the text.") % fault.params + near


def issue(actor: Actor, bulletin: Bulletin, on: date | None = None, planned_at: int | None = None) -> Bulletin:
    """Freezes the draft's text and gives it the next number of its series in the year of `on` (today)."""
    on = on or timezone.localdate()
    text = plain(lay_out(content_of(bulletin), bulletin.edits, bulletin.title))
    template = template_of(bulletin.zone)
    values = {
        "state": ISSUED, "issued_on": on, "issued_by": actor.user.pk if actor.user is not None else None, "year": on.year,
        "number": following_number(bulletin.zone_id, bulletin.unit_id, on.year), "text": text, "sha256": digest(text),
        "template_sha256": template.sha256 if template is not None else "",
    }
    return actions.change(actor, bulletin, values, planned_at=planned_at, reason=_("issued"))


def withdraw_issued(actor: Actor, bulletin: Bulletin, reason: str, planned_at: int | None = None) -> Bulletin:
    """Declares an issued bulletin void; its text and figures stay readable for ever."""
    if not reason.strip():
        raise Faulty("reason_missing", _("Withdrawing “%s” needs a reason. Say why it is void.") % bulletin, "reason")
    return actions.change(
        actor, bulletin, {"state": WITHDRAWN, "withdrawal_reason": reason.strip()}, planned_at=planned_at,
        reason=reason.strip())


def digest(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
