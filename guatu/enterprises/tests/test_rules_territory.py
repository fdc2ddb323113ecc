"""A zone's territory as codes and texts, and as a condition that every engine understands the same way."""

import pyarrow as pa
import pytest

from guatu.enterprises.rules.territory import BadTerritory, Territory, parse_codes, parse_patterns, territory_sql
from guatu.kernel.warehouse.duck import Duck

ROWS = pa.table({
    "key": ["whole", "pattern", "other_county", "other_city", "nowhere", "percent"],
    "province_code": ["37", "37", "37", "37", None, "37"],
    "city_code": ["3702", "3702", "3702", "3701", None, "3702"],
    "county_code": ["370211", "370211", "370281", "370102", None, "370211"],
    "address": [None, "青岛市黄岛区中德生态园团结路", "胶州市中德生态园", "济南市历下区", "中德生态园", "100%_路'号"],
})


def inside(*found: Territory) -> list[str]:
    clauses, values = [], {}
    for place, territory in enumerate(found):
        sql, more = territory_sql(territory, "r", f"t{place}")
        clauses.append(sql)
        values |= more
    table = Duck().query(f"select r.key from rows r where {' or '.join(clauses)} order by r.key", {"rows": ROWS}, **values)
    return table["key"].to_pylist()


@pytest.mark.parametrize(("codes", "patterns", "keys"), [
    (("37",), (), ["other_city", "other_county", "pattern", "percent", "whole"]),
    (("3702",), (), ["other_county", "pattern", "percent", "whole"]),
    (("370211",), (), ["pattern", "percent", "whole"]),
    (("370211", "3701"), (), ["other_city", "pattern", "percent", "whole"]),
    # A pattern narrows the codes: the address must name the place, and the row must lie in the region.
    (("370211",), ("中德生态园",), ["pattern"]),
    (("3702",), ("中德生态园", "历下区"), ["other_county", "pattern"]),
    # Signs that mean something to SQL or to patterns mean themselves.
    (("370211",), ("%_",), ["percent"]),
    (("370211",), ("路'号",), ["percent"]),
    (("370211",), ("_中",), []),
])
def test_the_condition_takes_the_rows_of_the_territory(codes, patterns, keys):
    assert inside(Territory("z", codes, patterns)) == keys


def test_several_territories_stand_in_one_query():
    assert inside(Territory("a", ("370281",)), Territory("b", ("3701",))) == ["other_city", "other_county"]


def test_without_an_alias_the_columns_stand_bare():
    sql, values = territory_sql(Territory("z", ("37",)))
    assert sql == "(province_code = :territory_code_0)" and values == {"territory_code_0": "37"}


def test_codes_are_read_as_people_write_them():
    assert parse_codes("370211；370281, 3702\n37") == ("370211", "370281", "3702", "37")
    assert parse_codes("３７０２１１ 370211") == ("370211",)


@pytest.mark.parametrize("text", ["", "；", "370", "37021", "3702111", "abc", "37-02", "003702"])
def test_what_is_no_code_is_refused(text):
    with pytest.raises(BadTerritory):
        parse_codes(text)


def test_patterns_are_one_a_line_or_between_semicolons():
    assert parse_patterns(" 中德生态园 ；董家口\n泊里镇;;中德生态园") == ("中德生态园", "董家口", "泊里镇")
    assert parse_patterns("") == ()


@pytest.mark.parametrize("text", ["园", "x" * 101])
def test_a_pattern_of_one_sign_or_endless_is_refused(text):
    with pytest.raises(BadTerritory):
        parse_patterns(text)
