"""Where a zone lies, as far as a register can tell: codes of regions, and texts that its addresses carry.

A row lies in a territory when its region is one of the codes and, where texts are given, its address names one of them.
So a zone that is a whole district needs a code alone, and one inside a district a code and the names of its places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from guatu.kernel.rules.refusals import gettext_noop
from guatu.kernel.rules.text import normalise_text

#: The register's column that holds a code of so many digits of GB/T 2260: province, prefecture, county.
COLUMNS = {2: "province_code", 4: "city_code", 6: "county_code"}
LONGEST_PATTERN = 100

TEMPLATES = {
    "codes_missing": gettext_noop(
        "A territory needs at least one region code, since addresses alone are found all over the country. "
        "Give a code of 2, 4 or 6 digits, such as 370211."),
    "code_wrong": gettext_noop(
        "“%(text)s” is not a region code. Write 2 digits for a province, 4 for a prefecture or 6 for a county, such as "
        "37, 3702 or 370211."),
    "pattern_short": gettext_noop(
        "“%(text)s” is too short to find a place by. Write at least two characters, such as 中德生态园."),
    "pattern_long": gettext_noop("A text of an address has at most %(most)d characters. Shorten “%(text)s”."),
}


class BadTerritory(ValueError):
    """Texts that describe no territory; `TEMPLATES[code] % words` is the sentence."""

    def __init__(self, code: str, **words):
        super().__init__(TEMPLATES[code] % words)
        self.code = code
        self.words = words


@dataclass(frozen=True)
class Territory:
    """`zone` is its code; `centre` its longitude and latitude in degrees of WGS-84, None where nobody supplied it."""

    zone: str
    region_codes: tuple[str, ...]
    address_patterns: tuple[str, ...] = ()
    centre: tuple[float, float] | None = None


def parse_codes(text: str) -> tuple[str, ...]:
    """Region codes between commas, semicolons or spaces, each once, in their order. Raises BadTerritory."""
    found = tuple(dict.fromkeys(re.split(r"[\s,;，；、]+", normalise_text(text).strip(" ,;，；、"))))
    if found == ("",):
        raise BadTerritory("codes_missing")
    for code in found:
        if not re.fullmatch(r"[1-9][0-9]([0-9]{2}){0,2}", code, re.ASCII):
            raise BadTerritory("code_wrong", text=code)
    return found


def parse_patterns(text: str) -> tuple[str, ...]:
    """Texts of addresses, one a line or between semicolons, each once. They are plain texts: no sign of them means
    anything but itself. Raises BadTerritory."""
    found = tuple(dict.fromkeys(filter(None, (part.strip() for part in re.split("[\r\n;；]+", text)))))
    for pattern in found:
        if len(pattern) < 2:
            raise BadTerritory("pattern_short", text=pattern)
        if len(pattern) > LONGEST_PATTERN:
            raise BadTerritory("pattern_long", text=pattern[:20] + "…", most=LONGEST_PATTERN)
    return found


def territory_sql(territory: Territory, alias: str = "", prefix: str = "territory") -> tuple[str, dict[str, str]]:
    """A condition on rows of the register or of mappings, in brackets, and its values, for any engine of the warehouse.

    `prefix` begins the names of the values; a query with several territories gives each a prefix of its own.
    """
    dot = f"{alias}." if alias else ""
    values = {f"{prefix}_code_{place}": code for place, code in enumerate(territory.region_codes)}
    regions = " or ".join(f"{dot}{COLUMNS[len(code)]} = :{name}" for name, code in values.items())
    if not territory.address_patterns:
        return f"({regions})", values
    texts = {f"{prefix}_text_{place}": text for place, text in enumerate(territory.address_patterns)}
    named = " or ".join(f"contains({dot}address, :{name})" for name in texts)
    return f"(({regions}) and ({named}))", values | texts
