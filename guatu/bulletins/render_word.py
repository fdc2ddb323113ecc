"""Fills in a Word template, in a process of its own: python render_word.py TEMPLATE OUT < context.json

A template comes from outside: its Jinja runs in a sandbox, reaches nothing but the plain values given, and may use only
so much time and memory. Prints one line of JSON: {"ok": true}, or {"ok": false, "place", "why"}.
"""

from __future__ import annotations

import json
import resource
import sys
import zipfile

CPU_SECONDS = 20
MOST_MEMORY = 2 << 30
MOST_UNPACKED = 80 << 20
MOST_PARTS = 2000


def limit_this_process() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def render(template: str, out: str, context: dict) -> dict:
    import jinja2
    from docxtpl import DocxTemplate
    from jinja2.sandbox import ImmutableSandboxedEnvironment, SecurityError

    if size := _unpacked(template):
        return {"ok": False, "place": "", "why": size}
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=jinja2.StrictUndefined)
    environment.globals = {}  # neither range nor cycler nor namespace: a template fills in what it is given
    try:
        document = DocxTemplate(template)
        document.render(context, environment)
        document.save(out)
    except jinja2.TemplateSyntaxError as fault:
        return {"ok": False, "place": _place(fault, document), "why": fault.message or "syntax"}
    except jinja2.UndefinedError as fault:
        return {"ok": False, "place": "", "why": fault.message or "undefined"}
    except SecurityError as fault:
        return {"ok": False, "place": "", "why": str(fault)}
    except MemoryError:
        return {"ok": False, "place": "", "why": "memory"}
    except Exception as fault:
        return {"ok": False, "place": "", "why": f"{type(fault).__name__}: {fault}"[:300]}
    return {"ok": True}


def _unpacked(template: str) -> str:
    """Why the file is not even opened; "" when it is a package of a usual size."""
    try:
        with zipfile.ZipFile(template) as package:
            parts = package.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                return "size"
            if "word/document.xml" not in package.namelist():
                return "docx"
            if any(b"<!DOCTYPE" in package.open(part).read(4096) for part in parts if part.filename.endswith((".xml", ".rels"))):
                return "doctype"
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, EOFError):
        return "docx"
    return ""


def _place(fault, document) -> str:
    """The words of the template around the fault."""
    import re

    source = getattr(fault, "docx_context", None)
    lines = [re.sub("<[^>]*>", "", line).strip() for line in source] if source else []
    return " … ".join(line for line in lines if line)[:160]


def main() -> None:
    limit_this_process()
    sys.stdout.write(json.dumps(render(sys.argv[1], sys.argv[2], json.load(sys.stdin))))


if __name__ == "__main__":
    main()
