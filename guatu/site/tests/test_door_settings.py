"""Settings of the doors: sane by default, refused with a sentence when wrong, and described."""

import re
from pathlib import Path

import pytest

from guatu.site import door_settings
from guatu.site.environment import BadSetting

OIDC = {"GUATU_OIDC_ISSUER": "https://id.example/realm/", "GUATU_OIDC_CLIENT_ID": "guatu", "GUATU_OIDC_CLIENT_SECRET": "s"}


def test_defaults():
    doors = door_settings.read({}, "production")
    assert (doors.login_failures, doors.lock_seconds, doors.token_failures) == (20, 900, 20)
    assert (doors.idle_seconds, doors.session_seconds, doors.password_max_days) == (3600, 43200, 0)
    assert doors.trusted_proxies == [] and doors.oidc is None and all(doors.limits.values())


@pytest.mark.parametrize("env, word", [
    ({"GUATU_LOGIN_FAILURES": "0"}, "GUATU_LOGIN_FAILURES is '0'"),
    ({"GUATU_LOGIN_FAILURES": "many"}, "whole number"),
    ({"GUATU_LOCK_MINUTES": "-1"}, "whole number"),
    ({"GUATU_LIMIT_API": "9" * 30}, "whole number"),
    ({"GUATU_TRUSTED_PROXIES": "10.0.0.1,proxy"}, "names 'proxy'"),
    ({"GUATU_TRUSTED_PROXIES": "0.0.0.0/0"}, "trusts everybody"),
    ({"GUATU_OIDC_CLIENT_ID": "guatu"}, "GUATU_OIDC_ISSUER is not set"),
    ({"GUATU_OIDC_ISSUER": "https://id.example"}, "are needed too"),
    ({**OIDC, "GUATU_OIDC_ISSUER": "id.example"}, "is no address"),
    ({**OIDC, "GUATU_OIDC_ISSUER": "http://id.example"}, "must begin with https"),
    ({**OIDC, "GUATU_OIDC_CREATE": "maybe"}, "must be one of: yes, no"),
])
def test_wrong_ones_are_refused(env, word):
    with pytest.raises(BadSetting) as refused:
        door_settings.read(env, "production")
    assert word in str(refused.value)


def test_right_ones():
    doors = door_settings.read({**OIDC, "GUATU_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/24,::1", "GUATU_LIMIT_API": "0"}, "production")
    assert doors.trusted_proxies == ["127.0.0.1", "10.0.0.0/24", "::1"] and doors.limits["api"] == 0
    assert doors.oidc.issuer == "https://id.example/realm" and not doors.oidc.create
    assert door_settings.read({**OIDC, "GUATU_OIDC_ISSUER": "http://127.0.0.1:9"}, "production").oidc is not None


def test_each_variable_is_described():
    source = Path(door_settings.__file__).read_text(encoding="utf-8")
    read = set(re.findall(r'"(GUATU_[A-Z_]+)"', source))
    said = set(re.findall(r"^    (GUATU_[A-Z_]+) ", door_settings.__doc__, flags=re.MULTILINE))
    page = (Path(__file__).resolve().parents[3] / "docs" / "doors.md").read_text(encoding="utf-8")
    assert read == said and len(said) == 20
    for name in said:
        assert f"`{name}`" in page, f"docs/doors.md does not name {name}"
