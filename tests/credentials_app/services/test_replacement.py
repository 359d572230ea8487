"""Replacing a secret: the new one is tried for the same need, and only what works is stored."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache

from common.clock import database_now
from credentials_app import secrets, tasks
from credentials_app.checks import check
from credentials_app.models import CheckRun, Credential, Notice, NoticeKind, ServerRule, Trial
from credentials_app.pacing.waits import WaitReason, wait_of
from credentials_app.selectors import history_of
from credentials_app.services import deletion, replacement, trials
from credentials_app.services.errors import AskedTooOften, SecretNeeded
from credentials_app.services.former_secrets import bring_back, former_secrets_of
from credentials_app.services.replacement import NewSecret
from credentials_app.status import Status
from registry.evidence import StepName
from registry.outcome import Outcome
from registry.secret import Secret
from registry.verdicts.verdict import Verdict
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, registry_says, step, verdict
from workspaces.models import AuditEvent, Participant
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db

OLD, NEW = Secret(scenes.PASSWORD), Secret("made-up-password-2")
SUMMER = date(2031, 7, 1)


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


def content(row: Credential | Trial) -> secrets.SealedContent:
    row.refresh_from_db()
    return secrets.open_secret(row, reason=secrets.Reason.CHECK)


def refused(**more: Any) -> Credential:
    """A credential that its registry refuses, pinned to its sign-in."""
    return scenes.checked(scenes.stored(**more), Outcome.REJECTED)


def tried(
    row: Credential,
    outcome: Outcome | Verdict = Outcome.VALID,
    new: NewSecret | None = None,
    by: Seat | None = None,
) -> Trial:
    """A trial of a new secret that was checked, and whose replacement is not finished."""
    trial = replacement.try_replacement(by or scenes.seat(), row, new or NewSecret(NEW, SUMMER))
    with registry_says(outcome):
        check.check_one(Trial, trial.pk)
    trial.refresh_from_db()
    return trial


def test_what_works_replaces_the_old_one_and_is_valid_at_once() -> None:
    row = refused(push=True, repository="group/app")
    trial = replacement.try_replacement(scenes.seat(), row, NewSecret(NEW, SUMMER))
    with registry_says(Outcome.VALID) as registry:
        tasks.check_trial(str(trial.pk))
        row.refresh_from_db()
        assert (row.status, row.secret_version, row.expires_on) == (Status.VALID, 2, SUMMER)
        assert row.next_check_at is not None
        assert row.next_check_at > database_now() + timedelta(hours=10)
        check.check_one(Credential, row.pk)
    assert len(registry.logins) == 1, "no second sign-in"
    [login], [need] = registry.logins, registry.needs
    assert (login.secret, login.recipients) == (NEW, {scenes.SIGN_IN})
    assert (need.push, need.repository) == (True, "group/app")
    assert content(row).secret == NEW
    assert content(row).recipients == {scenes.SIGN_IN}
    assert not Trial.objects.exists()


def _waits(row: Credential) -> None:
    """Its check is held back for some hours, and somebody has asked to send it again."""
    later = database_now() + timedelta(hours=6)
    waits = {"wait_reason": WaitReason.ACCOUNT.value, "waits_since": database_now()}
    Credential.objects.filter(pk=row.pk).update(next_check_at=later, send_again=True, **waits)
    row.refresh_from_db()
    assert wait_of(row, database_now()) is not None


def test_a_new_secret_ends_the_wait_of_the_old_one() -> None:
    row = refused()
    trial = tried(row)
    _waits(row)
    replacement.finish_replacement(trial.pk)
    row.refresh_from_db()
    assert (row.status, wait_of(row, database_now())) == (Status.VALID, None)
    _waits(row)
    [former] = former_secrets_of(row, database_now())
    row = bring_back(scenes.seat(), row, former.pk)
    row.refresh_from_db()
    assert (row.wait_reason, row.waits_since, row.send_again) == ("", None, False)


def test_the_check_of_the_trial_and_both_changes_are_in_the_history() -> None:
    row = refused()
    replacement.finish_replacement(tried(row).pk)
    run = row.runs.order_by("-started_at").first()
    assert run is not None
    assert (run.outcome, run.secret_version, run.asked) == ("valid", 2, True)
    newest = history_of(row)[1].values_list("old", "new", "why")
    assert list(newest)[:2] == [
        ("unverified", "valid", "valid"),
        ("refused", "unverified", "replaced"),
    ]


def test_the_audit_log_says_who_replaced_it_and_that_it_was_tried() -> None:
    row = refused()
    replacement.finish_replacement(tried(row).pk)
    event = AuditEvent.objects.get(action="credentials:credential:replace")
    assert (event.actor_label, event.target_id) == (str(cast.alice()), str(row.pk))
    assert event.details == {
        "fields": ["expires_on", "secret"],
        "server": str(scenes.REGISTRY),
        "outcome": "valid",
    }
    assert NEW.reveal() not in str(list(AuditEvent.objects.values()))


def test_people_who_were_told_that_it_is_bad_are_told_that_it_works_again() -> None:
    row = scenes.checked(scenes.stored(), Outcome.REJECTED)
    assert row.told_bad
    replacement.finish_replacement(tried(row).pk)
    tasks.sweep_unannounced()
    for change in row.changes.exclude(tell="").filter(told_at=None):
        tasks.announce_change(change.pk)
    assert Notice.objects.filter(kind=NoticeKind.GOOD, credential=row).exists()


@pytest.mark.parametrize(
    "outcome",
    [Outcome.REJECTED, Outcome.MISSING_SCOPE, Outcome.UNPROVED, Outcome.UNREACHABLE],
)
def test_what_does_not_work_leaves_the_old_one_as_it_is(outcome: Outcome) -> None:
    row = refused()
    before = Credential.objects.values().get()
    trial = tried(row, outcome)
    assert replacement.finish_replacement(trial.pk) is None
    assert Credential.objects.values().get() == before
    assert content(row).secret == OLD
    assert Trial.objects.filter(pk=trial.pk).exists(), "it can be stored all the same"


def test_it_can_be_replaced_anyway_with_what_the_trial_showed() -> None:
    row = refused()
    trial = tried(row, Outcome.MISSING_SCOPE)
    row = replacement.replace_secret(scenes.seat(), row, NewSecret(None, SUMMER), trial=trial)
    row.refresh_from_db()
    assert (row.status, row.secret_version) == (Status.MISSING_SCOPE, 2)
    assert row.expires_on == SUMMER
    assert content(row).secret == NEW


def test_it_can_be_replaced_without_any_trial_and_is_due_then() -> None:
    row = replacement.replace_secret(scenes.seat(), refused(), NewSecret(NEW))
    assert (row.status, row.asked_at == row.next_check_at) == (Status.UNVERIFIED, True)
    with pytest.raises(SecretNeeded):
        replacement.replace_secret(scenes.seat(), row, NewSecret())


def test_the_same_new_secret_is_tried_again_without_being_typed_again() -> None:
    row = refused()
    first = tried(row, Outcome.UNREACHABLE)
    second = replacement.try_replacement(scenes.seat(), row, NewSecret(), before=first)
    assert content(second).secret == NEW
    assert content(second).recipients == {scenes.SIGN_IN}
    with pytest.raises(SecretNeeded):
        replacement.try_replacement(scenes.seat(), row, NewSecret())


def test_a_trial_for_another_credential_lends_its_secret_to_none() -> None:
    row = refused()
    other = scenes.checked(scenes.stored("other"), Outcome.VALID)
    for trial in (tried(other), trials.start_trial(scenes.seat(), scenes.draft(secret=NEW))):
        with pytest.raises(SecretNeeded):
            replacement.replace_secret(scenes.seat(), row, NewSecret(), trial=trial)
        with pytest.raises(SecretNeeded):
            replacement.try_replacement(scenes.seat(), row, NewSecret(), before=trial)
    assert content(row).secret == OLD


def changed(row: Credential, **columns: Any) -> None:
    Credential.objects.filter(pk=row.pk).update(**columns)


STALE = {
    "the need grew": lambda row: changed(row, push=True),
    "another repository": lambda row: changed(row, repository="group/other"),
    "another user name": lambda row: changed(row, username="root"),
    "replaced meanwhile": lambda row: replacement.replace_secret(
        scenes.seat(), row, NewSecret(Secret("made-up-password-3"))
    ),
    "deleted": lambda row: deletion.delete_credential(scenes.seat(), row),
    "certificates of its own": lambda row: ServerRule.objects.create(
        workspace=row.workspace, origin=row.server, ca_pem="made up", changed_at=database_now()
    ),
    "ten minutes passed": lambda row: Trial.objects.update(
        started_at=database_now() - timedelta(minutes=10)
    ),
    "the person has left": lambda row: Participant.objects.filter(user=cast.bob()).delete(),
    "the person may only look": lambda row: Participant.objects.filter(user=cast.bob()).update(
        role="viewer"
    ),
}


@pytest.mark.parametrize("why", STALE)
def test_what_was_tried_for_something_else_is_not_stored(why: str) -> None:
    row = refused()
    place = cast.workspace()
    bob = cast.seat(place, cast.participant(place, cast.bob(), "maintainer"))
    trial = tried(row, by=bob)
    STALE[why](row)
    before = list(Credential.objects.values())
    assert replacement.finish_replacement(trial.pk) is None
    assert list(Credential.objects.values()) == before


def test_finishing_twice_replaces_once() -> None:
    row = refused()
    trial = tried(row)
    assert replacement.finish_replacement(trial.pk) is not None
    assert replacement.finish_replacement(trial.pk) is None
    row.refresh_from_db()
    assert row.secret_version == 2


def test_a_trial_of_the_form_replaces_nothing_by_itself() -> None:
    row = refused()
    trial = trials.start_trial(scenes.seat(), scenes.draft(secret=NEW), credential=row)
    with registry_says(Outcome.VALID):
        tasks.check_trial(str(trial.pk))
    assert content(row).secret == OLD


def test_a_replacement_whose_task_was_lost_is_finished_by_the_sweep() -> None:
    row = refused()
    trial = tried(row)
    waits = tried(row, Outcome.UNREACHABLE)
    assert replacement.waiting_replacements() == [trial.pk]
    tasks.finish_replacement(str(trial.pk))
    tasks.finish_replacement(str(waits.pk))
    assert content(row).secret == NEW


def test_a_secret_that_was_refused_today_is_not_sent_again_unless_a_person_says_so() -> None:
    row = refused()
    first = replacement.try_replacement(scenes.seat(), row, NewSecret(NEW))
    with registry_says(Outcome.REJECTED, evidence(step(StepName.PING, 401), step(status=401))):
        check.check_one(Trial, first.pk)
    again = replacement.try_replacement(scenes.seat(), row, NewSecret(NEW))
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Trial, again.pk)
    again.refresh_from_db()
    assert (again.outcome, registry.logins) == ("rejected", [])
    sent = replacement.try_replacement(scenes.seat(), row, NewSecret(), before=again, again=True)
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Trial, sent.pk)
    sent.refresh_from_db()
    assert (sent.outcome, len(registry.logins)) == ("valid", 1)


def test_a_paused_credential_goes_on() -> None:
    row = refused()
    changed(row, status=Status.PAUSED, next_check_at=None)
    replacement.finish_replacement(tried(row).pk)
    row.refresh_from_db()
    assert (row.status, row.next_check_at is not None) == (Status.VALID, True)


def test_the_first_sign_in_host_is_asked_about_in_the_trial_too() -> None:
    asks = verdict(Outcome.DISTRUSTED_REALM, asks=scenes.STRANGER)
    row = scenes.checked(scenes.stored(), asks, evidence(realm=None))
    trial = replacement.try_replacement(scenes.seat(), row, NewSecret(NEW))
    with registry_says(asks, evidence(realm=None)):
        check.check_one(Trial, trial.pk)
    trials.confirm_trial_sign_in(scenes.seat(), trial, scenes.STRANGER)
    with registry_says(Outcome.VALID, evidence(realm=scenes.STRANGER)):
        tasks.check_trial(str(trial.pk))
    assert content(row).recipients == {scenes.STRANGER}
    assert (row.status, row.asks) == (Status.VALID, "")


def test_a_host_that_is_not_pinned_does_not_get_the_new_secret_by_a_trial() -> None:
    row = refused()
    asks = verdict(Outcome.DISTRUSTED_REALM, asks=scenes.STRANGER)
    trial = tried(row, asks)
    with pytest.raises(SecretNeeded):
        trials.confirm_trial_sign_in(scenes.seat(), trial, scenes.STRANGER)


def test_trying_counts_as_a_check_that_a_person_asks_for() -> None:
    row = refused()
    for _ in range(10):
        replacement.try_replacement(scenes.seat(), row, NewSecret(NEW))
    with pytest.raises(AskedTooOften):
        replacement.try_replacement(scenes.seat(), row, NewSecret(NEW))


def test_nobody_replaces_the_secret_of_another_workspace() -> None:
    row = refused()
    elsewhere = cast.seat(cast.workspace("ops"))
    with pytest.raises(Credential.DoesNotExist):
        replacement.try_replacement(elsewhere, row, NewSecret(NEW))
    with pytest.raises(Credential.DoesNotExist):
        replacement.replace_secret(elsewhere, row, NewSecret(NEW))
    assert CheckRun.objects.count() == 1
