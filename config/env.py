"""Reads environment variables, files named by NAME_FILE, and collects what is unreadable."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import environ

from common.durations import NoDuration, read_duration
from config.mail.url import BadMailUrl, settings_for
from registry.secret import Secret

BASE_DIR = Path(__file__).resolve().parent.parent
YES = frozenset({"1", "true", "yes", "on"})

# Sentences about files and values that could not be read; with any of them the start is refused.
unreadable: list[str] = []

# The files that held a secret; the start is refused if others can read one of them.
secret_files: dict[str, Path] = {}
SECRETS = frozenset(
    {
        *("SECRET_KEY", "SECRET_KEY_FALLBACKS", "LOCKKEEPER_KEYS"),
        *("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "LOCKKEEPER_PROXY"),
    }
)

OF_A_PROVIDER = ("kind", "name", "issuer", "client_id", "domains", "second_factor", "ca")


def text(name: str, default: str = "") -> str:
    """The value of NAME, or the text of the file named by NAME_FILE, stripped."""
    file = os.environ.get(f"{name}_FILE", "").strip()
    if not file:
        return os.environ.get(name, default).strip()
    if name in SECRETS or name.endswith("_CLIENT_SECRET"):
        secret_files[f"{name}_FILE"] = Path(file)
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        unreadable.append(f"{name}_FILE names {file}, and that file cannot be read.")
        return ""


def default_file(name: str, file: Path) -> None:
    """Read NAME from this file if it exists and neither NAME nor NAME_FILE is set."""
    if file.exists() and not os.environ.get(name) and not os.environ.get(f"{name}_FILE"):
        os.environ[f"{name}_FILE"] = str(file)


def flag(name: str) -> bool:
    """True if NAME is 1, true, yes or on."""
    return text(name).lower() in YES


def word_list(name: str) -> list[str]:
    """A list separated by commas or blanks."""
    return text(name).replace(",", " ").split()


def number(name: str, default: int) -> int:
    """A whole number; anything else counts as unreadable."""
    given = text(name)
    if not given:
        return default
    if given.isascii() and given.isdigit():
        return int(given)
    unreadable.append(f"{name} must be a whole number.")
    return default


def duration(name: str, default: str) -> timedelta:
    """A time such as 15m, 12h or 30d; anything else counts as unreadable."""
    try:
        return read_duration(text(name, default) or default)
    except NoDuration:
        unreadable.append(f"{name} must be a number of minutes, hours or days, such as {default}.")
        return read_duration(default)


def data_folder() -> Path:
    """The folder of the embedded mode, and of mails stored as files."""
    return Path(text("LOCKKEEPER_DATA") or BASE_DIR / "data").absolute()


def queue() -> str:
    """The URL of the queue: REDIS_URL, or the socket of the embedded mode."""
    own = f"redis+socket://{quote(str(data_folder() / 'run' / 'queue.sock'))}"
    return text("REDIS_URL") or (own if flag("LOCKKEEPER_EMBEDDED") else "redis://127.0.0.1:6379/0")


def anchor_folder() -> str:
    """The folder of the audit log's anchors; empty: none are written."""
    own = str(data_folder() / "anchors") if flag("LOCKKEEPER_EMBEDDED") else ""
    return text("LOCKKEEPER_AUDIT_ANCHORS") or own


def database(default: str) -> dict[str, Any]:
    """The DATABASES entry for DATABASE_URL, with the options that each engine needs."""
    found: dict[str, Any] = environ.Env.db_url_config(text("DATABASE_URL") or default)
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        found |= {"CONN_MAX_AGE": 300, "CONN_HEALTH_CHECKS": True}
    return found


def identity_providers() -> dict[str, dict[str, str | Secret]]:
    """What is set of each provider of LOCKKEEPER_OPENID, by its word; what is not set is empty.

    The settings of one begin with LOCKKEEPER_OPENID_ and its word.
    """
    return {word: _identity_provider(word) for word in word_list("LOCKKEEPER_OPENID")}


def _identity_provider(word: str) -> dict[str, str | Secret]:
    start = f"LOCKKEEPER_OPENID_{word.upper().replace('-', '_')}_"
    plain = {field: text(start + field.upper()) for field in OF_A_PROVIDER}
    return {**plain, "client_secret": Secret(text(f"{start}CLIENT_SECRET"))}


def mail_settings() -> dict[str, Any]:
    """The e-mail settings for EMAIL_URL; empty if it is not set."""
    try:
        return settings_for(text("EMAIL_URL"))
    except BadMailUrl as error:
        unreadable.append(str(error))
        return {}


def host_of(url: str) -> str:
    """The host of a URL, in the form of ALLOWED_HOSTS."""
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host
