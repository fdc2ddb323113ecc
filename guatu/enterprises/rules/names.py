"""A Chinese legal name taken apart: places, core (字号), trade, legal form, group, branch.

    山东省青岛市华泰（集团）电子科技有限责任公司济南分公司
    places 37, 3702 | core 华泰 | group | trade 电子科技 | form 有限公司 | branch 济南分公司

Nothing is guessed: what is neither a place, a word of trade nor a form belongs to the core, and every sign of the core
counts. The order is that of the rules on registering names: place, core, trade, form; a place may stand in brackets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from guatu.enterprises.rules.divisions import MUNICIPALITIES, Division
from guatu.enterprises.rules.trades import SIMPLIFIED, TRADES

#: Kept with every index of names: another number, and names are taken apart anew.
VERSION = 1

_SIGNS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad·•・‧∙.．。,，、;；:：'\"“”‘’`«»<>《》\-‐‑‒–—―−－_/\\|*＊#]+")
_OPEN, _CLOSE = "(（[{〔【﹙〖「", ")）]}〕】﹚〗」"
_WRITING = SIMPLIFIED | str.maketrans({**dict.fromkeys(_OPEN, "("), **dict.fromkeys(_CLOSE, ")")})
_PLAIN = re.compile("[一-鿿()（）]*")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)")
#: Remarks that are no part of a name.
_REMARK = re.compile(
    r"\((?:筹|筹建|筹备|微型企业|个体工商户|(?:特殊)?普通合伙|有限合伙|个人独资|外商独资|中外合资|自然人独资"
    r"|简称[^()]*|第[一二三]名称)\)")
_FORMS = (
    ("股份有限责任公司", "股份公司"), ("有限责任公司", "有限公司"), ("股份有限公司", "股份公司"), ("有限公司", "有限公司"), ("股份公司", "股份公司"),
    ("总公司", "总公司"), ("农民专业合作社联合社", "合作联社"), ("专业合作社联合社", "合作联社"), ("农民专业合作社", "合作社"),
    ("专业合作社", "合作社"), ("合作社", "合作社"), ("合伙企业", "合伙企业"), ("公司", "公司"),
)
_FORM = dict(_FORMS)
_FORM_LENGTHS = sorted({len(name) for name, _form in _FORMS}, reverse=True)
#: A form of a company within a name ends the name of the head; what follows names a branch of it.
_HEAD = re.compile("(?:股份有限公司|有限责任公司|有限公司|股份公司|总公司|集团公司|合作社联合社|合作社|(?<!分)(?<!支)(?<!子)公司)")
_KIND_WORDS = (
    "经营部 门市部 服务部 经销部 销售部 加工厂 制品厂 总厂 分厂 工厂 厂 商行 商店 总店 工作室 专卖店 超市 店 铺 馆 场 站 园 中心 事务所 研究院 设计院 学校 医院 "
    "诊所 联社 信用社 协会 社 队 院 所 室 部 坊 城 吧 屋 庄 社区 委员会")
_KINDS = frozenset(_KIND_WORDS.split())
_BRANCH_WORDS = (
    "分公司 支公司 分行 支行 营业部 营业厅 营业所 办事处 代表处 联络处 分理处 分店 分社 分厂 分校 分部 分院 分所 支局 邮政所")
_BRANCH_ENDS = tuple(_BRANCH_WORDS.split())
#: The form of a short name that exchanges give: 海博股份.
SHARES = "股份"
_ABROAD = "中国"
#: A county or, within a place that is known, a district that no list here names.
_LOOSE = re.compile("[一-鿿]{2,3}?(?:自治县|自治旗|县|旗|开发区|高新区|新区|(?<![超城都门上股楼菜花夜集])市|(?<![社小园校景矿山灾库厂港])区)")
_COUNTY = re.compile("[一-鿿]{2,3}?(?:自治县|自治旗|县|(?<![超城都门上股楼菜花夜集])市)")
#: What exchanges put before and behind a short name.
_EXCHANGE = re.compile(r"^(?:(?:\*?S?\*?ST|\*ST|SST|XD|XR|DR|[NC](?=[一-鿿]))\s*)|(?:[-－]?(?:[ABHUW]|WD|UW)|\(退市?\)|退市?)$")


@dataclass(frozen=True, slots=True)
class Name:
    """`plain` is the name without accidents of writing; `places` are codes of GB/T 2260 or plain words, widest first;
    `bracketed`: a place stands behind the core. `form` is "" for a short name."""

    plain: str
    places: tuple[str, ...]
    bracketed: bool
    core: str
    trade: str
    form: str
    group: bool
    branch: str

    @property
    def is_short(self) -> bool:
        return self.form in ("", SHARES)


@dataclass(frozen=True)
class Places:
    """The places that names begin with: code of GB/T 2260 by word, for a county its prefecture's code and its name."""

    words: Mapping[str, str]

    @classmethod
    def of(cls, rows: Iterable[Division], counties: Iterable[tuple[str, str]]) -> Places:
        """Of divisions, and of counties by their full names (昆山市) with the prefecture each lies in."""
        words: dict[str, str] = {_ABROAD: "0"}
        for name, prefecture in counties:
            short = name if name[-1] not in "县市区旗" else name[:-1]
            for word in (short, f"{short}市", f"{short}区", f"{short}县", name):
                words[word] = f"{prefecture}{short}"
        for row in sorted(rows, key=lambda row: -len(row.code)):  # a province goes before a city of its name
            short = row.short_name or row.name
            words[row.name] = words[short] = row.code
            if len(row.code) == 2 and row.code not in MUNICIPALITIES:
                words[f"{short}省"] = row.code
            elif len(row.code) < 6:
                words[f"{short}市"] = row.code
            elif len(short) > 2 and short[-1] in "区市县":
                words[short[:-1]] = row.code
        return cls(words)

    @cached_property
    def sure(self) -> Places:
        """Without the short names of counties, by which many firms are called: 文安智能 need not lie in 文安县."""
        return Places({word: code for word, code in self.words.items()
                       if code.isdigit() or word[-1] in "省市县区旗"})

    @cached_property
    def lengths(self) -> dict[str, tuple[int, ...]]:
        """By the first two signs: how long the words are that begin so, longest first."""
        found: dict[str, set[int]] = {}
        for word in self.words:
            found.setdefault(word[:2], set()).add(len(word))
        return {start: tuple(sorted(lengths, reverse=True)) for start, lengths in found.items()}

    def at_start(self, text: str, within: str = "") -> tuple[str, str] | None:
        """The longest place a text begins with, and its code; `within` is the code it must lie in."""
        for length in self.lengths.get(text[:2], ()):
            word = text[:length]
            code = self.words.get(word)
            if code is None:
                continue
            if not within or (code != within and code.startswith(within)):
                return word, code
            if within == code and word.endswith("市"):
                return word, code + "市"  # 吉林省吉林市: the word names the province first, so the city goes by its full name
        return None

    def of_text(self, text: str) -> tuple[str, ...] | None:
        """The codes of a text that is nothing but places; None for any other."""
        codes: list[str] = []
        while text:
            found = self.at_start(text, codes[-1] if codes and codes[-1] != "0" else "")
            if found is None:
                if codes and _LOOSE.fullmatch(text):
                    codes.append(text)
                    break
                return None
            codes.append(found[1])
            text = text[len(found[0]):]
        return tuple(codes)


