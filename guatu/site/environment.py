"""Settings read from the environment and checked before anything starts.

Every fault is a sentence naming the variable, its value, and what to write instead. The variables:

    GUATU_HOME           folder of the installation's data (default: var)
    GUATU_MODE           demo | production | test (default: demo)
    GUATU_SECRET_KEY     at least 50 characters; required in production
    GUATU_ALLOWED_HOSTS  comma-separated host names; required in production
    DATABASE_URL         postgresql://user:password@host:port/name (default: SQLite under GUATU_HOME)
    GUATU_EMAIL_URL      smtp://user:password@host:port or smtps://… (default: e-mail is not sent)
    GUATU_EMAIL_FROM     sender of e-mail
    GUATU_URL            address of this installation, like https://guatu.example.cn: where links in e-mail lead
    GUATU_DIGEST_AT      hour at which the daily digest is mailed (default: 07:30)
    GUATU_LANGUAGE       zh-hans | en: language of the command line (default: zh-hans)
    GUATU_BACKUP_FOLDER  folder for a backup each night (default: none is made)
    GUATU_BACKUPS_KEPT   how many of these backups are kept (default: 14)
    GUATU_SPARK          sc://host:port (Spark Connect) or a master like local[2]: Spark reads the warehouse (default: DuckDB does)
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

DEMO_SECRET_PREFIX = "demo-"
MODES = ("demo", "production", "test")
LANGUAGES = ("zh-hans", "en")


class BadSetting(SystemExit):
    """Refuses to start; the text goes to stderr and the exit code is 1."""


@dataclass(frozen=True)
class Environment:
    home: Path
    mode: str
    secret_key: str
    allowed_hosts: list[str]
    database: dict
    progress_database: dict
    email: dict
    url: str
    digest_at: str
    language: str
    backup_folder: Path | None
    backups_kept: int
    spark: str


def sqlite_database(path: Path) -> dict:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 30,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
                "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=1073741824;"
            ),
        },
    }


def postgresql_database(url: str) -> dict:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise BadSetting(
            f"DATABASE_URL cannot be read: {fault}. Write postgresql://user:password@host:5432/name."
        ) from None
    if parts.scheme not in ("postgresql", "postgres"):
        raise BadSetting(
            f"DATABASE_URL begins with {parts.scheme or 'nothing'}://, but only postgresql:// is understood. "
            "Write postgresql://user:password@host:5432/name, or leave it unset for the embedded SQLite database."
        )
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise BadSetting("DATABASE_URL names no database. Write postgresql://user:password@host:5432/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(port or ""),
        # Each answer is many short queries, which compiling would only slow; grouping the states needs room.
        "OPTIONS": {"options": "-c jit=off -c work_mem=64MB -c max_parallel_workers_per_gather=0"},
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def email_settings(url: str) -> dict:
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise BadSetting(
            "GUATU_EMAIL_URL cannot be read. Write smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and bool(parts.username),
        "EMAIL_TIMEOUT": 20,
    }


def web_address(url: str) -> str:
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise BadSetting(f"GUATU_URL is {url!r}, which is no address. Write https://guatu.example.cn.")
    return url.rstrip("/")


def hour_of_day(name: str, value: str) -> str:
    try:
        return time.fromisoformat(value).strftime("%H:%M")
    except ValueError:
        raise BadSetting(f"{name} is {value!r}, which is no hour. Write it like 07:30.") from None


def one_of(name: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise BadSetting(f"{name} is {value!r}, but must be one of: {', '.join(allowed)}.")
    return value


def count(name: str, value: str, most: int) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 6 and 1 <= int(value) <= most):
        raise BadSetting(f"{name} is {value!r}, but must be a whole number from 1 to {most}.")
    return int(value)


def secret_key(env: Mapping[str, str], mode: str, home: Path) -> str:
    given = env.get("GUATU_SECRET_KEY", "")
    if mode == "production":
        if not given:
            raise BadSetting(
                "GUATU_SECRET_KEY is not set, and GUATU_MODE is production. Set it to a random text of 50 or more "
                "characters, for instance the output of: python3 -c 'import secrets; print(secrets.token_urlsafe(64))'."
            )
        if given.startswith(DEMO_SECRET_PREFIX):
            raise BadSetting(
                "GUATU_SECRET_KEY is a demo secret. Production needs one of its own, known to nobody else."
            )
        if len(given) < 50 or len(set(given)) < 10:
            raise BadSetting(
                f"GUATU_SECRET_KEY is too weak ({len(given)} characters). Use 50 or more random characters."
            )
        return given
    if given:
        return given
    kept = home / "demo-secret"
    if not kept.exists():
        home.mkdir(parents=True, exist_ok=True)
        kept.write_text(DEMO_SECRET_PREFIX + secrets.token_urlsafe(64))
        kept.chmod(0o600)
    return kept.read_text().strip()


def read(env: Mapping[str, str]) -> Environment:
    """Reads and checks every setting; raises BadSetting with a sentence at the first fault."""
    mode = one_of("GUATU_MODE", env.get("GUATU_MODE", "demo"), MODES)
    home = Path(env.get("GUATU_HOME") or "var").absolute()
    if home.exists() and not home.is_dir():
        raise BadSetting(f"GUATU_HOME is {home}, which is a file. Name a folder.")
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise BadSetting(
            f"GUATU_HOME is {home}, which cannot be made: {fault.strerror}. Name a folder you may write."
        ) from None
    hosts = [host.strip() for host in env.get("GUATU_ALLOWED_HOSTS", "").split(",") if host.strip()]
    if mode == "production" and not hosts:
        raise BadSetting(
            "GUATU_ALLOWED_HOSTS is not set, and GUATU_MODE is production. Name the hosts, separated by commas."
        )
    if mode == "production" and "*" in hosts:
        raise BadSetting("GUATU_ALLOWED_HOSTS is *, which lets any host name in. Name the hosts, separated by commas.")
    url = env.get("DATABASE_URL", "")
    database = postgresql_database(url) if url else sqlite_database(home / "guatu.sqlite3")
    email = email_settings(env.get("GUATU_EMAIL_URL", ""))
    email["DEFAULT_FROM_EMAIL"] = env.get("GUATU_EMAIL_FROM", "guatu@localhost")
    return Environment(
        home=home,
        mode=mode,
        secret_key=secret_key(env, mode, home),
        allowed_hosts=hosts or ["localhost", "127.0.0.1", "[::1]", "testserver"],
        database=database,
        progress_database=sqlite_database(home / "progress.sqlite3"),
        email=email,
        url=web_address(env.get("GUATU_URL", "")),
        digest_at=hour_of_day("GUATU_DIGEST_AT", env.get("GUATU_DIGEST_AT", "07:30")),
        language=one_of("GUATU_LANGUAGE", env.get("GUATU_LANGUAGE", "zh-hans"), LANGUAGES),
        backup_folder=Path(env["GUATU_BACKUP_FOLDER"]).absolute() if env.get("GUATU_BACKUP_FOLDER") else None,
        spark=env.get("GUATU_SPARK", "").strip(),
        backups_kept=count("GUATU_BACKUPS_KEPT", env.get("GUATU_BACKUPS_KEPT", "14"), 10_000),
    )
