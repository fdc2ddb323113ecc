"""Serving: granian for the pages and one job worker beside it; both end together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext as _

from guatu.kernel.errors import Refused

#: Seconds that requests and jobs under way get when the program is told to end.
GRACE_SECONDS = 1


def serve(host: str, port: int, workers: int) -> None:
    """Serves until SIGTERM or SIGINT. Raises Refused when the address cannot be had."""
    from granian import Granian
    from granian.constants import Interfaces

    _refuse_taken(host, port)
    # Else a web process outlives a killed server and keeps its address.
    os.register_at_fork(after_in_child=partial(_begin_web, os.getpid()))
    stopping = threading.Event()
    worker = threading.Thread(target=_keep_worker, args=(stopping,), daemon=True)
    worker.start()
    try:
        Granian(
            "guatu.site.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            blocking_threads=2,
            workers_kill_timeout=GRACE_SECONDS,
            respawn_failed_workers=True,
            log_access=False,
            log_level="warning",
            websockets=False,
        ).serve()
    finally:
        stopping.set()
        worker.join(timeout=GRACE_SECONDS + 1)


def _refuse_taken(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as fault:
            raise Refused(
                "address",
                _(
                    "Cannot serve at %(host)s:%(port)s: %(why)s. Another program may be using it; choose "
                    "another with --port."
                )
                % {"host": host, "port": port, "why": getattr(fault, "strerror", None) or fault},
            ) from None


def _keep_worker(stopping: threading.Event) -> None:
    """Runs the worker process, starts it again when it dies, and ends it when serving ends.

    However this process goes, the worker notices and ends too.
    """
    while not stopping.is_set():
        with subprocess.Popen(
            [sys.executable, "-m", "guatu.site.serving", str(os.getpid())], stdin=subprocess.DEVNULL
        ) as process:
            while process.poll() is None and not stopping.wait(0.2):
                pass
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(GRACE_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
        stopping.wait(1)


def _when_orphaned(parent: int, act: Callable[[], None]) -> None:
    """Calls `act` once the process `parent`, which started this one, is gone, even if killed without a word."""
    while os.getppid() == parent:
        time.sleep(0.5)
    act()


def _end_without(parent: int) -> None:
    watch = threading.Thread(target=_when_orphaned, args=(parent, lambda: os._exit(1)), daemon=True)
    watch.start()


def _begin_web(parent: int) -> None:
    """What a web process does beside answering, from its first moment."""
    _end_without(parent)
    threading.Thread(target=_warm, daemon=True).start()


def _warm() -> None:
    import gc
    import logging

    from django.db import connection

    from guatu.kernel import held, held_records

    try:
        held.warm()
        held_records.warm()
        gc.freeze()  # the program itself stays as long as the process: the collector need not look through it again
    except Exception:
        logging.getLogger("guatu").exception("Nothing was read ahead; the first pages will be slow.")
    finally:
        connection.close()


def work(server: int) -> None:
    """The worker process: jobs, and each night's turn of the day. `server` is the process it works for."""
    stopping = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the server says when to end
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())

    threading.Thread(target=_when_orphaned, args=(server, stopping.set), daemon=True).start()
    threading.Thread(target=_turn_days, args=(stopping,), daemon=True).start()
    from guatu.kernel import jobs

    jobs.worker(stopping)


def _turn_days(stopping: threading.Event) -> None:
    from django.db import connection

    from guatu.kernel.turning import turn_of_day

    turned = None
    while not stopping.is_set():
        today = timezone.localdate()
        if turned != today:
            try:
                turn_of_day(today)
                turned = today
            except Exception:
                import logging

                logging.getLogger("guatu").exception("The turn of the day failed and is tried again in a minute.")
            finally:
                connection.close()
        stopping.wait(60)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guatu.site.settings")
    import django

    django.setup()
    work(int(sys.argv[1]))
