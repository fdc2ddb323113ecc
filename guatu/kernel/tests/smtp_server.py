"""A small SMTP server for tests: real sockets, and it can stop at a chosen moment to let a worker be killed there."""

from __future__ import annotations

import email
import socket
import threading
from email import policy


class SmtpServer:
    """Listens on a free port; `letters` are the messages taken, in order. `stop_at` is "connected" or "taken": at that
    moment `reached` is set and nothing is answered any more on that connection. `refuse` answers 451 to every letter."""

    def __init__(self):
        self.letters: list[email.message.EmailMessage] = []
        self.stop_at = ""
        self.refuse = False
        self.reached = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_exc):
        self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for connections
        self._socket.close()

    @property
    def identities(self) -> list[str]:
        return [str(letter["Message-ID"]) for letter in self.letters]

    def _serve(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._speak, args=(connection,), daemon=True).start()

    def _speak(self, connection: socket.socket) -> None:
        try:
            with connection, connection.makefile("rb") as lines:
                if self._stops("connected", lines):
                    return
                connection.sendall(b"220 test\r\n")
                for line in lines:
                    verb = line[:4].upper()
                    if verb == b"DATA":
                        connection.sendall(b"354 go on\r\n")
                        self._take(connection, lines)
                    elif verb == b"QUIT":
                        connection.sendall(b"221 bye\r\n")
                        return
                    else:
                        connection.sendall(b"250 ok\r\n")
        except OSError:  # the worker was killed
            return

    def _take(self, connection: socket.socket, lines) -> None:
        text = b""
        for line in lines:
            if line == b".\r\n":
                break
            text += line[1:] if line.startswith(b"..") else line
        else:
            return  # cut off before the end: not taken
        if self.refuse:
            connection.sendall(b"451 not now\r\n")
            return
        self.letters.append(email.message_from_bytes(text, policy=policy.default))
        if not self._stops("taken", lines):
            connection.sendall(b"250 taken\r\n")

    def _stops(self, moment: str, lines) -> bool:
        if self.stop_at != moment:
            return False
        self.reached.set()
        lines.read()  # until the other side is gone
        return True
