"""Check now, pause, and what administrators of the instance may do."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from credentials_app import administration, services
from credentials_app.drafts import CheckedJustNow
from credentials_app.models import Credential, StatusChange
from credentials_app.status import Status
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces.models import AuditEvent, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


def test_check_now_makes_it_due_and_is_audited() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    services.check_now(scenes.seat(), row)
    row.refresh_from_db()
    assert row.asked_at is not None
    assert row.next_check_at == row.asked_at
    assert row.status == Status.VALID
    assert AuditEvent.objects.filter(action="credentials:credential:check").count() == 1


def test_the_same_credential_is_checked_twice_a_minute_at_most() -> None:
    row, other = scenes.stored(), scenes.stored("other")
    services.check_now(scenes.seat(), row)
    services.check_now(scenes.seat(), row)
    with pytest.raises(CheckedJustNow):
        services.check_now(scenes.seat(), row)
    services.check_now(scenes.seat(), other)


def test_a_paused_one_is_not_due_and_check_now_resumes_it() -> None:
    row = scenes.checked(scenes.stored(), Outcome.REJECTED)
    row = services.pause_credential(scenes.seat(), row)
    row.refresh_from_db()
    assert (row.status, row.next_check_at, row.asked_at) == (Status.PAUSED, None, None)
    row = services.check_now(scenes.seat(), row)
    row.refresh_from_db()
    assert (row.status, row.rejections, row.rejected_since) == (Status.UNVERIFIED, 0, None)
    why = list(StatusChange.objects.order_by("at").values_list("why", flat=True))
    assert why == ["rejected", "paused", "resumed"]


def test_pausing_twice_is_one_change() -> None:
    row = scenes.stored()
    services.pause_credential(scenes.seat(), row)
    services.pause_credential(scenes.seat(), row)
    assert StatusChange.objects.count() == 1


def test_what_people_did_themselves_is_mailed_to_nobody() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    services.check_now(scenes.seat(), services.pause_credential(scenes.seat(), row))
    assert not StatusChange.objects.exclude(tell="").exists()


def test_an_administrator_checks_and_pauses_in_workspaces_of_others() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    ada = cast.administrator()
    assert administration.check_all(ada, cast.CALLER, [row.pk]) == [row.pk]
    row.refresh_from_db()
    assert row.asked_at is not None
    assert row.asked_at > timezone.now() - timedelta(minutes=1)
    administration.pause_all(ada, cast.CALLER, [row.pk])
    row.refresh_from_db()
    assert row.status == Status.PAUSED
    event = AuditEvent.objects.first()
    assert event is not None
    assert (event.action, event.actor_id) == ("credentials:credential:pause", ada.pk)
    assert event.workspace_id == row.workspace_id


@pytest.mark.parametrize("who", ["auditor", "alice", "deactivated administrator"])
def test_nobody_else_does(who: str) -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    people: dict[str, User] = {"auditor": cast.auditor(), "alice": cast.alice()}
    gone = cast.administrator()
    gone.is_active = False
    person = people.get(who, gone)
    for deed in (administration.check_all, administration.pause_all):
        with pytest.raises(PermissionDenied):
            deed(person, cast.CALLER, [row.pk])
    assert Credential.objects.filter(pk=row.pk, status=Status.VALID, asked_at=None).exists()
