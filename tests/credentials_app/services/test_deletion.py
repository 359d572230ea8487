"""Deleting credentials: into the bin, back from it, for good, and the purge after seven days."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from common.clock import database_now
from common.living import KEPT_FOR
from credentials_app.models import (
    CheckRun,
    Credential,
    FormerSecret,
    Notice,
    StatusChange,
    Tag,
    Trial,
)
from credentials_app.services import deletion
from credentials_app.services.credentials import draft_of, edit_credential
from credentials_app.services.errors import (
    NameTaken,
    NothingToChange,
    NumberChanged,
    TooManyAtOnce,
    TooManyCredentials,
)
from credentials_app.services.replacement import NewSecret, try_replacement
from credentials_app.status import Status
from registry.outcome import Outcome
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def deleted(name: str = "deploy", *, ago: timedelta = timedelta()) -> Credential:
    """A credential in the bin since so long ago."""
    row = scenes.checked(scenes.stored(name), Outcome.VALID)
    deletion.delete_credential(scenes.seat(), row)
    Credential.every.filter(pk=row.pk).update(deleted_at=database_now() - ago)
    return Credential.every.get(pk=row.pk)


def actions() -> list[str]:
    names = AuditEvent.objects.filter(action__startswith="credentials:credential")
    return [event.action.rpartition(":")[2] for event in names.order_by("seq")]


def test_a_deleted_one_is_found_by_no_query_but_that_of_the_bin() -> None:
    row = scenes.checked(scenes.stored(tags=("prod",)), Outcome.REJECTED)
    deletion.delete_credential(scenes.seat(), row)
    assert not Credential.objects.exists()
    assert not row.workspace.credentials.exists()
    assert not StatusChange.objects.exists()
    assert not CheckRun.objects.exists()
    assert not Tag.objects.exists()
    assert [each.pk for each in deletion.in_the_bin(scenes.seat())] == [row.pk]
    assert CheckRun.every.count() == 1


def test_it_says_who_deleted_it_and_when() -> None:
    row = deleted()
    assert row.deleted_by == "alice@example.org"
    assert row.deleted_at is not None
    assert row.kept_until == row.deleted_at + KEPT_FOR


def test_former_secrets_trials_and_pending_news_end_with_the_deletion() -> None:
    seat = scenes.seat()
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    new = Secret("made-up-password-2")
    row = edit_credential(seat, row, scenes.draft(secret=new))
    scenes.checked(row, Outcome.REJECTED)
    try_replacement(seat, row, NewSecret(Secret("made-up-password-3")))
    assert (FormerSecret.objects.count(), Trial.objects.count()) == (1, 1)
    deletion.delete_credential(seat, row)
    assert not FormerSecret.objects.exists()
    assert not Trial.objects.exists()
    assert not Notice.objects.filter(mailed_at=None).exists()
    deletion.restore_credential(seat, row)
    assert not StatusChange.objects.filter(told_at=None).exclude(tell="").exists()


def test_it_comes_back_with_its_history_and_is_due() -> None:
    row = deleted()
    back = deletion.restore_credential(scenes.seat(), row)
    assert Credential.objects.get() == back
    assert back.runs.count() == 1
    assert back.next_check_at is not None
    assert back.next_check_at <= database_now()
    assert draft_of(back).name == "deploy"
    assert actions() == ["add", "delete", "restore"]


def test_a_paused_one_comes_back_paused() -> None:
    row = scenes.stored()
    Credential.objects.filter(pk=row.pk).update(status=Status.PAUSED, next_check_at=None)
    deletion.delete_credential(scenes.seat(), row)
    back = deletion.restore_credential(scenes.seat(), row)
    assert (back.status, back.next_check_at) == (Status.PAUSED, None)


def test_a_name_is_free_once_its_credential_is_deleted() -> None:
    row = deleted()
    scenes.stored("DEPLOY")
    with pytest.raises(NameTaken):
        deletion.restore_credential(scenes.seat(), row)
    with pytest.raises(NameTaken):
        deletion.restore_credential(scenes.seat(), row, name="Deploy")
    back = deletion.restore_credential(scenes.seat(), row, name="deploy-2")
    assert back.name == "deploy-2"
    event = AuditEvent.objects.first()
    assert event is not None
    assert event.details == {"old_name": "deploy"}


def test_the_database_refuses_two_living_ones_of_a_name() -> None:
    row = deleted()
    scenes.stored("Deploy")
    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.every.filter(pk=row.pk).update(deleted_at=None)
    assert Credential.every.filter(name__iexact="deploy").count() == 2


def test_the_limit_of_a_workspace_counts_the_living_and_holds_for_who_comes_back() -> None:
    row = deleted()
    with override_settings(LOCKKEEPER_MOST_CREDENTIALS=1):
        scenes.stored("other")
        with pytest.raises(TooManyCredentials):
            deletion.restore_credential(scenes.seat(), row)


def test_for_good_leaves_its_name_in_the_audit_log_alone() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    deletion.delete_credential(scenes.seat(), row, for_good=True)
    assert not Credential.every.exists()
    assert not CheckRun.every.exists()
    assert actions() == ["add", "delete", "purge"]
    event = AuditEvent.objects.first()
    assert event is not None
    assert event.target_label == "deploy"


def test_what_is_in_the_bin_can_be_deleted_for_good() -> None:
    row = deleted()
    deletion.delete_for_good(scenes.seat(), row)
    assert not Credential.every.exists()


def test_a_living_one_is_not_deleted_for_good_by_the_way_of_the_bin() -> None:
    row = scenes.stored()
    with pytest.raises(Credential.DoesNotExist):
        deletion.delete_for_good(scenes.seat(), row)
    with pytest.raises(Credential.DoesNotExist):
        deletion.restore_credential(scenes.seat(), row)
    assert Credential.objects.get() == row


def test_the_purge_takes_what_is_older_than_seven_days() -> None:
    deleted("young", ago=KEPT_FOR - DAY)
    deleted("old", ago=KEPT_FOR)
    scenes.stored("living")
    assert deletion.purge_the_bins(now=database_now()) == 1
    assert {row.name for row in Credential.every.all()} == {"young", "living"}
    event = AuditEvent.objects.first()
    assert event is not None
    assert (event.action, event.actor_label) == ("credentials:credential:purge", "system")
    assert event.workspace_label == "Acme / Web"


def test_the_purge_takes_more_than_one_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "PURGED_AT_ONCE", 2)
    for number in range(5):
        deleted(f"old-{number}", ago=KEPT_FOR)
    assert deletion.purge_the_bins(now=database_now()) == 5


def test_after_seven_days_it_cannot_be_brought_back_even_before_the_purge() -> None:
    row = deleted(ago=KEPT_FOR)
    assert not deletion.in_the_bin(scenes.seat()).exists()
    with pytest.raises(Credential.DoesNotExist):
        deletion.restore_credential(scenes.seat(), row)


def test_many_go_with_an_event_for_each() -> None:
    for name in ("a", "b", "c"):
        scenes.stored(name)
    some = Credential.objects.filter(name__in=("a", "b"))
    assert deletion.delete_many(scenes.seat(), some, number=2) == 2
    assert [row.name for row in Credential.objects.all()] == ["c"]
    labels = AuditEvent.objects.filter(action="credentials:credential:delete")
    assert {event.target_label for event in labels} == {"a", "b"}


def test_another_number_than_that_of_the_rows_deletes_nothing() -> None:
    scenes.stored("a")
    with pytest.raises(NumberChanged, match="1 are selected now"):
        deletion.delete_many(scenes.seat(), Credential.objects.all(), number=2)
    assert Credential.objects.count() == 1


def test_none_and_too_many_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NothingToChange):
        deletion.delete_many(scenes.seat(), Credential.objects.none(), number=0)
    monkeypatch.setattr(deletion, "MOST_DELETED", 1)
    for name in ("a", "b"):
        scenes.stored(name)
    with pytest.raises(TooManyAtOnce):
        deletion.delete_many(scenes.seat(), Credential.objects.all(), number=2)
    assert Credential.objects.count() == 2


def test_many_of_another_workspace_stay() -> None:
    elsewhere = cast.seat(cast.workspace("ops"))
    row = scenes.stored()
    with pytest.raises(NothingToChange):
        deletion.delete_many(elsewhere, Credential.objects.all(), number=1)
    deletion.delete_credential(scenes.seat(), row)
    assert not deletion.in_the_bin(elsewhere).exists()
    for deed in (deletion.restore_credential, deletion.delete_for_good):
        with pytest.raises(Credential.DoesNotExist):
            deed(elsewhere, row)
