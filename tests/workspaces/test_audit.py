"""Audit events: who, what, where, with every label copied and no secret."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from registry.secret import Secret
from tests import cast
from workspaces import audit, places
from workspaces.audit import Caller
from workspaces.models import AuditEvent
from workspaces.rights.refusals import SlugTaken

pytestmark = pytest.mark.django_db


def test_an_event_copies_every_label() -> None:
    place = cast.workspace()
    event = audit.record("test:thing:make", seat=cast.seat(place), target=cast.bob())
    assert event.actor_label == "Alice <alice@example.org>"
    assert event.workspace_label == "Acme / Web"
    assert (event.target_type, event.target_label) == ("user", "Bob <bob@example.org>")
    assert abs(event.at - datetime.now(UTC)) < timedelta(minutes=5)


def test_what_acts_on_its_own_is_called_by_its_word() -> None:
    event = audit.record("test:thing:make", actor="checker", workspace=cast.personal())
    assert (event.actor_type, event.actor_label, event.actor_id) == ("system", "checker", None)
    assert event.via == "worker"


def test_how_it_came_in_is_kept() -> None:
    caller = Caller("web", "192.0.2.7", "abc")
    event = audit.record("test:thing:make", actor=cast.bob(), caller=caller)
    assert (event.via, event.address, event.request_id) == ("web", "192.0.2.7", "abc")


@pytest.mark.parametrize(
    "details",
    [
        {"password": "made-up-password-1"},
        {"reason": Secret("made-up-password-1")},
        {"reason": b"made-up-password-1"},
        {"fields": [Secret("made-up-password-1")]},
        {"reason": {"nested": "made-up-password-1"}},
    ],
    ids=["an unknown key", "a secret", "bytes", "a secret in a list", "something nested"],
)
def test_only_allowed_keys_with_plain_values_are_kept(details: dict[str, Any]) -> None:
    with pytest.raises(audit.UnknownDetail) as refusal:
        audit.record("test:thing:make", details=details)
    assert "made-up" not in str(refusal.value)
    assert not AuditEvent.objects.exists()


def test_a_deed_and_its_event_are_one_transaction() -> None:
    cast.workspace()
    before = AuditEvent.objects.count()
    with pytest.raises(SlugTaken):
        places.make_organization(cast.alice(), name="Acme", slug="acme", caller=cast.CALLER)
    assert AuditEvent.objects.count() == before


def test_an_event_goes_with_a_deed_that_is_undone() -> None:
    with transaction.atomic():
        audit.record("test:thing:make")
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()
