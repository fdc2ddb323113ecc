"""The demo zone behind the real server, and one browser logged in as its administrator."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from tests.guests.installation import ROOT, Installation


class Served:
    """A demo installation being served, and one logged-in browser."""

    def __init__(self, home: Path):
        self.installation = Installation(home, None, like="demo")
        users = json.loads((home / "demo-users.json").read_text(encoding="utf-8"))
        self.password = next(user["password"] for user in users if user["username"] == "administrator")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = home / "server.log"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "guatu", "serve", "--port", str(self.port)], env=self.installation.env, cwd=ROOT,
            stdout=subprocess.DEVNULL, stderr=self.log.open("wb"))
        self.jar = CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        deadline = time.monotonic() + 90
        while True:
            try:
                page = self.get("/login/")
                break
            except OSError:
                assert time.monotonic() < deadline and self.process.poll() is None, self.log.read_text()[-3000:]
                time.sleep(0.3)
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
        form = f"username=administrator&password={self.password}&csrfmiddlewaretoken={token}".encode()
        self.browser.open(f"http://127.0.0.1:{self.port}/login/", form, timeout=30).read()

    def get(self, path: str) -> str:
        return self.browser.open(f"http://127.0.0.1:{self.port}{path}", timeout=60).read().decode()

    @property
    def cookies(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)

    def memory(self) -> int:
        """Resident bytes of the server and everything below it."""
        children: dict[int, list[int]] = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError, ValueError):
                parts = path.read_text().rsplit(")", 1)[1].split()
                children.setdefault(int(parts[1]), []).append(int(path.parent.name))
        waiting, total = [self.process.pid], 0
        while waiting:
            pid = waiting.pop()
            waiting += children.get(pid, [])
            with contextlib.suppress(OSError):
                total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return total

    def send(self, head: str, pieces=(), wait: float = 60) -> tuple[int, int, str]:
        """Sends a request by hand; returns (status, bytes of the body taken before the answer, answer)."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as link:
            taken = 0
            try:
                link.sendall(head.encode("latin-1"))
                for piece in pieces:
                    link.sendall(piece)
                    taken += len(piece)
            except OSError:
                pass  # refused before everything was sent, as it should be
            answer = b""
            with contextlib.suppress(OSError):
                while piece := link.recv(65536):
                    answer += piece
                    if b"\r\n\r\n" in answer and len(answer) > 1 << 20:
                        break
        found = re.match(rb"HTTP/1\.[01] (\d+)", answer)
        return int(found[1]) if found else 0, taken, answer.decode("utf-8", "replace")

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(20)
