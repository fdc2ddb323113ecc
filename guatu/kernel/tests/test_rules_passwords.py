"""Password rules on paper: what offices really type is refused, what people make up themselves passes."""

import pytest

from guatu.kernel.rules.passwords import classes, own_part, weaknesses

NAMES = ["zhangsan", "张三丰", "zhang.san", "13812345678"]


@pytest.mark.parametrize("password", [
    "a-long-password-1", "another-good-one-2", "Blau7Wolke-Fenster", "挂在墙上的图-07a", "kfz8-tqm3-wxp6", "Li&Bai*moon41",
    "x7#Vd!r0pQ",
])
def test_good_ones_pass(password):
    assert weaknesses(password, NAMES) == []


@pytest.mark.parametrize("password, wrong", [
    ("Ab1-efgh", ["length"]),
    ("abcdefghijkl", ["classes"]),
    ("1234567890123", ["classes"]),
    ("short", ["length", "classes"]),
    ("Zhangsan-77-kk", ["name"]),
    ("naSgnahz-77-kk", ["name"]),
    ("X张三丰-77-kkqq", ["name"]),
    ("tel13812345678-A", ["name"]),
    ("x" * 128 + "A1", ["too_long"]),
])
def test_each_fault_has_its_code(password, wrong):
    assert weaknesses(password, NAMES) == wrong


@pytest.mark.parametrize("password", [
    "Admin@123456", "Guatu@2024", "P@ssw0rd1234", "Qwer1234!@#$", "1qaz@WSX3edc", "Aa123456789!", "Qingdao@2023",
    "Woaini5201314!", "Passw0rd!2022", "abcd1234!ABCD", "Abc123456!!!", "Zhengfu@20221231", "!QAZ2wsx#EDC", "Huawei12#$",
    "QWErty123456!", "Kaifaqu@12345", "aaaaAAAA1111!", "Root@2022.test",
])
def test_what_everybody_types_is_refused(password):
    assert weaknesses(password, NAMES) == ["common"], own_part(password)


def test_two_letter_names_are_not_looked_for():
    assert weaknesses("Fenster-Li-4711x", ["li"]) == []


@pytest.mark.parametrize("password, kinds", [("abc", 1), ("aB", 2), ("aB1", 3), ("aB1-", 4), ("墙", 1), ("", 0)])
def test_classes(password, kinds):
    assert classes(password) == kinds
