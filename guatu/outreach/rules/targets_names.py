"""What a legal name tells of kinship: the core 字号＋行业 that a firm's subsidiaries keep, and the parent a branch names.

青岛海光电子科技有限公司 and 海光电子科技（苏州）有限公司 share the core 海光电子科技; 北京海光电子科技有限公司青岛分公司 names its
parent. A register without shareholders shows no other kinship. It is a guess for cores: two strangers may bear one, so a
core is long enough and not too widespread before it counts (`outreach.targets.kin`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_BRANCH = re.compile(r"^(.{2,60}?(?:公司|集团(?!公司|有限|股份)|厂))(.{0,30}?)(?:分公司|分厂|分部|分店|分院|分所|办事处|营业部|代表处)(?:\(.{0,20}\))?$")
_FORM = re.compile(r"(?:集团)?(?:股份)?(?:有限责任公司|有限公司|股份公司|总公司|集团公司|公司|集团)$")
_IN_BRACKETS = re.compile(r"\(([^()]{1,12})\)")
_NOT_PLACES = frozenset({"集团", "中国", "筹"})


@dataclass(frozen=True)
class Named:
    """`legal`: the name in one form of signs; `core`: without places and legal form; `parent`: the legal name of the firm
    whose branch it is, "" where it is none."""

    legal: str
    core: str
    parent: str


class NameReader:
    """Reads names with the places it was given, each in every form it has (青岛, 青岛市)."""

    def __init__(self, places: Iterable[str]):
        self.places = frozenset(filter(None, places))
        self.longest = max(map(len, self.places), default=0)

    def read(self, name: str) -> Named:
        legal = "".join(unicodedata.normalize("NFKC", name or "").lower().split())
        branch = _BRANCH.match(legal)
        parent = branch[1] if branch else ""
        bare = _IN_BRACKETS.sub(self._bracket, parent or legal)
        bare = _FORM.sub("", bare)
        while len(short := self._without_place(bare)) >= 2 and short != bare:
            bare = short
        return Named(legal, bare, parent)

    def _bracket(self, found: re.Match) -> str:
        inside = found[1]
        return "" if inside in _NOT_PLACES or not self._without_place(inside) else found[0]

    def _without_place(self, text: str) -> str:
        """The text behind the longest place that it begins with."""
        for length in range(min(self.longest, len(text)), 1, -1):
            if text[:length] in self.places:
                return text[length:]
        return text
