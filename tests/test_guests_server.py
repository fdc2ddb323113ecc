"""The real server under uploads of 1 GB and requests that are no HTTP: refused early, memory and disk stay bounded."""

import json
import shutil
import socket

import pytest

from tests.guests.served import Served

GIGABYTE = 1 << 30
#: Memory by which the processes of the server may grow while somebody sends a gigabyte.
MOST_GROWTH = 150 << 20


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    made = Served(tmp_path_factory.mktemp("served"))
    yield made
    made.end()


@pytest.fixture(autouse=True)
def goes_on(served):
    """Whatever was sent, the server answers the next one, has no traceback in its log, and the history is unchanged."""
    before = json.loads(served.get("/api/audit/head"))
    yield
    assert json.loads(served.get("/api/audit/head")) == before
    log = served.log.read_text("utf-8", "replace")
    assert "Traceback" not in log and "panicked" not in log, log[-4000:]


def gigabyte(size: int = GIGABYTE):
    piece = b"x" * (1 << 18)
    for _n in range(size // len(piece)):
        yield piece


def head_of(served, path: str, size: int | None, kind: str, more: str = "", who: bool = True) -> str:
    length = f"Content-Length: {size}\r\n" if size is not None else "Transfer-Encoding: chunked\r\n"
    cookies = f"Cookie: {served.cookies}; django_language=en\r\n" if who else ""
    return (f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nContent-Type: {kind}\r\n{length}{cookies}{more}"
            "Connection: close\r\n\r\n")


FORM = "multipart/form-data; boundary=x"
LEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF-'


@pytest.mark.parametrize(("path", "kind", "who"), [
    ("/r/projects/import/", FORM, True),
    ("/login/", FORM, False),
    ("/login/", "application/x-www-form-urlencoded", False),
    ("/api/projects/", "application/json", True),
    ("/api/projects/", "application/octet-stream", False),
    ("/no/such/page", FORM, False),
    ("/static/nothing.css", "text/plain", False),
])
def test_a_gigabyte_is_refused_before_it_is_taken(served, path, kind, who):
    before, free = served.memory(), shutil.disk_usage(served.installation.home).free
    status, taken, answer = served.send(head_of(served, path, GIGABYTE, kind, who=who), [LEAD, *gigabyte(64 << 20)])
    assert served.memory() - before < MOST_GROWTH
    assert free - shutil.disk_usage(served.installation.home).free < 200 << 20
    if status:
        assert status in (404, 405, 413), answer[:500]
    else:
        assert taken < GIGABYTE  # the connection was cut, which the sender of a gigabyte must bear
    if status == 413:
        assert "at most" in answer or "最多" in answer


def test_a_gigabyte_without_a_length_is_not_kept(served):
    before = served.memory()

    def chunks():
        for piece in gigabyte(256 << 20):
            yield f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
        yield b"0\r\n\r\n"

    status, _taken, answer = served.send(head_of(served, "/r/projects/import/", None, FORM), chunks())
    assert served.memory() - before < MOST_GROWTH
    assert status == 0 or 400 <= status < 500, answer[:300]


def test_a_length_that_lies_is_no_fault(served):
    for size in ("-1", "x", "99999999999999999999", "1e3", "5, 6", ""):
        head = head_of(served, "/login/", 0, "application/x-www-form-urlencoded", who=False).replace(
            "Content-Length: 0", f"Content-Length: {size}")
        status, _taken, answer = served.send(head, [b"a=1"], wait=10)
        assert status == 0 or 400 <= status < 500 or status == 200, (size, answer[:300])


def test_a_body_that_never_comes_holds_up_nobody_else(served):
    held = []
    for _n in range(8):
        link = socket.create_connection(("127.0.0.1", served.port), timeout=10)
        link.sendall(head_of(served, "/login/", 1000, "application/x-www-form-urlencoded", who=False).encode() + b"a=")
        held.append(link)
    status, _taken, _answer = served.send(
        f"GET /static/guatu/base.css HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\nConnection: close\r\n\r\n", wait=30)
    for link in held:
        link.close()
    assert status in (200, 404), status


ODD = {
    "header of 1 MB": "GET / HTTP/1.1\r\nHost: {host}\r\nX-A: " + "a" * 1_000_000 + "\r\n\r\n",
    "1,000 headers": "GET / HTTP/1.1\r\nHost: {host}\r\n" + "".join(f"X-{n}: 1\r\n" for n in range(1000)) + "\r\n",
    "address of 1 MB": "GET /" + "a" * 1_000_000 + " HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "address of 60 KB": "GET /r/projects/?q=" + "a" * 60_000 + " HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
    "cookie of 30 KB": "GET / HTTP/1.1\r\nHost: {host}\r\nCookie: sessionid=" + "a" * 30_000 + "\r\nConnection: close\r\n\r\n",
    "no HTTP": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x00" * 300,
    "NUL in the address": "GET /r/pro\x00jects/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
    "two hosts": "GET / HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    "length and chunks": ("POST /login/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n"
                          "Connection: close\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\n\r\n"),
    "whole address": "GET http://evil.example/login/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    "CONNECT": "CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
    "dots": "GET /static/../../../../../../etc/passwd HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
    "coded dots": "GET /static/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
    "bad codes": "GET /r/%ff%fe/%zz/?q=%ed%a0%80 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n",
    "folded header": "GET / HTTP/1.1\r\nHost: {host}\r\nX-A: a\r\n b\r\nConnection: close\r\n\r\n",
    "bytes in a header": "GET /login/ HTTP/1.1\r\nHost: {host}\r\nUser-Agent: \xff\xfe\x80\r\nConnection: close\r\n\r\n",
}


@pytest.mark.parametrize("trick", ODD)
def test_what_is_no_proper_request_is_refused_or_ignored(served, trick):
    status, _taken, answer = served.send(ODD[trick].replace("{host}", f"127.0.0.1:{served.port}"), wait=8)
    assert status < 500 and "root:" not in answer and "Traceback" not in answer, answer[:500]