def plain_name(text: str) -> str:
    """A name in one form: NFKC, simplified signs, one kind of brackets, small letters, no spaces and no punctuation."""
    if _PLAIN.fullmatch(text):  # nearly all names
        return text.translate(_WRITING)
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).translate(_WRITING)).casefold()


def short_name(text: str) -> str:
    """A short name without an exchange's marks: *ST海博 is 海博, 海博A is 海博."""
    text = unicodedata.normalize("NFKC", text).strip()
    former = None
    while former != text:
        former, text = text, _EXCHANGE.sub("", text).strip()
    return text


def parse_name(text: str, places: Places) -> Name:
    """The parts of a legal name or short name. Never raises: what cannot be told apart is core."""
    plain = plain_name(text)
    if "(" in plain:
        plain = _REMARK.sub("", plain)
    head, branch = _parted(plain)
    found: list[str] = []
    group = bracketed = False
    body = head
    if "(" in body:
        kept = []
        last = 0
        for one in _IN_BRACKETS.finditer(body):
            kept.append(body[last:one.start()])
            last = one.end()
            inner = one[1]
            if inner == "集团":
                group = True
            elif codes := places.of_text(inner):
                found.extend(codes)
                bracketed = bracketed or one.start() > 0
            elif inner.endswith(_BRANCH_ENDS) and not branch:
                branch = inner
            else:
                kept.append(inner)
        kept.append(body[last:])
        body = "".join(kept)
    form, body = _formed(body)
    if body.endswith("集团") and len(body) > 3:
        group, body = True, body[:-2]
    body, before = _placed(body, places)
    bracketed = bracketed and not before
    core, trade = _traded(body)
    if "集团" in core[2:]:  # 华泰集团科技: a member of the group with a trade of its own
        core, _sign, rest = core.partition("集团")
        trade = f"集团{rest}{trade}"
    return Name(plain.replace("(", "").replace(")", ""), _lineage((*before, *found)), bracketed, core, trade, form, group,
                _branch(branch))


