"""Whether a password is good enough, worked out on paper. Lengths in characters; source: GB/T 22239-2019 (等保 2.0),
8.1.4.1 a) identity with complexity, changed from time to time, and b) not guessable; practice of its assessors: ten
characters of three classes.
"""

from __future__ import annotations

import re

MIN_LENGTH = 10
MAX_LENGTH = 128
MIN_CLASSES = 3
#: Different characters that must remain when words everybody tries are taken out.
MIN_OWN = 5

#: What people in such offices type first: words, names of keys, dates, and the product itself.
WORDS = (
    "password", "passwd", "admin", "administrator", "root", "guest", "user", "test", "demo", "welcome", "hello", "login",
    "letmein", "master", "secret", "changeme", "default", "system", "manager", "oracle", "mysql", "redis", "server",
    "iloveyou", "guatu", "wall", "mima", "miyao", "woaini", "aini", "nihao", "zhongguo", "china", "beijing", "shanghai",
    "qingdao", "shandong", "zhengfu", "xinqu", "kaifaqu", "gongan", "yuangong", "zhanghao", "denglu", "huawei",
    "tencent", "alibaba", "taobao", "weixin", "wechat", "laopo", "laogong", "baobei", "asdf", "qwer", "zxcv", "qaz",
    "wsx", "edc", "rfv", "tgb", "abc", "abcd", "xyz", "spring", "summer", "autumn", "winter", "dragon", "monkey", "sunshine",
    "5201314", "520", "1314", "888", "666", "168", "110", "119", "120", "pass", "word", "gov",
)
#: Rows and columns of the keyboard; three neighbours in either direction are one move of the hand.
ROWS = (
    "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "!@#$%^&*()", "!qaz@wsx#edc$rfv", "qazwsxedcrfvtgbyhnujm", "0987654321",
)
_PLAIN = str.maketrans("@$013457!", "asoieasti")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[01]\d(?:[0-3]\d)?)?")
_REPEAT = re.compile(r"(.)\1{2,}")


def weaknesses(password: str, names: list[str]) -> list[str]:
    """Codes of what is wrong, in the order in which to say it: length, too_long, classes, name, common.

    `names` are what the person is called: user name, name, e-mail, phone; shorter than three characters they are not
    looked for.
    """
    found = []
    if len(password) < MIN_LENGTH:
        found.append("length")
    if len(password) > MAX_LENGTH:
        found.append("too_long")
    if classes(password) < MIN_CLASSES:
        found.append("classes")
    low = password.lower()
    for name in names:
        name = name.lower().strip()
        if len(name) >= 3 and (name in low or name[::-1] in low):
            found.append("name")
            break
    if not found and len(set(own_part(password))) < MIN_OWN:
        found.append("common")
    return found


def classes(password: str) -> int:
    """How many of the four kinds occur: small letters, capitals, digits, everything else (Chinese signs too)."""
    kinds = {
        "small" if "a" <= sign <= "z" else "capital" if "A" <= sign <= "Z" else "digit" if "0" <= sign <= "9" else "other"
        for sign in password
    }
    return len(kinds)


def own_part(password: str) -> str:
    """What is left of a password when words, moves on the keyboard, years and repetitions are taken out.

    Words are found in what the eye reads, too: “p@ssw0rd” is “password”.
    """
    low = password.lower()
    taken = [False] * len(low)
    for text in (low, low.translate(_PLAIN)):
        for word in WORDS:
            for found in re.finditer(re.escape(word), text):
                taken[found.start() : found.end()] = [True] * len(word)
    for pattern in (_YEAR, _REPEAT):
        for found in pattern.finditer(low):
            taken[found.start() : found.end()] = [True] * (found.end() - found.start())
    for place in range(len(low)):
        length = max(_run(low, place, row) for both in ROWS for row in (both, both[::-1]))
        if length >= 3:
            taken[place : place + length] = [True] * length
    return "".join(sign for sign, gone in zip(low, taken, strict=True) if not gone)


def _run(text: str, place: int, row: str) -> int:
    start = row.find(text[place])
    if start < 0:
        return 0
    length = 0
    while place + length < len(text) and start + length < len(row) and text[place + length] == row[start + length]:
        length += 1
    return length
