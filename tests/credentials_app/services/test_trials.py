"""Checking what is not saved yet, and adopting what that showed."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from common.clock import database_now
from credentials_app import secrets, tasks
from credentials_app.checks import check
from credentials_app.models import CheckRun, Credential, ServerRule, StatusChange, Trial
from credentials_app.services import credentials, replacement, trials
from credentials_app.services.draft import Draft
from credentials_app.services.errors import AskedTooOften, NothingToConfirm, SecretNeeded
from credentials_app.services.replacement import NewSecret
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.evidence import StepName
from registry.outcome import Outcome
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, registry_says, step, verdict
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db

WITHOUT_SECRET = scenes.draft(secret=None)
NEW = Secret("made-up-password-2")
ASKS = verdict(Outcome.DISTRUSTED_REALM, asks=scenes.STRANGER)


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


def content(row: Credential | Trial) -> secrets.SealedContent:
    row.refresh_from_db()
    return secrets.open_secret(row, reason=secrets.Reason.CHECK)


def tried(outcome: Outcome = Outcome.VALID, draft: Draft | None = None, **more: Any) -> Trial:
    trial = trials.start_trial(scenes.seat(), draft or scenes.draft(), **more)
    with registry_says(outcome):
        check.check_one(Trial, trial.pk)
    trial.refresh_from_db()
    return trial


def test_a_trial_is_checked_like_a_credential_and_is_none() -> None:
    trial = tried()
    assert (trial.outcome, trial.lease_id, trial.next_check_at) == ("valid", None, None)
    assert trial.verdict is not None
    assert trial.evidence is not None
    assert content(trial).recipients == {scenes.SIGN_IN}
    assert not Credential.objects.exists()
    assert not CheckRun.objects.exists()


def test_adding_adopts_the_secret_and_the_result_of_the_trial() -> None:
    row = credentials.add_credential(scenes.seat(), WITHOUT_SECRET, trial=tried())
    assert (row.status, row.ever_valid) == (Status.VALID, True)
    assert row.next_check_at is not None
    assert row.next_check_at > database_now() + timedelta(hours=10)
    assert content(row).secret == Secret(scenes.PASSWORD)
    assert content(row).recipients == {scenes.SIGN_IN}
    assert CheckRun.objects.get().credential == row
    assert StatusChange.objects.get().new == Status.VALID
    assert not Trial.objects.exists()


def test_a_refused_trial_may_be_saved_anyway() -> None:
    row = credentials.add_credential(scenes.seat(), WITHOUT_SECRET, trial=tried(Outcome.REJECTED))
    assert row.status == Status.REFUSED
    assert CheckRun.objects.get().outcome == "rejected"


def test_a_trial_that_could_not_look_is_saved_as_unverified() -> None:
    row = credentials.add_credential(
        scenes.seat(), WITHOUT_SECRET, trial=tried(Outcome.UNREACHABLE)
    )
    assert (row.status, row.could_not_look_shown) == (Status.UNVERIFIED, True)


@pytest.mark.parametrize(
    "change",
    [{"push": True}, {"repository": "group/app"}, {"provider": "gitlab"}, {"secret": NEW}],
    ids=["need", "repository", "provider", "another secret"],
)
def test_the_result_of_another_question_does_not_count(change: dict[str, Any]) -> None:
    wanted = scenes.draft(**{"secret": None, **change})
    row = credentials.add_credential(scenes.seat(), wanted, trial=tried())
    assert (row.status, row.asked_at == row.next_check_at) == (Status.UNVERIFIED, True)
    assert content(row).secret == change.get("secret", Secret(scenes.PASSWORD))
    assert not CheckRun.objects.exists()


@pytest.mark.parametrize(
    "change", [{"server": scenes.STRANGER}, {"username": "root"}], ids=["server", "user name"]
)
def test_the_secret_of_a_trial_goes_to_nobody_else(change: dict[str, Any]) -> None:
    with pytest.raises(SecretNeeded):
        credentials.add_credential(
            scenes.seat(), scenes.draft(secret=None, **change), trial=tried()
        )
    assert not Credential.objects.exists()


def test_nobody_adopts_another_persons_trial() -> None:
    trial = tried()
    place = cast.workspace()
    bob = cast.seat(place, cast.participant(place, cast.bob(), "maintainer"))
    assert trials.find_trial(bob, trial.pk) is None
    with pytest.raises(SecretNeeded):
        credentials.add_credential(bob, WITHOUT_SECRET, trial=trial)


def test_no_trial_leaves_its_workspace() -> None:
    trial = tried()
    elsewhere = cast.seat(cast.workspace("ops"))
    assert trials.find_trial(elsewhere, trial.pk) is None
    with pytest.raises(SecretNeeded):
        credentials.add_credential(elsewhere, WITHOUT_SECRET, trial=trial)


def test_after_ten_minutes_a_trial_is_over() -> None:
    trial = tried()
    assert trials.find_trial(scenes.seat(), trial.pk) == trial
    Trial.objects.update(started_at=database_now() - timedelta(minutes=10))
    trial.refresh_from_db()
    assert trials.find_trial(scenes.seat(), trial.pk) is None
    with pytest.raises(SecretNeeded):
        credentials.add_credential(scenes.seat(), WITHOUT_SECRET, trial=trial)
    tasks.prune()
    assert not Trial.objects.exists()


def test_pruning_spares_young_trials() -> None:
    tried()
    tasks.prune()
    assert Trial.objects.count() == 1


def test_a_second_trial_takes_the_secret_of_the_first() -> None:
    first = tried(Outcome.REJECTED)
    again = tried(draft=scenes.draft(secret=None, repository="group/app"), before=first)
    assert content(again).secret == Secret(scenes.PASSWORD)
    with pytest.raises(SecretNeeded):
        trials.start_trial(
            scenes.seat(), scenes.draft(secret=None, server=scenes.STRANGER), before=first
        )


def test_a_sign_in_host_is_confirmed_on_the_trial_and_kept_by_the_credential() -> None:
    trial = trials.start_trial(scenes.seat(), scenes.draft())
    asks = verdict(Outcome.DISTRUSTED_REALM, asks=scenes.STRANGER)
    with registry_says(asks, evidence(step(StepName.PING, 401), realm=None)):
        check.check_one(Trial, trial.pk)
    trial.refresh_from_db()
    assert trial.asks == str(scenes.STRANGER)
    with pytest.raises(NothingToConfirm):
        trials.confirm_trial_sign_in(scenes.seat(), trial, scenes.SIGN_IN)
    trials.confirm_trial_sign_in(scenes.seat(), trial, scenes.STRANGER)
    with registry_says(Outcome.VALID, evidence(realm=scenes.STRANGER)) as registry:
        check.check_one(Trial, trial.pk)
    assert registry.logins[0].recipients == {scenes.STRANGER}
    trial.refresh_from_db()
    row = credentials.add_credential(scenes.seat(), WITHOUT_SECRET, trial=trial)
    assert row.status == Status.VALID
    assert content(row).recipients == {scenes.STRANGER}


def test_editing_may_try_the_stored_secret_for_its_own_recipients_only() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    wider = scenes.draft(secret=None, push=True)
    trial = tried(draft=wider, credential=row)
    assert trial.keeps_secret
    assert content(trial).recipients == {scenes.SIGN_IN}
    for change in ({"username": "root"}, {"server": Origin.parse("https://other.example.com")}):
        with pytest.raises(SecretNeeded):
            trials.start_trial(scenes.seat(), scenes.draft(secret=None, **change), credential=row)


def asking() -> Credential:
    """A stored credential whose first look asked about a stranger."""
    row = scenes.checked(scenes.stored(), ASKS, evidence(realm=None))
    assert (row.asks, content(row).recipients) == (str(scenes.STRANGER), None)
    return row


def trusted(row: Credential) -> Trial:
    """A trial of the stored secret, in which the stranger was trusted."""
    trial = trials.start_trial(scenes.seat(), WITHOUT_SECRET, credential=row)
    with registry_says(ASKS, evidence(realm=None)):
        check.check_one(Trial, trial.pk)
    trial.refresh_from_db()
    return trials.confirm_trial_sign_in(scenes.seat(), trial, scenes.STRANGER)


def test_a_host_trusted_while_trying_the_stored_secret_is_kept_by_saving() -> None:
    row = asking()
    credentials.edit_credential(scenes.seat(), row, WITHOUT_SECRET, trial=trusted(row))
    kept = content(row)
    assert (kept.recipients, kept.secret) == ({scenes.STRANGER}, Secret(scenes.PASSWORD))
    assert (row.asks, row.secret_version) == ("", 1)
    with registry_says(Outcome.VALID, evidence(realm=scenes.STRANGER)) as registry:
        check.check_one(Credential, row.pk)
    assert registry.logins[0].recipients == {scenes.STRANGER}
    confirmed = AuditEvent.objects.filter(action="credentials:sign_in:confirm").first()
    assert confirmed is not None
    assert confirmed.details["sign_in_host"] == str(scenes.STRANGER)


def test_it_is_kept_through_a_second_trial_too() -> None:
    row = asking()
    again = tried(draft=WITHOUT_SECRET, credential=row, before=trusted(row))
    credentials.edit_credential(scenes.seat(), row, WITHOUT_SECRET, trial=again)
    assert content(row).recipients == {scenes.STRANGER}


@pytest.mark.parametrize("why", ["another credential", "another editor", "another secret", "late"])
def test_a_host_trusted_for_something_else_is_not_kept(why: str) -> None:
    row, editor = asking(), scenes.seat()
    trial = trusted(row)
    if why == "another credential":
        row = scenes.checked(scenes.stored("other"), ASKS, evidence(realm=None))
    if why == "another editor":
        cast.participant(editor.workspace, cast.bob(), "maintainer")
        editor = cast.seat(editor.workspace, cast.bob())
    if why == "another secret":
        row = replacement.replace_secret(editor, row, NewSecret(NEW))
    if why == "late":
        Trial.objects.update(started_at=database_now() - timedelta(minutes=11))
        trial.refresh_from_db()
    same = scenes.draft(name=row.name, secret=None)
    credentials.edit_credential(editor, row, same, trial=trial)
    assert content(row).recipients is None


def test_a_pin_that_is_there_is_not_replaced_by_a_trial() -> None:
    row = asking()
    trial = trusted(row)
    row = scenes.checked(row, Outcome.VALID, evidence(realm=scenes.SIGN_IN))
    assert content(row).recipients == {scenes.SIGN_IN}
    credentials.edit_credential(scenes.seat(), row, WITHOUT_SECRET, trial=trial)
    assert content(row).recipients == {scenes.SIGN_IN}


def test_an_earlier_trial_of_another_login_does_not_stand_in_the_way() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    other = tried(draft=scenes.draft(server=scenes.STRANGER, secret=NEW))
    trial = tried(draft=WITHOUT_SECRET, credential=row, before=other)
    assert content(trial).secret == Secret(scenes.PASSWORD)


def test_trying_the_stored_secret_does_not_count_as_replacing_it() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    wider = scenes.draft(secret=None, push=True)
    row = credentials.edit_credential(
        scenes.seat(), row, wider, trial=tried(draft=wider, credential=row)
    )
    assert (row.secret_version, row.push) == (1, True)


def test_editing_adopts_a_secret_that_was_tried() -> None:
    row = scenes.checked(scenes.stored(), Outcome.REJECTED)
    trial = tried(draft=scenes.draft(secret=NEW))
    row = credentials.edit_credential(scenes.seat(), row, WITHOUT_SECRET, trial=trial)
    assert (row.secret_version, row.status) == (2, Status.VALID)
    assert content(row).secret == NEW


def test_a_stored_secret_is_not_copied_by_trying_it() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    trial = tried(draft=WITHOUT_SECRET, credential=row)
    with pytest.raises(SecretNeeded):
        credentials.add_credential(
            scenes.seat(), scenes.draft(name="twin", secret=None), trial=trial
        )
    assert Credential.objects.get() == row


def test_other_certificates_demand_the_secret_again_in_the_middle_of_trying_too() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    of_stored, of_typed = tried(draft=WITHOUT_SECRET, credential=row), tried()
    ServerRule.objects.create(
        workspace=row.workspace, origin=row.server, ca_pem="made up", changed_at=database_now()
    )
    for trial in (of_stored, of_typed):
        with pytest.raises(SecretNeeded):
            trials.start_trial(scenes.seat(), WITHOUT_SECRET, credential=row, before=trial)
        with pytest.raises(SecretNeeded):
            credentials.add_credential(
                scenes.seat(), scenes.draft(name="b", secret=None), trial=trial
            )


def test_a_secret_that_is_typed_again_leaves_the_pins_in_question_behind() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    trial = trials.start_trial(scenes.seat(), scenes.draft(), before=tried(credential=row))
    kept = tried(draft=WITHOUT_SECRET, credential=row)
    assert (
        content(trials.start_trial(scenes.seat(), scenes.draft(), before=kept)).recipients is None
    )
    assert content(trial).recipients == {scenes.SIGN_IN}


def test_one_person_starts_ten_trials_a_minute_at_most() -> None:
    for _ in range(10):
        trials.start_trial(scenes.seat(), scenes.draft())
    with pytest.raises(AskedTooOften):
        trials.start_trial(scenes.seat(), scenes.draft())


def test_a_trial_that_was_tampered_with_is_sent_nowhere() -> None:
    trial = trials.start_trial(scenes.seat(), scenes.draft())
    Trial.objects.update(server=str(scenes.STRANGER))
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Trial, trial.pk)
    trial.refresh_from_db()
    assert (registry.logins, trial.outcome) == ([], "sealed_mismatch")
