"""The command of bulletins."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from guatu.kernel.command_line import Call, command, day_of, instant_of
from guatu.kernel.errors import Faulty


def _arguments(parser) -> None:
    parser.add_argument("--zone", metavar="Z", required=True, help=_("code of a zone"))
    parser.add_argument("--unit", metavar="U", help=_("code of a responsible unit: only its projects"))
    parser.add_argument("--as-of", metavar="D", help=_("the day asked about (default: today)"))
    parser.add_argument("--since", metavar="D", help=_("movement since the end of this day (default: the last bulletin's)"))
    parser.add_argument("--known-at", metavar="T", help=_("as known at this instant (default: now)"))
    parser.add_argument("--fresh", action="store_true", help=_("compute it even where one was issued for that day"))
    parser.add_argument("--out", metavar="F", help=_("file to write: F.docx or F.pdf"))


@command("bulletin", help=gettext_lazy("the bulletin of a zone as of a day, as text, Word or PDF"), arguments=_arguments)
def bulletin(call: Call) -> int:
    from guatu.bulletins import actions, queries
    from guatu.bulletins.links import Links
    from guatu.bulletins.pdf import pdf_file
    from guatu.bulletins.printing import printed
    from guatu.bulletins.rules.layout import lay_out, plain
    from guatu.bulletins.word import word_file
    from guatu.kernel import documents

    scope = call.actor.scope
    for resource in ("bulletins", "projects", "milestones"):
        scope.require(resource, "view")
    kind = _kind(call.arguments.out)
    asked = queries.asking(
        scope, call.zone, day_of(call.as_of, "--as-of"), unit=_unit(scope, call.unit),
        since=day_of(call.since, "--since") if call.since else None, known_at=instant_of(call.known_at, "--known-at"),
        language=get_language() if get_language() == "en" else "zh-hans")
    issued = None
    if not (call.fresh or call.since or call.known_at):
        issued = queries.issued_as_of(scope, asked.zone.pk, asked.unit_id, asked.as_of)
    if issued is not None:
        asked, content = actions.asking_of(issued), actions.content_of(issued)
        document = lay_out(content, issued.edits, issued.title)
        text, issuer = issued.text, issued.issuer
    else:
        issuer = actions.usual_issuer(call.actor, asked.zone, asked.language)
        content = queries.compute(scope, asked, issuer)
        document = lay_out(content, {})
        text = plain(document)
    written = ""
    if kind:
        context = printed(
            document, asked, issuer=issuer, number=actions.number_words(issued) if issued else "",
            issued_on=issued.issued_on if issued else None, state=issued.state if issued else "draft")
        if kind == "pdf":
            body = pdf_file(context, asked.known_at or datetime.combine(asked.as_of, datetime.min.time()))
        else:
            body = word_file(context, documents.path_of(found.sha256) if (found := queries.template_of(asked.zone)) else None)
        written = _write(Path(call.arguments.out), body)
    links = Links(asked)
    answer = {
        "zone": asked.zone.code,
        "unit": asked.unit.code if asked.unit else None,
        "as_of": asked.as_of,
        "since": asked.since,
        "known_at": timezone.localtime(asked.known_at) if asked.known_at else None,
        "state": issued.state if issued else "draft",
        "number": actions.number_words(issued) if issued else None,
        "title": document.title,
        "figures": {
            key: {"name": shown.name, "value": shown.value, "text": shown.text, "url": links.figure(key)}
            for key, shown in content.figures.items()
        },
        "text": text,
        "sha256": actions.digest(text),
        "file": written or None,
    }
    lines = [_("Written to %s") % written] if written else text.split("\n")
    return call.answer(answer, lines)


def _unit(scope, code: str | None) -> int | None:
    from guatu.kernel.errors import NotFound
    from guatu.kernel.registry import resource

    if code is None:
        return None
    found = resource("organisations").rows(scope).filter(code=code).first()
    if found is None:
        raise NotFound("no_unit", _("There is no organisation with the code “%s”.") % code, "--unit")
    return found.pk


def _kind(out: str | None) -> str:
    if out is None:
        return ""
    ending = Path(out).suffix.lower().lstrip(".")
    if ending not in ("docx", "pdf"):
        raise Faulty("out", _("“%s” ends neither in .docx nor in .pdf. Give --out a name with one of these endings.") % out,
                     "out")
    return ending


def _write(path: Path, body: bytes) -> str:
    """Complete or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(body)
        beside.replace(path)
    except OSError as fault:
        raise Faulty("file", _("“%(path)s” cannot be written: %(why)s.") % {"path": path, "why": fault.strerror or fault},
                     "out") from None
    finally:
        beside.unlink(missing_ok=True)
    return str(path)
