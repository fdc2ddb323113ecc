"""The commands `guatu register …`: load the national register, and see what is loaded. Those of matching stand apart."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import yaml
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guatu.enterprises import matching_commands  # noqa: F401  (declares its command)
from guatu.kernel.command_line import Call, command, table
from guatu.kernel.errors import Faulty


def _import_arguments(parser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help=_("files of a register: CSV, Excel or Parquet"))
    parser.add_argument("--mapping", metavar="F", help=_("which column means what (YAML), instead of guessing it"))
    parser.add_argument("--save-mapping", metavar="F", help=_("write the mapping that was used to this file"))
    parser.add_argument("--rejects", metavar="F", help=_(
        "where rejected rows and cells left out are told (CSV; default: a file under GUATU_HOME/register)"))


@command("register", "import", help=gettext_lazy("load files of the national register"), arguments=_import_arguments)
def import_register(call: Call) -> int:
    from guatu.enterprises import actions
    from guatu.enterprises.register.reading import columns_for, headers_and_samples
    from guatu.enterprises.rules.register_columns import TEMPLATES, BadColumns, given

    paths = [Path(name) for name in call.files]
    chosen = None
    if call.mapping:
        try:
            chosen = given(yaml.safe_load(Path(call.mapping).read_text(encoding="utf-8")))
        except BadColumns as bad:
            raise Faulty(bad.code, _(TEMPLATES[bad.code]) % bad.words, "--mapping") from None
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
            raise Faulty("mapping_unreadable", _("The mapping “%(file)s” cannot be read: %(why)s.") % {
                "file": call.mapping, "why": str(fault).split("\n")[0]}, "--mapping") from None
    for path in paths:
        found = columns_for(path, chosen)
        headers, samples = headers_and_samples(path)
        call.say(path.name)
        for name, header in found.columns.items():
            place = headers.index(header)
            shown = " | ".join(row[place][:24] for row in samples if place < len(row))
            call.say(f"  {name} ← {header}: {shown}")
        for header in found.unused(headers):
            call.say("  " + _("not used: %s") % header)
        if call.save_mapping and path is paths[0]:
            Path(call.save_mapping).write_text(
                yaml.safe_dump(found.as_data(), allow_unicode=True, sort_keys=False), encoding="utf-8")
    loaded = actions.load_register(
        call.actor, paths, chosen, Path(call.rejects) if call.rejects else None, told=_Shown(call))
    data = loaded.as_data()
    lines = [
        _("%(rows)d rows read in %(seconds)s s: %(accepted)d accepted, %(rejected)d rejected.") % data,
        _("%(prepared_seconds)s s of these went into what is worked out of the register beforehand.") % data,
        _("%(added)d new, %(updated)d changed, %(unchanged)d unchanged; %(duplicates)d stood again and %(noted)d cells were "
          "left out.") % data,
    ]
    if loaded.reject_file:
        lines.append(_("What was rejected or left out, and why: %s") % loaded.reject_file)
    return call.answer(data, lines)


class _Shown:
    """How far an import has come, on stderr, at most every other second."""

    def __init__(self, call: Call):
        from guatu.kernel.jobs import STAGES

        self.call, self.stages = call, STAGES
        self.last = time.monotonic()

    def __call__(self, done: int, total: int, stage: str) -> None:
        if time.monotonic() - self.last >= 2 and sys.stderr is not None:
            self.last = time.monotonic()
            self.call.say(f"{self.stages[stage]} {100 * done // max(total, 1)} %")


@command("register", "status", help=gettext_lazy("what is loaded of the national register"))
def register_status(call: Call) -> int:
    from guatu.enterprises.register.dataset import REGISTER
    from guatu.enterprises.register.divisions import divisions
    from guatu.enterprises.register.queries import coverage

    call.actor.scope.require("enterprises", "view")
    found, snapshot = coverage(), REGISTER.snapshot()
    facts = snapshot.facts if snapshot else {}
    data = {
        "rows": found.rows, "last_day": found.last_day, "provinces": found.provinces, "snapshot": found.snapshot,
        "published_at": snapshot.published_at if snapshot else None,
        "files": [{name: one[name] for name in ("file", "sha256", "rows", "accepted", "rejected")} for one in facts.get("files", [])],
    }
    if snapshot is None:
        return call.answer(data, [_("No register is loaded yet. Load one: guatu register import FILE")])
    places = divisions()
    lines = [
        _("%(rows)d enterprises, registered until %(day)s; snapshot %(number)d of %(when)s.") % {
            "rows": found.rows, "day": found.last_day or "—", "number": found.snapshot,
            "when": snapshot.published_at.date().isoformat()},
        *table([_("code"), _("province"), _("rows")], [
            [code, places.name(code) if code != "00" else _("not known"), rows] for code, rows in found.provinces.items()]),
    ]
    return call.answer(data, lines)


def _show_arguments(parser) -> None:
    parser.add_argument("enterprise", metavar="KEY", help=_("key, unified social credit code or legal name of an enterprise"))


@command("register", "show", help=gettext_lazy("what the register says of an enterprise"), arguments=_show_arguments)
def register_show(call: Call) -> int:
    from guatu.enterprises.register.queries import called

    call.actor.scope.require("enterprises", "view")
    rows = called(call.enterprise)
    lines = [line for row in rows for line in (*(f"{name}: {value}" for name, value in row.items() if value is not None), "")]
    return call.answer(rows, lines)
