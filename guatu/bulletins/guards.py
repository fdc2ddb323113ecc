"""Rules of bulletins, asked on every write, whatever the door: what is issued stays as it is."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.bulletins.actions import digest
from guatu.bulletins.choices import DRAFT, ISSUED, TEMPLATE_KIND, WITHDRAWN
from guatu.bulletins.models import Bulletin
from guatu.bulletins.rules.content import Content
from guatu.bulletins.rules.layout import lay_out, plain
from guatu.bulletins.word import template_fault
from guatu.kernel import documents
from guatu.kernel.changes import Batch, Change
from guatu.kernel.codes import give_codes
from guatu.kernel.errors import Faulty, Forbidden
from guatu.kernel.models import Document, Organisation
from guatu.kernel.permission import granted
from guatu.kernel.registry import fill, guard

#: What a draft is about; another question is another draft.
FIXED = {"zone", "unit", "language", "as_of", "since", "series", "corrects"}
#: The columns that withdrawing an issued bulletin states.
WITHDRAWING = {"state", "withdrawal_reason"}


@guard(Bulletin)
def bulletins(batch: Batch) -> None:
    give_codes(batch, Bulletin, "TB")
    for change in batch.of(Bulletin):
        if change.op == "create":
            _created(batch, change)
        elif change.row.state == DRAFT:
            _draft_changed(batch, change)
        else:
            _frozen(batch, change)


def _created(batch: Batch, change: Change) -> None:
    if not change.values.get("generated") or change.values.get("state", DRAFT) != DRAFT:
        batch.refuse(change, Faulty("bulletin_by_hand", _(
            "A bulletin is drafted on the page of bulletins, from the rows; it cannot be entered by hand or by a sheet."),
            "title"))
        return
    corrected = change.values.get("corrects")
    if corrected and not Bulletin.everything.filter(pk=corrected, state__in=(ISSUED, WITHDRAWN)).exists():
        batch.refuse(change, Faulty("corrects_draft", _(
            "Only an issued bulletin is corrected by another one. Edit the draft instead."), "corrects"))
    if change.values["as_of"] > timezone.localdate():
        batch.refuse(change, Faulty("as_of_future", _(
            "A bulletin as of %s would tell of a day that is still to come. Choose today or an earlier day.")
            % change.values["as_of"], "as_of"))


def _draft_changed(batch: Batch, change: Change) -> None:
    if change.op == "withdraw":
        return
    state = change.values.get("state", DRAFT)
    if state == DRAFT:
        if FIXED & change.values.keys():
            batch.refuse(change, Faulty("figures_by_hand", _(
                "Zone, unit, days and language of a draft are not edited. Draft another one."), "as_of"))
        return
    if state == WITHDRAWN:
        batch.refuse(change, Faulty("withdrawn_draft", _("A draft is discarded, not withdrawn."), "state"))
        return
    if not granted(batch, change, "issue"):
        batch.refuse(change, Forbidden("may_not_issue", _(
            "Your role does not allow issuing “%s”. Ask the supervision office.") % change.row))
    text = plain(lay_out(Content.from_json(change.after("generated")), change.after("edits"), change.after("title")))
    if change.after("text") != text or change.after("sha256") != digest(text):
        batch.refuse(change, Faulty("text_differs", _(
            "The text to be issued is not the draft's. Open the draft again and issue it from its page."), "text"))
    if change.after("number") is None or change.after("issued_on") is None:
        batch.refuse(change, Faulty("no_number", _("A bulletin is issued on its own page, which numbers it."), "state"))


def _frozen(batch: Batch, change: Change) -> None:
    row = change.row
    withdraws = (
        change.op == "change" and row.state == ISSUED and change.values.get("state") == WITHDRAWN
        and change.values.keys() <= WITHDRAWING
    )
    if not withdraws:
        batch.refuse(change, Forbidden("bulletin_frozen", _(
            "“%s” has been issued and never changes. Draft a correction that refers to it.") % row))
    elif not granted(batch, change, "issue"):
        batch.refuse(change, Forbidden("may_not_issue", _(
            "Your role does not allow withdrawing “%s”. Ask the supervision office.") % row))


@fill("documents.kinds")
def kinds_of_organisations(model=None):
    """Kinds of document that lie with an organisation; for any row (None) this app's own."""
    own = [(TEMPLATE_KIND, gettext_lazy("Word template of bulletins"))]
    return [*own, ("other", gettext_lazy("other"))] if model is Organisation else own if model is None else None


@guard(Document)
def templates(batch: Batch) -> None:
    """A Word template is kept only when it can be filled in, and only by those who may draft bulletins there."""
    for change in batch.of(Document):
        if change.after("kind") != TEMPLATE_KIND or change.op == "withdraw":
            continue
        if change.after("subject_type") != Organisation._meta.label_lower:
            batch.refuse(change, Faulty("template_place", _(
                "A template of bulletins lies with a zone. Upload it on the page of templates."), "kind"))
            continue
        if not granted(batch, change, "change", ["bulletins"]):
            batch.refuse(change, Forbidden("may_not_template", _(
                "Your role does not allow changing the template of bulletins. Ask the supervision office.")))
            continue
        fault = template_fault(documents.path_of(change.after("sha256")), change.after("file_name"))
        if fault is not None:
            batch.refuse(change, fault)
