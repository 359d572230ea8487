"""Waits as pages show them: cause, end, what one can do, and whose numbers they name."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.clock import database_now
from credentials_app.models import Credential, SignInAttempt, Trial
from credentials_app.pacing.tenants import tenant_of
from credentials_app.pacing.waits import WaitReason
from credentials_app.presentation.badge import badge
from credentials_app.presentation.credential import credential_view
from credentials_app.presentation.waits import wait_view
from credentials_app.services import trials
from credentials_app.status import COULD_NOT_CHECK, WAITING
from tests import cast
from tests.credentials_app import scenes

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def waiting(reason: WaitReason, *, asked: bool = True, **columns: Any) -> Credential:
    """A credential whose check waits for half an hour."""
    row, now = scenes.stored(), database_now()
    values = {"sign_in": str(scenes.SIGN_IN), "account": "made-up-hash", **columns}
    Credential.objects.update(
        asked_at=now if asked else None,
        next_check_at=now + HOUR / 2,
        wait_reason=reason.value,
        waits_since=now,
        **values,
    )
    row.refresh_from_db()
    return row


def failed(tenant: str, **columns: Any) -> None:
    values = {"account": "made-up-hash", "share": "people", "at": database_now(), **columns}
    SignInAttempt.objects.create(origin=str(scenes.SIGN_IN), tenant=tenant, **values)


@pytest.mark.parametrize("reason", WaitReason)
def test_every_wait_has_a_cause_an_end_and_something_to_do(reason: WaitReason) -> None:
    row = waiting(reason)
    view = wait_view(row, database_now())
    assert view is not None
    assert (view.cause, view.until, view.blocks) == (reason.words, row.next_check_at, True)
    assert view.action
    shown = badge(row, database_now())
    assert (shown.note, shown.until) == (WAITING, row.next_check_at)
    assert shown.why.startswith(reason.words)
    has_advice = shown.why != reason.words
    assert has_advice == ("Nothing to do" not in view.action)


@pytest.mark.parametrize("reason", WaitReason)
def test_a_scheduled_check_that_waits_is_told_and_blocks_only_what_waits_too(
    reason: WaitReason,
) -> None:
    row = waiting(reason, asked=False)
    view = wait_view(row, database_now())
    assert view is not None
    assert view.blocks == (reason in {WaitReason.THROTTLED, WaitReason.BANNED})
    assert badge(row, database_now()).note is WAITING


def test_what_is_held_back_for_too_long_could_not_be_checked_and_says_why() -> None:
    row = waiting(WaitReason.REGISTRY, asked=False, could_not_look_shown=True)
    shown = badge(row, database_now())
    assert (shown.note, shown.why) == (COULD_NOT_CHECK, WaitReason.REGISTRY.words)


def test_a_check_that_is_due_waits_no_longer() -> None:
    row = waiting(WaitReason.ACCOUNT)
    assert row.next_check_at is not None
    assert wait_view(row, row.next_check_at) is None
    assert badge(row, row.next_check_at).wait is None
    Credential.objects.update(wait_reason="")
    row.refresh_from_db()
    assert wait_view(row, database_now()) is None


def test_a_number_is_the_readers_own_and_what_others_caused_has_none() -> None:
    row, now = waiting(WaitReason.ACCOUNT), database_now()
    own = tenant_of(row.workspace, now)
    failed("organization:of somebody else")
    view = wait_view(row, database_now())
    assert view is not None
    assert view.cause == "Lockkeeper waits so that the account is not locked."
    failed(own)
    failed(own, at=now - HOUR)
    failed(own, account="another account")
    failed(own, busy_until=now + HOUR)
    view = wait_view(row, database_now())
    assert view is not None
    assert view.cause.endswith("Here 1 login of this account failed in the last hour.")
    failed(own)
    view = wait_view(row, database_now())
    assert view is not None
    assert view.cause.endswith("Here 2 logins of this account failed in the last hour.")


def test_a_list_asks_the_database_for_no_number() -> None:
    row = waiting(WaitReason.ACCOUNT)
    with CaptureQueriesContext(connection) as seen:
        assert credential_view(row, database_now()).badge.why
    assert len(seen) == 0


def test_a_trial_says_when_its_wait_is_longer_than_its_ten_minutes() -> None:
    trial = trials.start_trial(cast.seat(cast.workspace()), scenes.draft())
    for minutes, outlives in ((5, False), (11, True)):
        Trial.objects.update(
            next_check_at=trial.started_at + timedelta(minutes=minutes),
            wait_reason=WaitReason.ACCOUNT.value,
        )
        trial.refresh_from_db()
        view = wait_view(trial, database_now())
        assert view is not None
        assert (view.blocks, view.outlives) == (True, outlives)


def test_an_unverified_credential_that_waits_is_not_to_be_checked_now() -> None:
    assert credential_view(waiting(WaitReason.ACCOUNT), database_now()).steps == []
    Credential.objects.update(wait_reason="", next_check_at=database_now())
    [step] = credential_view(Credential.objects.get(), database_now()).steps
    assert "Check it now" in step
