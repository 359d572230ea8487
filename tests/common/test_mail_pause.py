"""Mail to a server that failed rests for almost a minute, and mail to others does not."""

from typing import Any

import pytest

from common import mail_pause


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch, settings: Any) -> dict[str, float]:
    """A clock that a test sets; no server is paused."""
    clock = {"s": 1000.0}
    monkeypatch.setattr(mail_pause, "_paused_until", {})
    monkeypatch.setattr(mail_pause.time, "monotonic", lambda: clock["s"])
    settings.EMAIL_HOST, settings.EMAIL_PORT = "mail.example.org", 25
    return clock


def test_no_server_is_paused_at_first() -> None:
    assert mail_pause.is_paused() is False


def test_a_pause_lasts_55_seconds(now: dict[str, float]) -> None:
    mail_pause.pause()
    now["s"] += 54.9
    assert mail_pause.is_paused() is True
    now["s"] += 0.1
    assert mail_pause.is_paused() is False


def test_a_mail_that_was_accepted_ends_the_pause() -> None:
    mail_pause.open_again()
    mail_pause.pause()
    mail_pause.open_again()
    assert mail_pause.is_paused() is False


@pytest.mark.parametrize(("host", "port"), [("other.example.org", 25), ("mail.example.org", 587)])
def test_another_server_is_not_paused(settings: Any, host: str, port: int) -> None:
    mail_pause.pause()
    settings.EMAIL_HOST, settings.EMAIL_PORT = host, port
    assert mail_pause.is_paused() is False
    mail_pause.open_again()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "mail.example.org", 25
    assert mail_pause.is_paused() is True
