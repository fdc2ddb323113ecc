"""Headers of every answer, production's cookies, and refusals that Django itself would answer bare."""

import os
import subprocess
import sys

import pytest
from django.test import Client

from guatu.kernel.tests.pages_world import build

pytestmark = pytest.mark.django_db(databases=["default", "progress"])


@pytest.mark.parametrize("url", ["/login/", "/nowhere/", "/r/parks/", "/api/parks/", "/sessions/", "/static/guatu/mark.svg"])
def test_every_answer_carries_the_headers(url):
    answer = build().client().get(url)
    policy = answer["Content-Security-Policy"]
    for part in ("default-src 'self'", "script-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'",
                 "form-action 'self'"):
        assert part in policy.split("; ")
    assert "unsafe-eval" not in policy and "unsafe-inline" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    assert answer["X-Content-Type-Options"] == "nosniff" and answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in answer["Permissions-Policy"] and "camera=(self)" in answer["Permissions-Policy"]
    assert ("no-store" in answer["Cache-Control"]) is not url.startswith("/static/")


def test_pages_of_nobody_are_not_kept_either():
    assert "no-store" in Client().get("/login/")["Cache-Control"]
    assert "no-store" in Client().get("/r/parks/")["Cache-Control"]


def test_a_wrong_host_and_too_many_fields_are_sentences(settings):
    settings.ALLOWED_HOSTS = ["guatu.example"]
    page = Client().get("/login/", headers={"Host": "evil.example"})
    assert page.status_code == 400 and "refusal" not in page.content.decode() and "<h1>" in page.content.decode()
    settings.ALLOWED_HOSTS = ["*"]
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    page = Client().post("/login/", {f"a{n}": n for n in range(20)})
    assert page.status_code == 400 and "<h1>" in page.content.decode()


PRODUCTION = """
import django
django.setup()
from django.conf import settings
from django.test import Client
print(settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.LANGUAGE_COOKIE_SECURE,
      settings.SESSION_COOKIE_HTTPONLY, settings.SECURE_HSTS_SECONDS)
plain = Client().get("/nowhere/", headers={"Host": "guatu.example"}, REMOTE_ADDR="10.0.0.1")
print(plain.status_code, plain["Location"])
stranger = Client().get("/nowhere/", headers={"Host": "guatu.example", "X-Forwarded-Proto": "https"}, REMOTE_ADDR="8.8.8.8")
print(stranger.status_code)
known = Client().get("/r/parks/", headers={"Host": "guatu.example", "X-Forwarded-Proto": "https"}, REMOTE_ADDR="10.0.0.1")
print(known["Location"], known["Strict-Transport-Security"])
"""


def test_production(tmp_path):
    environment = {
        **os.environ, "GUATU_HOME": str(tmp_path), "GUATU_MODE": "production", "GUATU_SECRET_KEY": "s3cret-" * 9 + "äöüß12345",
        "GUATU_ALLOWED_HOSTS": "guatu.example", "GUATU_TRUSTED_PROXIES": "10.0.0.1",
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run([sys.executable, "-c", PRODUCTION], env=environment, capture_output=True, text=True, timeout=120)
    lines = done.stdout.splitlines()
    assert lines[0] == f"True True True True {365 * 86400}", done.stderr
    assert lines[1] == "301 https://guatu.example/nowhere/"
    assert lines[2] == "301", "a stranger's word that the connection was encrypted is not believed"
    assert lines[3] == f"/login/?next=/r/parks/ max-age={365 * 86400}"
