"""Refused sign-ins are counted, and the counts do not fill the disk."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from config import tasks
from tests import cast
from workspaces.models import AuditEvent, RefusedSignIn
from workspaces.sign_in import refused

pytestmark = pytest.mark.django_db


def counts() -> list[tuple[str, str, int]]:
    rows = RefusedSignIn.objects.order_by("pk")
    return [(str(row.person or ""), row.network, row.count) for row in rows]


def test_one_client_makes_one_row_in_an_hour_and_account() -> None:
    person, other = cast.alice(), cast.bob()
    with time_machine.travel("2026-03-10T12:10Z", tick=False):
        for _ in range(50):
            refused.count_refused(person, "192.0.2.7")
        refused.count_refused(other, "192.0.2.7")
        refused.count_refused(None, "2001:db8::7")
        refused.count_refused(None, "2001:db8::8")
    with time_machine.travel("2026-03-10T13:00Z", tick=False):
        refused.count_refused(person, "192.0.2.7")
    assert counts() == [
        (str(person), "192.0.2.7", 50),
        (str(other), "192.0.2.7", 1),
        ("", "2001:db8::/64", 2),
        (str(person), "192.0.2.7", 1),
    ]


def test_a_refused_sign_in_adds_no_audit_event() -> None:
    cast.alice()
    before = AuditEvent.objects.count()
    said = {"login": "alice@example.org", "password": "made-up-wrong-1"}
    for _ in range(3):
        Client(REMOTE_ADDR="192.0.2.9").post("/account/login/", said)
    assert counts() == [("Alice <alice@example.org>", "192.0.2.9", 3)]
    assert AuditEvent.objects.count() == before


def test_they_are_deleted_after_ninety_days() -> None:
    now = timezone.now()
    for days in (0, 89, 91):
        with time_machine.travel(now - timedelta(days=days)):
            refused.count_refused(None, f"192.0.2.{days}")
    tasks.forget_refused_sign_ins()
    assert [network for _, network, _ in counts()] == ["192.0.2.0", "192.0.2.89"]


def test_only_the_newest_stay_when_there_are_too_many(monkeypatch: Any) -> None:
    monkeypatch.setattr(refused, "MAX_ROWS", 3)
    now = timezone.now()
    for minutes in range(6):
        with time_machine.travel(now - timedelta(minutes=minutes)):
            refused.count_refused(None, f"192.0.2.{minutes}")
    assert refused.delete_old(now) == 3
    assert [network for _, network, _ in counts()] == ["192.0.2.0", "192.0.2.1", "192.0.2.2"]
