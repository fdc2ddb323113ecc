"""Writes of editions: drafts of chains, and what is published of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.chains import catalogue
from guatu.chains.files import read_content
from guatu.chains.models import ChainDraft, ChainEdition
from guatu.chains.queries.editions import draft_of, edition, on_day
from guatu.chains.rules.editing import Data
from guatu.chains.rules.editions import as_data, difference
from guatu.chains.rules.graph import Chain, inspected
from guatu.chains.rules.problems import BadChain
from guatu.kernel import actions
from guatu.kernel.changes import Change
from guatu.kernel.errors import Conflict, Faulty, NotFound, Refused
from guatu.kernel.queries import versions
from guatu.kernel.rules.refusals import quote
from guatu.kernel.scope import Actor
from guatu.kernel.values import canonical, digest

#: A draft may grow to this many bytes, as a file may.
MOST_BYTES = 2**20


class NoDraft(NotFound):
    def __init__(self, code: str):
        super().__init__("no_draft", _(
            "The chain “%s” has no draft: it was published or thrown away. Open one on the chain's page of editions.")
            % quote(code))


def require_draft(code: str) -> ChainDraft:
    """The draft of a chain; raises NotFound."""
    found = draft_of(code)
    if found is None:
        raise NoDraft(code)
    return found


def open_draft(actor: Actor, code: str, number: int | None = None, *, latest: bool = True) -> ChainDraft:
    """A draft of a chain from the edition in force today, or (`latest` False) from the edition `number`, None being the file.

    A draft that is there already stays and is given back. Raises NotFound, Forbidden.
    """
    actor.scope.require("chain_editions", "add")
    present = draft_of(code)
    if present is not None:
        return present
    if latest:
        chain, _mark = on_day(code, timezone.localdate())
        body = None if chain is None else as_data(chain)
    else:
        row = edition(code, number)
        shipped = catalogue.shipped().get(code) if row is None else None
        body = row.body if row is not None else None if shipped is None else as_data(shipped)
    if body is None:
        raise NotFound("no_chain", _("There is no chain “%s” from which a draft could be opened. Upload its file.") % quote(code))
    return _opened(actor, code, number, body)


def upload_draft(actor: Actor, content: bytes, name: str, code: str | None = None) -> ChainDraft:
    """The draft of a chain as a YAML file says; a draft that is there is replaced. `code` None takes any chain.

    Raises BadChain with every problem of the file, Faulty for the file of another chain; then nothing was written.
    """
    actor.scope.require("chain_editions", "add")
    chain = read_content(content, name)
    if code is not None and chain.code != code:
        raise Faulty("other_chain", _(
            "The file “%(file)s” is of the chain “%(found)s”, not of “%(code)s”. Choose the file of this chain, or upload it on "
            "that chain's page.") % {"file": quote(name), "found": chain.code, "code": code}, "file")
    present = draft_of(chain.code)
    if present is None:
        return _opened(actor, chain.code, None, as_data(chain))
    return edit_draft(actor, chain.code, present.version, lambda _data: as_data(chain))


def edit_draft(actor: Actor, code: str, version: int, edit: Callable[[Data], Data]) -> ChainDraft:
    """The draft after an edit of `rules/editing.py`. `version` is that which the reader saw.

    Raises Conflict where somebody else has edited it since, Faulty for what the rules refuse, NotFound for a node or an
    edge that is not there; then nothing was written.
    """
    actor.scope.require("chain_editions", "add")
    draft = require_draft(code)
    if draft.version != version:
        raise _overtaken()
    try:
        body = edit(draft.body)
    except BadChain as bad:
        first = bad.problems[0]
        raise Faulty(first.code, first.sentence(_), first.field or None) from None
    except KeyError as lacking:
        raise NotFound("not_in_draft", _("“%s” is not in the draft any more. Look at the draft as it is now.") % quote(
            str(lacking.args[0]))) from None
    if len(canonical(body).encode()) > MOST_BYTES:
        raise Faulty("draft_large", _("With this the draft would be larger than a chain's file may be (1 MB). Shorten it."))
    changed = ChainDraft.objects.filter(pk=draft.pk, version=version).update(
        body=body, version=version + 1, edited_by=actor.user, edited_at=timezone.now())
    if not changed:
        raise _overtaken()
    return require_draft(code)


def discard_draft(actor: Actor, code: str, version: int) -> None:
    """Throws a draft away. Raises Conflict where somebody has edited it since."""
    actor.scope.require("chain_editions", "add")
    draft = require_draft(code)
    if draft.version != version or not ChainDraft.objects.filter(pk=draft.pk, version=version).delete()[0]:
        raise _overtaken()


def publish_draft(
    actor: Actor, code: str, version: int, effective_on: date, note: str, against: str | None = None
) -> ChainEdition:
    """Publishes the draft as the edition in force from a day; the draft goes.

    `against` is the mark (`queries.editions.on_day`) of the edition with which the reader compared it. Raises BadChain with
    every problem of the draft, Conflict where draft or edition are others by now, and as `publish`; then nothing was written.
    """
    draft = require_draft(code)
    if draft.version != version:
        raise _overtaken()
    chain, problems = inspected(draft.body, code)
    if problems or chain is None:
        raise BadChain(problems)
    made = publish(actor, chain, effective_on, note, against)
    ChainDraft.objects.filter(pk=draft.pk, version=version).delete()  # one that was edited in this moment stays
    return made


def publish_again(actor: Actor, code: str, number: int | None, effective_on: date, note: str) -> ChainEdition:
    """Puts an earlier edition (None: the file) in force again from a day. Raises as `publish`."""
    actor.scope.require("chain_editions", "add")
    row = edition(code, number)
    chain = catalogue.shipped().get(code) if row is None else inspected(row.body, code)[0]
    if chain is None:
        raise NotFound("no_chain", _("There is no chain “%s” from which a draft could be opened. Upload its file.") % quote(code))
    return publish(actor, chain, effective_on, note)


def publish(actor: Actor, chain: Chain, effective_on: date, note: str, against: str | None = None) -> ChainEdition:
    """A sound chain as the edition in force from a day until that of the next one. An edition of the same day is replaced;
    its history stays. Raises Faulty without a note or where nothing differs, Forbidden, Refusals, Conflict."""
    actor.scope.require("chain_editions", "add")
    if not note.strip():
        raise Faulty("note_missing", _("An edition needs a note. Say what it changes and why."), "note")
    present, mark = on_day(chain.code, effective_on)
    if against is not None and against != mark:
        raise Conflict("edition_overtaken", _(
            "On %s another edition is in force than the one with which you compared the draft. Nothing was published. Look at "
            "the difference again.") % effective_on.isoformat())
    if present is not None and difference(present, chain).is_empty:
        raise Faulty("nothing_differs", _(
            "On %s this is in force already: nothing differs. Change the draft, or throw it away.") % effective_on.isoformat())
    body = as_data(chain) | {"edition": effective_on.isoformat()}
    values = {"body": body, "sha256": digest(body), "note": note.strip()}
    same_day = versions(ChainEdition, chain=chain.code, valid_on=effective_on).first()
    change = (
        Change("change", ChainEdition, values, row=same_day) if same_day is not None
        else Change("create", ChainEdition, values | {"chain": chain.code, "valid_on": effective_on}))
    actions.write(actor, [change], note=_("Edition of the chain “%(chain)s” from %(day)s") % {
        "chain": chain.name, "day": effective_on.isoformat()})
    return change.written


def _opened(actor: Actor, code: str, base: int | None, body: Data) -> ChainDraft:
    try:
        with transaction.atomic():
            ChainDraft.objects.create(chain=code, base=base, body=body, edited_by=actor.user, edited_at=timezone.now())
    except IntegrityError:
        pass  # somebody else opened it in the same moment
    return require_draft(code)


def _overtaken() -> Refused:
    return Conflict("draft_overtaken", _(
        "Somebody else has edited this draft since you opened the page. Nothing of yours was kept. Look at the draft as it is "
        "now and make your change again."))