def _parted(plain: str) -> tuple[str, str]:
    """Head and branch of a name: the first form of a company that something else follows closes the head."""
    if (start := plain.find("公司")) >= 0 or (start := plain.find("合作社")) >= 0:
        if start + (2 if plain[start] == "公" else 3) == len(plain):
            return plain, ""
        for end in _HEAD.finditer(plain):
            rest = plain[end.end():]
            if rest and not rest.startswith(("集团", ")", "(集团")):
                inner = _IN_BRACKETS.fullmatch(rest)
                return plain[:end.end()], inner[1] if inner else rest
        return plain, ""
    if plain.endswith(_BRANCH_ENDS):
        place = plain.find("银行")
        if 0 < place < len(plain) - 4:
            return plain[:place + 2], plain[place + 2:]
        return plain, next(word for word in _BRANCH_ENDS if plain.endswith(word))
    return plain, ""


def _formed(body: str) -> tuple[str, str]:
    """The legal form in its shortest writing, and the text before it."""
    for length in _FORM_LENGTHS:
        if form := _FORM.get(body[-length:]):
            return form, body[:-length]
    for length in (3, 2, 1):
        end = body[-length:]
        if end in _KINDS and len(body) > length and body not in TRADES:
            return end, body if end in TRADES else body[:-length]
    if body.endswith("股份") and len(body) > 3:
        return SHARES, body[:-2]
    return "", body


def _branch(text: str) -> str:
    """A branch's words without 市 and brackets, which are put or left out at will."""
    return re.sub(r"[()]|(?<=[一-鿿]{2})市(?=分公司|支公司|分行|支行|营业部|办事处)", "", text)


def _placed(body: str, places: Places) -> tuple[str, tuple[str, ...]]:
    """The text behind the places it begins with, and their codes. Two signs at least stay."""
    codes: list[str] = []
    while len(codes) < 4:
        within = codes[-1] if codes and codes[-1] != "0" else ""
        found = places.at_start(body, within)
        if found is None and (loose := (_LOOSE if within else _COUNTY).match(body)):
            found = loose[0], loose[0].rstrip("市县区旗")
        if found is None or len(body) - len(found[0]) < 2:
            break
        codes.append(found[1])
        body = body[len(found[0]):]
    return body, tuple(codes)


def _lineage(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The places without those that the others say already: 37, 3702 is 3702."""
    kept = [code for code in dict.fromkeys(codes)
            if not any(other != code and other.startswith(code) and code != "0" for other in codes)]
    return tuple(sorted(kept))


_ENDINGS: dict[str, tuple[int, ...]] = {}
for _word in sorted(TRADES, key=len, reverse=True):
    _ENDINGS[_word[-2:]] = (*_ENDINGS.get(_word[-2:], ()), len(_word))
_ENDINGS = {end: tuple(dict.fromkeys(lengths)) for end, lengths in _ENDINGS.items()}


def _traded(body: str) -> tuple[str, str]:
    """Core and trade: words of trade are taken from the end while two signs stay before them."""
    cut = len(body)
    while cut > 3:
        for length in _ENDINGS.get(body[cut - 2:cut], ()):
            if cut - length >= 2 and body[cut - length:cut] in TRADES:
                cut -= length
                break
        else:
            break
    return body[:cut], body[cut:]
