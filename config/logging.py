"""Log lines: one JSON object each; whatever looks like a secret is masked in the final text."""

import json
import logging
import logging.config
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from registry.providers.tokens_in_text import tokens_in

MASK = "•••"
request_id: ContextVar[str] = ContextVar("request_id", default="")

# The second line of defense only: no code may log a secret in the first place.
PATTERNS = (
    re.compile(r"(?i)(?P<keep>authorization\W{1,6}(?:(?:basic|bearer)\s+)?)[^\s\"',;}]+"),
    re.compile(r"(?i)(?P<keep>\b(?:basic|bearer)\s+)[A-Za-z0-9+/=_.~-]{8,}"),
    re.compile(r"(?i)(?P<keep>\\?[\"']auth\\?[\"']\s*:\s*\\?[\"'])[^\"'\\]+"),
    re.compile(
        r"(?i)(?P<keep>\b\w*(?:password|passwd|secret|token|api_?key)\w*\\?[\"']?\s*[=:]\s*"
        r"\\?[\"']?)[^\s\"'&,;}\\]+"
    ),
    re.compile(r"(?P<keep>\b[a-z][a-z0-9+.-]*://)[^\s/@\"']+@"),
    # Links that grant access: invitations, resets, new addresses, accounts that come back.
    re.compile(
        r"(?P<keep>/(?:invitations|unsubscribe|account/(?:return|confirm-email"
        r"|password/reset/key))/)[^/\s\"']+"
    ),
    # What an identity provider sends with the browser.
    re.compile(r"(?P<keep>[?&](?:code|state)=)[^\s&\"']+"),
    re.compile(r"\b(?:lkk_|glpat-|gldt-|ghp_|gho_|dckr_pat_|dckr_oat_)[A-Za-z0-9_.-]{8,}"),
)


def redact(text: str) -> str:
    """The text with a mask for each part that looks like a secret."""
    for pattern in PATTERNS:
        text = pattern.sub(_masked, text)
    for token in sorted(tokens_in(text), key=len, reverse=True):
        text = text.replace(token, MASK)
    return text


def _masked(match: re.Match[str]) -> str:
    kept = match.groupdict().get("keep") or ""
    return f"{kept}{MASK}@" if match.group().endswith("@") else f"{kept}{MASK}"


@contextmanager
def request_mark(mark: str) -> Iterator[None]:
    """Add the id of the request to the log lines of this context."""
    token = request_id.set(mark)
    try:
        yield
    finally:
        request_id.reset(token)


class JsonLines(logging.Formatter):
    """Formats a record as one line, with its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "says": _message(record),
        }
        if mark := request_id.get():
            line["request"] = mark
        if record.exc_info and not _is_fault_of_client(record):
            line["trace"] = self.formatException(record.exc_info)
        line = {key: redact(value) for key, value in line.items()}
        return json.dumps(line, ensure_ascii=False)


def _is_fault_of_client(record: logging.LogRecord) -> bool:
    """True for what a client can cause as often as it likes: one short line is enough."""
    is_4xx = 400 <= getattr(record, "status_code", 0) < 500
    return is_4xx or record.name.startswith("django.security")


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001  # wrong arguments of a log call must not raise
        return str(record.msg)


def configure(options: Mapping[str, Any]) -> None:
    """Log to standard error; only the level can be chosen."""
    logging.config.dictConfig(dictionary(options.get("level", "INFO")))


def dictionary(level: str) -> dict[str, Any]:
    """The logging dictionary, also for gunicorn, which configures logging itself."""
    quiet = "INFO" if level == "DEBUG" else level
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": JsonLines}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "lines"},
            "nowhere": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # At debug level the queue's library logs every message in full.
            "amqp": {"level": quiet},
            "kombu": {"level": quiet},
            "gunicorn.error": {"level": quiet, "propagate": True, "handlers": []},
            # Django has added handlers to these by now; one of them sends mail.
            "django": {"level": level, "propagate": True, "handlers": []},
            "django.server": {"level": level, "propagate": True, "handlers": []},
            # Scanners name foreign hosts all day: they get 400, and the log gets nothing.
            "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
            # At debug level it logs every statement with its values.
            "django.db.backends": {"level": quiet},
            # At debug level it logs all that a template is given when one name is missing.
            "django.template": {"level": quiet},
        },
    }
