"""Login by OpenID Connect against a real provider in this process and a real Guatu in another: who gets in, who does not.

The provider signs id_tokens with keys of its own and checks client secret, redirect address and PKCE like any other. What
it answers to a code is told by each test, so that it can lie in every way a provider or somebody between can.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from tests.guests.installation import ROOT, Installation

CLIENT, SECRET = "guatu-client", "guatu-secret"
RIGHT, WRONG, CURVE = (rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048),
                       ec.generate_private_key(ec.SECP256R1()))


class Provider:
    """`answers` maps a code to a function that gives the token endpoint's answer for the form it was sent."""

    def __init__(self):
        self.answers: dict[str, dict] = {}
        self.asked: list[dict] = []
        self.userinfo: dict = {}
        self.is_down = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_words):
                pass

            def answer(self, data, status=200):
                body = json.dumps(data).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                if outer.is_down:
                    return self.answer({"error": "down"}, 503)
                self.answer({
                    "/.well-known/openid-configuration": outer.configuration(), "/jwks": outer.keys(),
                    "/userinfo": outer.userinfo}[urlsplit(self.path).path])

            def do_POST(self):
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.answer(*outer.token({name: values[0] for name, values in form.items()}))

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def configuration(self) -> dict:
        return {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo", "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict:
        found = []
        for kid, algorithm, key in (("k1", RSAAlgorithm, RIGHT), ("k2", ECAlgorithm, CURVE)):
            found.append({**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig"})
        return {"keys": found}

    def token(self, form: dict) -> tuple[dict, int]:
        self.asked.append(form)
        kept = self.answers.get(form.get("code", ""))
        if kept is None or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET):
            return {"error": "invalid_grant"}, 400
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(verifier).decode().rstrip("=") != kept["challenge"]:
            return {"error": "invalid_grant", "error_description": "PKCE"}, 400
        answer = {"access_token": "at", "token_type": "Bearer"}
        return (answer | {"id_token": kept["id_token"]} if kept["id_token"] else answer), 200


@pytest.fixture(scope="module")
def provider():
    made = Provider()
    yield made
    made.server.shutdown()


@pytest.fixture(scope="module")
def house(provider, tmp_path_factory):
    """A served demo zone whose provider is ours; new people get no account."""
    yield from _served(provider, tmp_path_factory.mktemp("oidc-home"), "no")


def _served(provider, home: Path, create: str):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    Installation(home, None, like="demo")
    environment = {
        **os.environ, "GUATU_HOME": str(home), "GUATU_MODE": "demo", "GUATU_OIDC_ISSUER": provider.issuer + "/",
        "GUATU_OIDC_CLIENT_ID": CLIENT, "GUATU_OIDC_CLIENT_SECRET": SECRET, "GUATU_OIDC_NAME": "市统一认证",
        "GUATU_OIDC_CREATE": create,
    }
    environment.pop("DATABASE_URL", None)
    log = (home / "served.log").open("w+b")
    process = subprocess.Popen(
        [sys.executable, "-m", "guatu", "demo", "--port", str(port)], env=environment, stdout=log, stderr=log,
        start_new_session=True, cwd=ROOT)
    url = f"http://127.0.0.1:{port}"
    try:
        for _n in range(600):
            try:
                requests.get(f"{url}/login/", timeout=60)
                break
            except requests.ConnectionError:
                assert process.poll() is None, (home / "served.log").read_text()[-3000:]
                time.sleep(0.2)
        yield url
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(15)
        log.close()


class Browser(requests.Session):
    """A browser that has pressed the button; `come_back` is what the provider does with it."""

    def __init__(self, provider: Provider, house: str, language: str = "en"):
        super().__init__()
        self.provider, self.house = provider, house
        self.cookies.set("django_language", language)

    def go(self, next_url: str = "/tokens/") -> dict[str, str]:
        page = self.get(f"{self.house}/login/oidc/", params={"next": next_url}, allow_redirects=False)
        assert page.status_code == 302 and page.headers["Location"].startswith(self.provider.issuer + "/authorize?")
        self.sent = {name: values[0] for name, values in parse_qs(urlsplit(page.headers["Location"]).query).items()}
        return self.sent

    def come_back(self, code: str = "code-1", state: str | None = None, key=RIGHT, header=None, alg="RS256", drop=(), raw=None,
                  **changed) -> requests.Response:
        now = int(time.time())
        claims = {
            "iss": self.provider.issuer, "aud": CLIENT, "sub": "sub-leader", "iat": now, "exp": now + 300,
            "nonce": self.sent["nonce"], "preferred_username": "leader", "name": "李领导",
        } | changed
        claims = {name: value for name, value in claims.items() if name not in drop}
        token = raw if raw is not None else jwt.encode(claims, key, alg, headers={"kid": "k1", **(header or {})})
        self.provider.answers = {"code-1": {"challenge": self.sent["code_challenge"], "id_token": token}}
        return self.get(f"{self.house}/login/oidc/callback/", params={"code": code, "state": state or self.sent["state"]},
                        allow_redirects=False)

    def is_in(self) -> bool:
        return self.get(f"{self.house}/tokens/", allow_redirects=False).status_code == 200


@pytest.fixture
def browser(provider, house):
    found = Browser(provider, house)
    found.go()
    return found


def refused(browser: Browser, answer: requests.Response) -> None:
    assert answer.status_code in (403, 502), (answer.status_code, answer.headers, answer.text[:500])
    assert "Traceback" not in answer.text and re.search(r"not logged in|no open account|cannot be asked", answer.text)
    assert not browser.is_in()


def test_the_button_is_there_and_leads_to_the_provider(provider, house):
    page = requests.get(f"{house}/login/", timeout=10).text
    assert "市统一认证" in page and 'href="/login/oidc/' in page
    sent = Browser(provider, house).go()
    assert sent["response_type"] == "code" and sent["client_id"] == CLIENT and sent["code_challenge_method"] == "S256"
    assert sent["redirect_uri"] == f"{house}/login/oidc/callback/" and "openid" in sent["scope"]
    assert len(sent["state"]) > 10 and len(sent["nonce"]) > 20
    assert Browser(provider, house).go()["nonce"] != sent["nonce"]


def test_somebody_known_gets_in_and_comes_to_the_page_asked_for(browser):
    answer = browser.come_back()
    assert answer.status_code == 302 and answer.headers["Location"] == "/tokens/"
    assert browser.is_in() and "演示·领导" in browser.get(f"{browser.house}/tokens/").text


def test_again_with_another_user_name_it_is_still_the_same_person(browser):
    browser.come_back()
    second = Browser(browser.provider, browser.house)
    second.go()
    assert second.come_back(preferred_username="administrator").status_code == 302
    assert "演示·领导" in second.get(f"{second.house}/tokens/").text


def test_a_user_name_given_to_another_subject_is_refused(browser):
    browser.come_back()
    second = Browser(browser.provider, browser.house)
    second.go()
    refused(second, second.come_back(sub="another-person"))


def test_an_elliptic_key_is_as_good(browser):
    assert browser.come_back(key=CURVE, alg="ES256", header={"kid": "k2"}).status_code == 302


LIES = {
    "signed by another key": {"key": WRONG},
    "signed with the client's secret": {"key": SECRET * 4, "alg": "HS256"},
    "key of another kind": {"key": CURVE, "alg": "ES256"},
    "unknown key": {"header": {"kid": "k9"}},
    "another audience": {"aud": "another-client"},
    "several audiences, made for another": {"aud": [CLIENT, "another"], "azp": "another"},
    "another issuer": {"iss": "http://127.0.0.1:1"},
    "expired": {"exp": int(time.time()) - 600},
    "not yet valid": {"nbf": int(time.time()) + 9000},
    "another nonce": {"nonce": "of-another-login"},
    "no nonce": {"drop": ("nonce",)},
    "no end": {"drop": ("exp",)},
    "no subject": {"drop": ("sub",)},
    "no token": {"raw": ""},
    "rubbish": {"raw": "a.b.c"},
    "unsigned": {"key": None, "alg": "none"},
    "nobody known": {"preferred_username": "nobody-here", "sub": "s9"},
    "no user name": {"drop": ("preferred_username",), "sub": "s9"},
    "a user name that is no text": {"preferred_username": ["leader"], "sub": "s9"},
    "a user name with NUL": {"preferred_username": "leader\x00", "sub": "s9"},
}


@pytest.mark.parametrize("lie", sorted(LIES))
def test_what_proves_nothing_is_refused(browser, lie):
    refused(browser, browser.come_back(**LIES[lie]))


def test_an_altered_token_is_refused(browser):
    now = int(time.time())
    token = jwt.encode({"iss": browser.provider.issuer, "aud": CLIENT, "sub": "s", "iat": now, "exp": now + 300,
                        "nonce": browser.sent["nonce"], "preferred_username": "leader"}, RIGHT, "RS256", {"kid": "k1"})
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = base64.urlsafe_b64encode(json.dumps(claims | {"preferred_username": "administrator"}).encode()).decode()
    refused(browser, browser.come_back(raw=".".join((head, forged.rstrip("="), signature))))


def test_states_are_used_once_and_by_the_browser_that_began(browser, provider, house):
    other = Browser(provider, house)
    other.go()
    refused(other, other.come_back(state=browser.sent["state"]))
    refused(browser, browser.come_back(state="made-up"))
    assert browser.come_back().status_code == 302
    browser.post(f"{house}/logout/")
    again = Browser(provider, house)
    again.sent = browser.sent
    refused(again, again.come_back())


def test_a_wrong_code_and_a_denial_are_refused(browser, house):
    refused(browser, browser.come_back(code="of-somebody-else"))
    browser.go()
    answer = browser.get(f"{house}/login/oidc/callback/", params={"error": "access_denied", "state": browser.sent["state"]})
    refused(browser, answer)


def test_a_provider_that_is_away_is_a_sentence(provider, house):
    provider.is_down = True
    try:
        answer = Browser(provider, house).get(f"{house}/login/oidc/")
        assert answer.status_code == 502 and "cannot be asked just now" in answer.text
    finally:
        provider.is_down = False


def test_the_way_back_leads_nowhere_else(provider, house):
    found = Browser(provider, house)
    found.go("https://evil.example/")
    assert found.come_back().headers["Location"] == "/"


@pytest.mark.parametrize("address", [
    "/accounts/", "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/email/", "/oidc/oidc/login/",
    "/accounts/oidc/oidc/login/", "/accounts/social/signup/", "/accounts/social/connections/", "/login/oidc/connect/",
])
def test_no_page_of_the_library_is_there(house, address):
    answer = requests.get(house + address, timeout=10, allow_redirects=False)
    assert answer.status_code == 404


def test_with_create_a_new_person_gets_an_account_without_a_role(provider, tmp_path):
    for url in _served(provider, tmp_path, "yes"):
        found = Browser(provider, url)
        found.go()
        assert found.come_back(preferred_username="wangwu", sub="s-wang", name="王五").status_code == 302
        page = found.get(f"{url}/tokens/").text
        assert "王五" in page and found.get(f"{url}/api/projects/").status_code == 403
