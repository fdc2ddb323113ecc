"""The region of a row, from what stands in its columns, its address and its credit code."""

import pytest

from guatu.enterprises.register.divisions import divisions

PLACES = divisions()


@pytest.mark.parametrize(("code", "province", "city", "district", "address", "region"), [
    # as given
    ("370211", "山东", "青岛", "", "", ("37", "3702", "370211")),
    ("370211", "山东省", "青岛市", "黄岛区", "", ("37", "3702", "370211")),
    ("", "山东", "青岛", "", "", ("37", "3702", None)),
    # municipalities have no city; their districts are counties
    ("310115", "上海", "N/A", "", "", ("31", "3100", "310115")),
    ("310115", "上海", "浦东", "", "", ("31", "3100", "310115")),
    ("110108", "北京", "", "", "北京市海淀区", ("11", "1100", "110108")),
    # from the code alone
    ("330106", "", "", "", "", ("33", "3301", "330106")),
    # authorities of a city or province say no county
    ("370200", "山东", "青岛", "", "", ("37", "3702", None)),
    ("370000", "山东", "N/A", "", "", ("37", None, None)),
    ("370000", "", "", "", "山东省青岛市市南区香港中路1号", ("37", "3702", "370202")),
    # the ministry's own (100000) says nothing
    ("100000", "", "", "", "北京市西城区", ("11", "1100", None)),
    ("100000", "", "", "", "", (None, None, None)),
    # what the columns say comes before the code: the enterprise has moved
    ("370102", "山东", "青岛", "", "", ("37", "3702", None)),
    ("440305", "山东", "青岛", "", "", ("37", "3702", None)),
    # the address tells the county where it names one of ours, and former names count
    ("370200", "山东", "青岛", "", "青岛市黄岛区长江路1号", ("37", "3702", "370211")),
    ("370284", "山东", "青岛", "", "胶南市海滨大道", ("37", "3702", "370211")),
    ("370282", "山东", "青岛", "", "", ("37", "3702", "370215")),
    ("370205", "山东", "青岛", "", "", ("37", "3702", "370203")),
    ("370200", "山东", "青岛", "", "青岛经济技术开发区江山南路", ("37", "3702", "370211")),
    # codes of authorities that are no county of the standard (370220 was a customs zone)
    ("370220", "山东", "青岛", "", "", ("37", "3702", None)),
    # former prefectures
    ("542421", "西藏", "那曲", "", "", ("54", "5406", None)),
    ("341402", "", "", "", "", ("34", "3401", None)),
    # counties directly under a province
    ("429004", "湖北", "仙桃", "", "", ("42", "4290", "429004")),
    # autonomous prefectures by their short names
    ("532801", "云南", "西双版纳", "", "", ("53", "5328", "532801")),
    ("222401", "吉林", "延边州", "", "", ("22", "2224", "222401")),
    ("220201", "吉林", "吉林", "", "", ("22", "2202", "220201")),
    ("632521", "青海", "海南", "", "", ("63", "6325", "632521")),
    # the province is wrong: a person's name stands there
    ("540191", "胡勃兴", "", "", "", ("54", "5401", "540191")),
])
def test_the_region_of_a_row(code, province, city, district, address, region):
    assert PLACES.region(code, province, city, district, address) == region


def test_the_divisions_are_those_of_the_standard():
    assert len(PLACES.provinces) == 34
    assert PLACES.name("37") == "山东省" and PLACES.name("3702") == "青岛市" and PLACES.name("370211") == "黄岛区"
    # 333 prefectures, less those of Taiwan, Hong Kong and Macau, which the list leaves out
    assert sum(1 for code in PLACES.names if len(code) == 4 and not code.endswith("90")) == 333
