"""Check now, pause, and what administrators of the instance may do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from credentials_app.forms.error_messages import too_often
from credentials_app.models import Credential, StatusChange
from credentials_app.services import administration
from credentials_app.services.actions import check_now, pause_credential, resume_credential
from credentials_app.services.errors import AskedTooOften, Limited
from credentials_app.services.trials import start_trial
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
    check_now(scenes.seat(), row)
    row.refresh_from_db()
    assert row.asked_at is not None
    assert row.next_check_at == row.asked_at
    assert row.status == Status.VALID
    assert AuditEvent.objects.filter(action="credentials:credential:check").count() == 1


def test_resuming_is_a_check_that_a_person_asks_for() -> None:
    alice = scenes.seat()
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    row = pause_credential(alice, row)
    row = resume_credential(alice, row)
    assert (row.status, row.next_check_at) == (Status.UNVERIFIED, row.asked_at)
    assert row.asked_at is not None
    assert [event.action for event in AuditEvent.objects.all()[:2]] == [
        "credentials:credential:resume",
        "credentials:credential:pause",
    ]


def test_resuming_what_is_not_paused_does_nothing() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    due = row.next_check_at
    assert resume_credential(scenes.seat(), row).next_check_at == due
    assert not AuditEvent.objects.filter(action="credentials:credential:resume").exists()


def test_pausing_what_is_paused_does_nothing() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    for _ in range(2):
        assert pause_credential(scenes.seat(), row).status == Status.PAUSED
    assert AuditEvent.objects.filter(action="credentials:credential:pause").count() == 1


def test_pausing_and_resuming_is_no_way_around_the_limits() -> None:
    alice, row = scenes.seat(), scenes.stored()
    for _ in range(2):
        row = resume_credential(alice, pause_credential(alice, row))
    row = pause_credential(alice, row)
    with pytest.raises(AskedTooOften):
        resume_credential(alice, row)
    row.refresh_from_db()
    assert (row.status, row.next_check_at) == (Status.PAUSED, None)


def test_the_same_credential_is_checked_twice_a_minute_at_most() -> None:
    row, other = scenes.stored(), scenes.stored("other")
    check_now(scenes.seat(), row)
    check_now(scenes.seat(), row)
    with pytest.raises(AskedTooOften):
        check_now(scenes.seat(), row)
    check_now(scenes.seat(), other)


def refused(deed: Callable[[], object]) -> AskedTooOften:
    with pytest.raises(AskedTooOften) as refusal:
        deed()
    return refusal.value


def test_a_person_asks_for_ten_checks_a_minute_at_most_saved_or_not() -> None:
    alice = scenes.seat()
    rows = [scenes.stored(f"row-{number}", by=alice) for number in range(6)]
    with time_machine.travel(scenes.NOON, tick=False) as clock:
        for _ in range(5):
            start_trial(alice, scenes.draft())
        for row in rows[:5]:
            check_now(alice, row)
        for deed in (
            lambda: check_now(alice, rows[5]),
            lambda: start_trial(alice, scenes.draft()),
        ):
            told = refused(deed)
            assert (told.whose, told.free_at) == (
                Limited.PERSON,
                scenes.NOON + timedelta(minutes=1),
            )
        bob = cast.participant(alice.workspace, cast.bob(), "user")
        check_now(cast.seat(alice.workspace, bob), rows[5])
        clock.shift(61)
        check_now(alice, rows[5])


def test_a_workspace_asks_for_sixty_checks_an_hour_at_most() -> None:
    alice = scenes.seat()
    rows = [scenes.stored(f"row-{number}", by=alice) for number in range(10)]
    with time_machine.travel(scenes.NOON, tick=False) as clock:
        for _ in range(6):
            for row in rows:
                check_now(alice, row)
            clock.shift(61)
        bob = cast.seat(alice.workspace, cast.participant(alice.workspace, cast.bob(), "user"))
        told = refused(lambda: check_now(bob, rows[0]))
        assert (told.whose, told.free_at) == (Limited.WORKSPACE, scenes.NOON + timedelta(hours=1))
        check_now(cast.seat(cast.personal()), scenes.stored(by=cast.seat(cast.personal())))


def test_a_refused_wish_is_not_counted() -> None:
    row = scenes.stored()
    for _ in range(2):
        check_now(scenes.seat(), row)
    for _ in range(20):
        assert refused(lambda: check_now(scenes.seat(), row)).whose is Limited.CREDENTIAL
    check_now(scenes.seat(), scenes.stored("other"))


@pytest.mark.parametrize(
    ("whose", "wait", "told"),
    [
        (
            Limited.CREDENTIAL,
            59.2,
            "checked twice within a minute. The next is possible in 60 seconds.",
        ),
        (
            Limited.PERSON,
            0.1,
            "You asked for 10 checks within a minute. The next is possible in 1 second.",
        ),
        (Limited.WORKSPACE, 1801, "within an hour. The next is possible in 31 minutes."),
        (Limited.WORKSPACE, -5, "The next is possible in 1 second."),
    ],
)
def test_who_waits_is_told_why_and_until_when(whose: Limited, wait: float, told: str) -> None:
    refusal = AskedTooOften(whose, scenes.NOON + timedelta(seconds=wait))
    assert too_often(refusal, scenes.NOON).endswith(told)


def test_a_paused_one_is_not_due_and_check_now_resumes_it() -> None:
    row = scenes.checked(scenes.stored(), Outcome.REJECTED)
    row = pause_credential(scenes.seat(), row)
    row.refresh_from_db()
    assert (row.status, row.next_check_at, row.asked_at) == (Status.PAUSED, None, None)
    row = check_now(scenes.seat(), row)
    row.refresh_from_db()
    assert (row.status, row.rejections, row.rejected_since) == (Status.UNVERIFIED, 0, None)
    why = list(StatusChange.objects.order_by("at").values_list("why", flat=True))
    assert why == ["rejected", "paused", "resumed"]


def test_pausing_twice_is_one_change() -> None:
    row = scenes.stored()
    pause_credential(scenes.seat(), row)
    pause_credential(scenes.seat(), row)
    assert StatusChange.objects.count() == 1


def test_what_people_did_themselves_is_mailed_to_nobody() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    check_now(scenes.seat(), pause_credential(scenes.seat(), row))
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
