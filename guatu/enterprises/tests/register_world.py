"""Small registers for tests: right credit codes, files in each form."""

from __future__ import annotations

from pathlib import Path

from stdnum.cn import uscc

HEADERS = ["企业名称", "统一社会信用代码", "成立日期", "注册资本", "经营范围", "省份", "城市", "注册地址"]


def code(number: int, region: str = "370211") -> str:
    """A right credit code, another for each number."""
    body = f"91{region}{number:09d}"
    return body + uscc.calc_check_digit(body)


def row(number: int, name: str = "", region: str = "370211", **values) -> list[str]:
    given = {
        "企业名称": name or f"测试{number}有限公司", "统一社会信用代码": code(number, region), "成立日期": "2003-05-12",
        "注册资本": "100万元人民币", "经营范围": "显示器件制造", "省份": "山东", "城市": "青岛", "注册地址": "青岛市黄岛区长江路"}
    return list((given | values).values())


def csv_text(rows: list[list[str]], headers: list[str] = HEADERS) -> str:
    return "".join(",".join(cells) + "\n" for cells in [headers, *rows])


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path
