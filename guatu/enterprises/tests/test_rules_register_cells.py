"""Days, states, credit codes and legal names as registers write them."""

from datetime import date

import numpy as np
import pytest

from guatu.enterprises.rules.credit_codes import checked_codes, clean_code
from guatu.enterprises.rules.register_cells import BadDay, legal_name, parse_register_day, parse_status

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(("text", "day"), [
    ("2003-05-12", date(2003, 5, 12)),
    ("2003/5/12", date(2003, 5, 12)),
    ("2003.5.12", date(2003, 5, 12)),
    ("20030512", date(2003, 5, 12)),
    ("2003年5月12日", date(2003, 5, 12)),
    ("２００３年５月１２日", date(2003, 5, 12)),
    ("2003-05-12 00:00:00", date(2003, 5, 12)),
    ("2003-05-12T08:30:00", date(2003, 5, 12)),
    ("2003-05-12 00:00:00.000", date(2003, 5, 12)),
    ("37753", date(2003, 5, 12)),  # Excel: 1900-01-01 is 1, with the day 1900-02-29 that never was
    ("36526", date(2000, 1, 1)),
    ("37753.0", date(2003, 5, 12)),
    ("1900-01-01", date(1900, 1, 1)),
    ("", None), ("N/A", None), ("-", None), ("长期", None), ("0000-00-00", None), (None, None),
])
def test_days(text, day):
    assert parse_register_day(text, TODAY) == day


@pytest.mark.parametrize(("text", "code"), [
    ("2026-11-22", "day_future"),
    ("2103-05-12", "day_future"),
    ("1899-12-31", "day_early"),
    ("1003-05-12", "day_early"),
    ("2003-02-30", "day_unreadable"),
    ("2003-13-01", "day_unreadable"),
    ("03-05-12", "day_unreadable"),
    ("May 2003", "day_unreadable"),
    ("2003-05", "day_unreadable"),
])
def test_days_that_are_refused(text, code):
    with pytest.raises(BadDay) as bad:
        parse_register_day(text, TODAY)
    assert bad.value.code == code


@pytest.mark.parametrize(("text", "status"), [
    ("存续", "operating"), ("在业", "operating"), ("开业", "operating"), ("存续（在营、开业、在册）", "operating"),
    ("在营（开业）企业", "operating"), ("正常", "operating"), ("operating", "operating"),
    ("注销", "deregistered"), ("已注销", "deregistered"), ("注销企业", "deregistered"),
    ("吊销", "revoked"), ("吊销，未注销", "revoked"), ("吊销未注销", "revoked"), ("吊销，已注销", "deregistered"),
    ("撤销", "revoked"), ("迁出", "moved_out"), ("迁往市外", "moved_out"),
    ("", "unknown"), (None, "unknown"), ("N/A", "unknown"), ("清算", "unknown"),
])
def test_states(text, status):
    assert parse_status(text) == status


def test_legal_names_are_compared_in_one_form():
    assert legal_name(" 青岛（测试）有限公司 ") == legal_name("青岛(测试) 有限公司") == "青岛(测试)有限公司"
    assert legal_name("ＡＢＣ公司") == "abc公司"


# 91350100M000100Y43 is the worked example of GB 32100-2015; the others differ from it in one place.
@pytest.mark.parametrize(("text", "valid"), [
    ("91350100M000100Y43", True),
    ("91350100M000100Y44", False),
    ("91350100M000100Y4", False),
    ("91350100M000100I43", False),  # I, O, S, V and Z are never used
    ("", False),
    ("企业91350100M000100Y4", False),
])
def test_credit_codes(text, valid):
    codes = np.array([text.encode()], dtype=object)
    assert checked_codes(codes).tolist() == [valid]


def test_credit_codes_are_freed_from_accidents_of_typing():
    assert clean_code(" 91350100m000100y43 ") == "91350100M000100Y43"
    assert clean_code("９１３５０１００Ｍ０００１００Ｙ４３") == "91350100M000100Y43"
    assert clean_code("91350100-M000100Y4-3") == "91350100M000100Y43"
