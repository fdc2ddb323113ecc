"""Gathers every translatable text of the source and brings the catalogue in step with it.

    python -m tools.messages          update guatu/site/locale/zh_Hans/LC_MESSAGES/django.po, list what lacks a translation
    python -m tools.messages --check  exit 1 when the catalogue lacks a text, has one too many, or breaks a placeholder

Uses Babel and Django only, so that no gettext programs are needed.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "guatu"
CATALOGUE = PACKAGE / "site" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    name: None
    for name in ("_", "gettext", "gettext_lazy", "gettext_noop", "N_")
} | {name: (1, 2) for name in ("ngettext", "ngettext_lazy")} | {name: ((1, "c"), 2) for name in ("pgettext", "pgettext_lazy")}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdfir%]|\{\w*\}")


def texts() -> dict[tuple[str | None, object], list[str]]:
    """Every (context, msgid) of the package with the files it stands in; plurals are (singular, plural) pairs."""
    found: dict[tuple[str | None, object], list[str]] = {}
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix not in (".py", ".html", ".txt") or {"vendor", "tests", "locale", "node_modules"} & set(path.parts):
            continue
        if path.suffix in (".html", ".txt") and "templates" not in path.parts:
            continue
        for context, message in _of(path):
            found.setdefault((context, message), []).append(str(path.relative_to(ROOT)))
    return found


def _of(path: Path):
    source = path.read_text(encoding="utf-8")
    for function, message in _in_python(source) if path.suffix == ".py" else _in_template(source):
        if function in ("pgettext", "pgettext_lazy"):
            yield message[0], message[1]
        elif function in ("ngettext", "ngettext_lazy"):
            yield None, (message[0], message[1])
        elif message[0]:
            yield None, message[0]


def _in_python(source: str):
    """(function, its literal texts) of each call that marks a text, those inside f-strings too."""
    for node in ast.walk(ast.parse(source)):
        name = isinstance(node, ast.Call) and (getattr(node.func, "id", "") or getattr(node.func, "attr", ""))
        if name in KEYWORDS:
            constants = [part.value for part in node.args if isinstance(part, ast.Constant)]
            literal = [value for value in constants if isinstance(value, str)]
            if len(literal) >= (1 if KEYWORDS[name] is None else 2):
                yield name, literal


def _in_template(source: str):
    from django.utils.translation.template import templatize

    # A template's indentation means nothing, but the Python reader would stumble over it.
    source = "\n".join(line.strip() for line in templatize(source).splitlines())
    for _line, function, message, _comments in extract_python(io.BytesIO(source.encode()), KEYWORDS, [], {}):
        yield function, message if isinstance(message, tuple) else (message,)


def catalogue() -> Catalog:
    if not CATALOGUE.exists():
        return Catalog(locale="zh_Hans", project="Guatu", charset="utf-8")
    with CATALOGUE.open("rb") as stream:
        return read_po(stream, locale="zh_Hans")


def faults() -> list[str]:
    """What keeps the catalogue from being complete: a sentence for each text concerned."""
    kept, wanted, said = catalogue(), texts(), []
    for (context, message), files in wanted.items():
        first = message[0] if isinstance(message, tuple) else message
        entry = kept.get(message, context) or kept.get(first, context)
        translated = entry.string if entry else ""
        translated = translated[0] if isinstance(translated, tuple) else translated
        if not translated or entry.fuzzy:
            said.append(f"{files[0]}: no translation of {first!r}")
        elif sorted(PLACEHOLDER.findall(first)) != sorted(PLACEHOLDER.findall(translated)) and not isinstance(message, tuple):
            said.append(f"{files[0]}: the translation of {first!r} has other placeholders: {translated!r}")
    ids = {(context, message) for context, message in wanted}
    for entry in kept:
        if entry.id and (entry.context, entry.id) not in ids:
            said.append(f"the catalogue holds {entry.id!r}, which stands nowhere in the source")
    return said


def update() -> Catalog:
    """Adds missing texts with an empty translation and drops those that stand nowhere; keeps translations."""
    kept = catalogue()
    fresh = Catalog(locale="zh_Hans", project="Guatu", version="0.1.0", charset="utf-8", fuzzy=False,
                    copyright_holder="the Guatu developers")
    for (context, message), files in texts().items():
        entry = kept.get(message, context)
        fresh.add(message, entry.string if entry else None, context=context,
                  locations=[(name, None) for name in sorted(set(files))[:3]])
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    with CATALOGUE.open("wb") as stream:
        write_po(stream, fresh, width=110, sort_output=True, omit_header=False, include_lineno=False)
    return fresh


def main() -> int:
    if "--check" not in sys.argv:
        update()
    said = faults()
    print("\n".join(said) or "The catalogue is complete.")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main())
