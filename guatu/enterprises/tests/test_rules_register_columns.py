"""Which column of a file means what."""

from guatu.enterprises.rules.register_columns import guess


def test_chinese_headers():
    headers = ["序号", "企业名称", "统一社会信用代码", "成立日期", "注册资本（万元）", "经营范围", "主营业务", "主要产品", "所属省份",
               "所属城市", "所属区县", "注册地址", "经营状态", "企业类型", "行业代码", "经度", "纬度", "营业收入(万元)", "从业人数",
               "注销日期"]
    found = guess(headers)
    assert found.columns == {
        "name": "企业名称", "uscc": "统一社会信用代码", "registered_on": "成立日期", "capital": "注册资本（万元）", "scope": "经营范围",
        "main_business": "主营业务", "products": "主要产品", "province": "所属省份", "city": "所属城市", "district": "所属区县",
        "address": "注册地址", "status": "经营状态", "kind": "企业类型", "industry_code": "行业代码", "longitude": "经度",
        "latitude": "纬度", "revenue": "营业收入(万元)", "employees": "从业人数", "deregistered_on": "注销日期"}
    assert found.units == {"capital": "万元", "revenue": "万元"}
    assert found.unused(headers) == ["序号"]


def test_english_headers():
    headers = ["name", "uscc", "registered_on", "kind", "capital", "scope", "province", "city", "address"]
    assert guess(headers).columns == {header: header for header in headers}


def test_spaces_case_and_width_do_not_count():
    assert guess([" 企业 名称 ", "Credit_Code", "ＵＳＣＣ"]).columns == {"name": " 企业 名称 ", "uscc": "Credit_Code"}


def test_nothing_is_guessed_from_nothing():
    assert guess(["甲", "乙", ""]).columns == {}
