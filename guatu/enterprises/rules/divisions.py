"""Provinces, prefectures and counties (GB/T 2260), and the region that a register's row names.

A prefecture's code is the first four digits, a county's all six. Municipalities have no prefecture: theirs is the
province's code with 00. Former codes lead to their successors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
#: Places of Qingdao that addresses name instead of the district they lie in.
OTHER_NAMES = {
    "370211": ("青岛经济技术开发区", "青岛开发区", "胶南市", "青岛保税港区", "西海岸新区"),
    "370215": ("即墨市",),
    "370203": ("四方区",),
}


@dataclass(frozen=True)
class Division:
    code: str
    name: str
    short_name: str
    former_codes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Divisions:
    rows: Mapping[str, Division]
    _cache: dict = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, rows: Iterable[Division]) -> Divisions:
        return cls({row.code: row for row in rows})

    @property
    def names(self) -> dict[str, str]:
        return {code: row.name for code, row in self.rows.items()}

    @cached_property
    def provinces(self) -> dict[str, str]:
        """Code of each province by its names."""
        return {row.short_name: code for code, row in self.rows.items() if len(code) == 2}

    def name(self, code: str | None) -> str:
        """The name of a province, prefecture or county; a municipality's own for its prefecture; else the code."""
        if code and code[:2] in MUNICIPALITIES and code[2:4] == "00":
            code = code[:2]
        return self.rows[code].name if code in self.rows else code or ""

    @cached_property
    def _cities(self) -> dict[str, list[tuple[str, str]]]:
        """By province: (name, code of four digits or, directly under the province, of six)."""
        found: dict[str, list[tuple[str, str]]] = {}
        for code, row in self.rows.items():
            if row.short_name and (len(code) == 4 or (len(code) == 6 and code[2:4] == "90")):
                found.setdefault(code[:2], []).append((row.short_name, code))
        return {province: sorted(names, key=lambda pair: -len(pair[0])) for province, names in found.items()}

    @cached_property
    def _former(self) -> dict[str, str]:
        return {old: code for code, row in self.rows.items() for old in row.former_codes}

    @cached_property
    def _counties(self) -> dict[str, list[tuple[str, str]]]:
        """By prefecture, where its counties are listed: (name as addresses write it, code)."""
        found: dict[str, list[tuple[str, str]]] = {}
        for code, row in self.rows.items():
            if len(code) == 6 and code[2:4] != "90":
                found.setdefault(code[:4], []).extend((name, code) for name in (row.name, *OTHER_NAMES.get(code, ())))
        return found

    @cached_property
    def _in_address(self) -> re.Pattern:
        """A prefecture named at the beginning of an address, with or without its province."""
        provinces = "|".join(sorted(
            {word for row in self.rows.values() if len(row.code) == 2 for word in (row.name, row.short_name)}, key=len,
            reverse=True))
        return re.compile(f"(?:中国)?({provinces})(?:省|市)?")

    def province(self, text: str) -> str | None:
        """The code of the province that a text begins with: 山东, 山东省, 广西壮族自治区."""
        text = text.strip()
        for length in (2, 3):
            if text[:length] in self.provinces:
                return self.provinces[text[:length]]
        return None

    def city(self, province: str, text: str) -> str | None:
        """The prefecture (four digits) or county directly under its province (six) that a text begins with."""
        text = text.strip()
        return next((code for name, code in self._cities.get(province, ()) if text.startswith(name)), None)

    def region(
        self, authority: str, province: str = "", city: str = "", district: str = "", address: str = ""
    ) -> tuple[str | None, str | None, str | None]:
        """Province, prefecture and county of a row; None for each that cannot be told.

        `authority` are digits 3 to 8 of the credit code, the authority that registered it. What the columns say comes
        first, then the address, then the authority: an enterprise may have moved since, or be registered higher up.
        """
        place = self._cache.get((authority, province, city, district))
        if place is None:
            if len(self._cache) > 200_000:
                self._cache.clear()
            place = self._cache[authority, province, city, district] = self._from_columns(authority, province, city, district)
        found_province, found_city, county = place
        if not address or (found_city and found_city not in self._counties):
            return place
        return self._from_address(found_province, found_city, county, address, authority)

    def _from_columns(self, authority: str, province: str, city: str, district: str):
        registered = authority if re.fullmatch("[1-8][0-9]{5}", authority, re.ASCII) else ""
        found = self.province(province) if province else None
        named = self.city(found, city) if found and city else None
        if found is None and registered[:2] in self.rows:
            found = registered[:2]
        if found is None:
            return None, None, None
        return found, *self._within(found, named, registered, district)

    def _within(self, province: str, named: str | None, registered: str, district: str):
        """Prefecture and county within a province, of a named place or of the authority where nothing is named."""
        if province in MUNICIPALITIES:
            own = registered if registered[:2] == province and registered[2:4] != "00" and registered[4:] != "00" else None
            return f"{province}00", own
        by_code = self._former.get(registered[:4], registered[:4]) if registered[:2] == province else ""
        city = named[:4] if named else by_code if by_code in self.rows else None
        if city is None:
            return None, None
        if named and len(named) == 6:
            return city, named
        counties = self._counties.get(city)
        if counties and district:
            for name, code in counties:
                if district.strip().startswith((name, name.removesuffix("区").removesuffix("市"))):
                    return city, code
        county = self._former.get(registered, registered)
        if county[:4] != city or county[4:] == "00" or len(county) != 6 or (
            counties and county not in {code for _name, code in counties}
        ):
            return city, None
        return city, county

    def _from_address(self, province, city, county, address: str, authority: str):
        """What the address adds: the prefecture it names, and the county where those of its prefecture are listed."""
        start = self._in_address.match(address)
        rest = address[start.end():] if start else address
        if province is None and start:
            province = self.province(start[1])
        if province is None:
            return None, None, None
        if province in MUNICIPALITIES:
            return province, f"{province}00", county
        stated = not start or self.province(start[1]) == province
        if city is None and stated and (named := self.city(province, rest)):
            city, county = self._within(province, named, authority, "")
        for name, code in self._counties.get(city or "", ()):
            if name in address[:60]:
                return province, city, code
        return province, city, county
