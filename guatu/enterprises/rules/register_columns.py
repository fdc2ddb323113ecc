"""Which column of a file means what: guessed from its headers, by the names that registers give them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from guatu.kernel.rules.refusals import gettext_noop
from guatu.kernel.rules.text import normalise_text

#: Names of each field in one form (small letters, no spaces, lines or units).
SYNONYMS: dict[str, tuple[str, ...]] = {
    "name": ("企业名称", "公司名称", "单位名称", "名称", "企业名", "公司名", "市场主体名称", "主体名称", "机构名称", "法人名称", "name",
             "companyname", "company", "entname", "enterprise", "enterprisename", "legalname"),
    "uscc": ("统一社会信用代码", "社会信用代码", "统一信用代码", "信用代码", "统一代码", "uscc", "uniscid", "creditcode",
             "unifiedsocialcreditcode", "socialcreditcode", "统一社会信用代码/注册号"),
    "registered_on": ("成立日期", "注册日期", "登记日期", "成立时间", "注册时间", "设立日期", "开业日期", "registeredon", "estdate",
                      "registrationdate", "registrationday", "established", "establishedon", "founded", "startdate"),
    "deregistered_on": ("注销日期", "吊销日期", "注吊销日期", "注销吊销日期", "注销时间", "吊销时间", "deregisteredon",
                        "cancellationdate", "revokedon", "revokedate", "enddate"),
    "status": ("经营状态", "登记状态", "企业状态", "状态", "存续状态", "status", "regstatus", "entstatus", "operatingstatus"),
    "kind": ("企业类型", "公司类型", "市场主体类型", "主体类型", "类型", "企业性质", "kind", "enttype", "companytype", "type"),
    "capital": ("注册资本", "注册资金", "注册资本金", "认缴资本", "认缴出资额", "出资额", "开办资金", "capital", "regcap",
                "registeredcapital"),
    "scope": ("经营范围", "业务范围", "许可经营项目", "scope", "businessscope", "opscope", "businessrange"),
    "main_business": ("主营业务", "主要业务", "主营", "mainbusiness", "business"),
    "products": ("主要产品", "产品", "主营产品", "产品类型", "产品名称", "products", "product", "mainproducts", "producttype"),
    "province": ("省", "省份", "所属省份", "所在省", "所在省份", "注册省份", "省市", "province"),
    "city": ("市", "城市", "所属城市", "所属地市", "所在市", "所在城市", "地市", "地级市", "city", "prefecture"),
    "district": ("区", "区县", "县", "县区", "所属区县", "所属区", "所在区县", "区域", "district", "county"),
    "address": ("地址", "注册地址", "企业地址", "住所", "经营场所", "经营地址", "登记住所", "住所(经营场所)", "通讯地址", "address", "dom",
                "registeredaddress", "addr"),
    "industry_code": ("行业代码", "国民经济行业代码", "行业小类代码", "行业编码", "industrycode", "industryco", "gbt4754"),
    "longitude": ("经度", "longitude", "lon", "lng"),
    "latitude": ("纬度", "latitude", "lat"),
    "revenue": ("营业收入", "营业总收入", "主营业务收入", "年营业收入", "销售收入", "revenue", "revenuecny", "operatingrevenue"),
    "employees": ("从业人数", "从业人员", "员工人数", "参保人数", "职工人数", "人员规模", "employees", "staff", "headcount"),
}
FIELDS = tuple(SYNONYMS)
#: Fields whose header may say the unit of its figures.
UNITS = ("亿元", "万元", "元")
WITH_UNITS = ("capital", "revenue")

TEMPLATES = {
    "no_name_column": gettext_noop(
        "“%(file)s” has no column of enterprise names, or none whose header says so (its headers: %(headers)s). Say which "
        "one it is in a mapping."),
    "unknown_field": gettext_noop("“%(field)s” in the mapping is not a field of the register. The fields are: %(known)s."),
    "unknown_header": gettext_noop(
        "“%(file)s” has no column “%(header)s”, which the mapping gives for “%(field)s”. Its headers are: %(headers)s."),
    "unknown_unit": gettext_noop("“%(text)s” is not a unit of “%(field)s”. Write 元, 万元 or 亿元."),
    "not_mapping": gettext_noop("The mapping must look like “columns: {name: 企业名称, uscc: 统一社会信用代码}”."),
}


class BadColumns(ValueError):
    """A mapping that fits no file; `TEMPLATES[code] % words` is the sentence."""

    def __init__(self, code: str, **words):
        super().__init__(TEMPLATES[code] % words)
        self.code = code
        self.words = words


@dataclass(frozen=True)
class ColumnMap:
    """Header by field, and the unit of figures without one by field."""

    columns: Mapping[str, str]
    units: Mapping[str, str] = field(default_factory=dict)

    def unused(self, headers: Iterable[str]) -> list[str]:
        return [header for header in headers if header not in self.columns.values()]

    def as_data(self) -> dict:
        return {"columns": dict(self.columns)} | ({"units": dict(self.units)} if self.units else {})


def plain_header(header: str) -> str:
    """A header in one form: no unit in brackets, no spaces and lines, small letters."""
    return re.sub(r"[\s_*＊\-]|\([^()]*元\)|:$", "", normalise_text(header)).casefold()


def unit_of(header: str) -> str:
    """元, 万元 or 亿元 where the header says so, else nothing."""
    found = re.search(r"[(/_ ]\s*(亿元|万元|元)(?:人民币)?\)?\s*$", normalise_text(header))
    return found[1] if found else ""


def guess(headers: Iterable[str]) -> ColumnMap:
    """The fields that headers name; the first of two headers that name the same field."""
    by_form: dict[str, str] = {}
    for header in headers:
        by_form.setdefault(plain_header(header), header)
    columns = {
        name: found for name, synonyms in SYNONYMS.items()
        if (found := next((header for form, header in by_form.items() if form in synonyms), None)) is not None
    }
    units = {name: unit_of(columns[name]) for name in WITH_UNITS if name in columns and unit_of(columns[name])}
    return ColumnMap(columns, units)


def given(data: object) -> ColumnMap:
    """A mapping as it was saved. Raises BadColumns."""
    if not isinstance(data, dict) or not isinstance(data.get("columns"), dict):
        raise BadColumns("not_mapping")
    columns = {str(name): str(header) for name, header in data["columns"].items()}
    units = data.get("units") or {}
    if not isinstance(units, dict):
        raise BadColumns("not_mapping")
    for name in (*columns, *units):
        if name not in SYNONYMS:
            raise BadColumns("unknown_field", field=name, known=", ".join(FIELDS))
    for name, unit in units.items():
        if name not in WITH_UNITS or unit not in UNITS:
            raise BadColumns("unknown_unit", text=unit, field=name)
    return ColumnMap(columns, {str(name): str(unit) for name, unit in units.items()})


def fitting(columns: ColumnMap, headers: list[str], file: str) -> ColumnMap:
    """The mapping, when each header it names is there and the name has one. Raises BadColumns."""
    shown = ", ".join(header[:30] for header in headers[:40])
    for name, header in columns.columns.items():
        if header not in headers:
            raise BadColumns("unknown_header", file=file, header=header, field=name, headers=shown)
    if "name" not in columns.columns:
        raise BadColumns("no_name_column", file=file, headers=shown)
    return columns
