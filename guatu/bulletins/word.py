"""A bulletin as a Word file, from the zone's own template or the house's; and the check of an uploaded template."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from guatu.bulletins import render_word
from guatu.bulletins.default_template import build
from guatu.kernel.errors import Faulty, Refused

SECONDS = 60

#: What a template may fill in, by name, for the page of templates.
SAMPLE = {
    "banner": "督查通报", "issuer": "新区督查室", "number": "2022年第12期", "state": "", "is_draft": False,
    "title": "关于青岛经济技术开发区重点项目推进情况的通报", "zone": "青岛经济技术开发区", "unit": "投资促进部",
    "as_of": "2022年6月30日", "since": "2022年6月23日", "known_at": "2022-07-01 09:00", "issued_on": "2022年7月1日",
    "dates": "截至2022年6月30日，按2022-07-01 09:00所知",
    "sections": [
        {
            "key": key, "heading": heading, "paragraphs": ["承诺节点共20个。", "第二段。"],
            "tables": [{
                "caption": "表1 红灯节点", "columns": ["项目", "责任单位", "红灯"],
                "rows": [{"cells": ["光电显示", "投资促进部", "2"]}, {"cells": ["冷链", "建设局", "1"]}], "note": "仅列前10个。",
            }],
        }
        for key, heading in (
            ("opening", ""), ("lists", "一、项目清单"), ("moves", "二、清单变动"), ("lights", "三、红黄绿灯"),
            ("units", "四、责任单位排名"), ("named", "五、点名项目"), ("demands", "六、工作要求"))
    ],
    "figures": {name: "20" for name in (
        "total_projects", "total_amount", "total_unknown", "lights_all", "lights_open", "lights_red", "lights_yellow",
        "lights_green", "lights_done", "lights_done_late", "lights_share", "lights_red_units",
        *(f"lists_{name}_{what}" for name in (
            "negotiating", "signed_registered", "land_acquired", "under_construction", "investment_supporting")
          for what in ("projects", "amount", "unknown")),
    )},
}


def word_file(context: dict, template: Path | None) -> bytes:
    """The bulletin filled into a template (None: the house's own). Raises Refused when the template does not take it."""
    with tempfile.TemporaryDirectory() as folder:
        if template is None:
            template = Path(folder) / "default.docx"
            build(template, context["is_draft"], context["language"])
        out = Path(folder) / "bulletin.docx"
        answer = _render(template, out, context)
        if not answer["ok"]:
            raise Refused("template_refused", _(
                "The Word template does not take this bulletin: %s. Upload a corrected template, or remove it.") % why(answer))
        return out.read_bytes()


def template_fault(path: Path, file_name: str) -> Faulty | None:
    """Why a template cannot be kept; None when it takes sample values."""
    with tempfile.TemporaryDirectory() as folder:
        answer = _render(path, Path(folder) / "sample.docx", SAMPLE | {"language": "zh-hans"})
    if answer["ok"]:
        return None
    return Faulty("template_broken", _(
        "“%(file)s” cannot serve as a template of bulletins: %(why)s. Correct it in Word and upload it again.")
        % {"file": file_name, "why": why(answer)}, "file")


def why(answer: dict) -> str:
    """The fault of a template in words, with its place where that is known."""
    known = {
        "docx": _("it is not a Word document (docx)"),
        "size": _("it is far too large when unpacked"),
        "doctype": _("it declares XML entities, which no Word document needs"),
        "memory": _("it needs more memory than a bulletin may"),
        "time": _("it takes longer than a bulletin may"),
    }
    text = known.get(answer["why"], answer["why"].rstrip("."))
    return _("%(why)s, near “%(place)s”") % {"why": text, "place": answer["place"]} if answer["place"] else text


def _render(template: Path, out: Path, context: dict) -> dict:
    """Runs `render_word` in a process of its own, with no setting of this one."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", render_word.__file__, str(template), str(out)],
            input=json.dumps(context), capture_output=True, text=True, encoding="utf-8", timeout=SECONDS, check=False,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired:
        return {"ok": False, "place": "", "why": "time"}
    if done.returncode == 0 and done.stdout:
        return json.loads(done.stdout)
    return {"ok": False, "place": "", "why": "time" if done.returncode < 0 else "memory"}
