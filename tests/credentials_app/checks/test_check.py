"""Claim, look, record: what a check leaves behind, and what it must not touch."""

import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from common.clock import database_now
from common.crypto import CannotOpen
from credentials_app import secrets
from credentials_app.checks import check, leases
from credentials_app.models import CheckRun, Credential, RegistryOrigin, StatusChange
from credentials_app.presentation.messages import text_of
from credentials_app.serialization import load_verdict
from credentials_app.services import credentials, deletion, replacement
from credentials_app.services.actions import check_now, pause_credential
from credentials_app.services.replacement import NewSecret
from credentials_app.services.server_rules import delete_rule, set_rule
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.evidence import Evidence, StepName
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.secret import Secret
from registry.verdicts.verdict import Verdict
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, registry_says, step, verdict
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db


def content(row: Credential) -> secrets.SealedContent:
    row.refresh_from_db()
    return secrets.open_secret(row, reason=secrets.Reason.CHECK)


def test_a_check_leaves_a_run_a_status_and_a_change() -> None:
    row = scenes.checked(scenes.stored(), Outcome.REJECTED)
    assert row.status == Status.REFUSED
    assert (row.lease_id, row.lease_until, row.asked_at) == (None, None, None)
    assert row.next_check_at is not None
    assert row.next_check_at > database_now()
    run = CheckRun.objects.get()
    assert (run.outcome, run.asked, run.counted) == ("rejected", True, True)
    change = StatusChange.objects.get()
    assert (change.old, change.new, change.why) == ("unverified", "refused", "rejected")
    assert (change.run, change.tell, change.told_at) == (run, "bad", None)


def test_the_registry_gets_what_is_sealed() -> None:
    row = scenes.stored(push=True, repository="group/app")
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Credential, row.pk)
    login, need = registry.logins[0], registry.needs[0]
    assert login.secret == Secret(scenes.PASSWORD)
    assert (login.server, login.username) == (scenes.REGISTRY, "ci-robot")
    assert login.recipients is None
    assert need == Need(push=True, repository="group/app")


def test_what_is_not_due_is_not_checked() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    with registry_says(Outcome.REJECTED) as registry:
        check.check_one(Credential, row.pk)
    assert registry.logins == []
    assert CheckRun.objects.count() == 1


def test_opening_the_secret_is_audited_with_the_claim() -> None:
    row = scenes.stored()
    [claimed] = check.claim_for_check(Credential, [row.pk])
    assert claimed.pk == row.pk
    event = AuditEvent.objects.first()
    assert event is not None
    assert (event.action, event.actor_label) == ("credentials:secret:open", "checker")
    named = {"ids": [str(row.pk)], "names": [str(row)]}
    assert event.details == {"reason": "check", "count": 1, **named}


def test_without_the_audit_event_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    row = scenes.stored()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the audit log is away")

    monkeypatch.setattr(check.audit, "record", fail)
    with registry_says(Outcome.VALID) as registry, pytest.raises(RuntimeError):
        check.check_one(Credential, row.pk)
    row.refresh_from_db()
    assert (row.lease_id, registry.logins) == (None, [])


def test_a_claim_holds_until_its_lease_is_over() -> None:
    row = scenes.stored()
    assert len(leases.claim(Credential, [row.pk])) == 1
    assert leases.claim(Credential, [row.pk]) == []
    Credential.objects.update(lease_until=database_now())
    [again] = leases.claim(Credential, [row.pk])
    assert again.lease_until > database_now() + timedelta(seconds=50)


def test_a_result_that_comes_after_another_worker_took_over_is_dropped() -> None:
    row = scenes.stored()

    def slow(login: Login, need: Need) -> tuple[Evidence, Verdict]:
        Credential.objects.update(lease_id=uuid4(), lease_until=database_now())
        return evidence(), verdict(Outcome.REJECTED)

    with registry_says(slow):
        check.check_one(Credential, row.pk)
    row.refresh_from_db()
    assert row.status == Status.UNVERIFIED
    assert not CheckRun.objects.exists()


def test_a_secret_replaced_meanwhile_keeps_the_run_and_changes_nothing() -> None:
    row = scenes.stored()

    def replaced_meanwhile(login: Login, need: Need) -> tuple[Evidence, Verdict]:
        replacement.replace_secret(scenes.seat(), row, NewSecret(Secret("made-up-password-2")))
        return evidence(), verdict(Outcome.REJECTED)

    with registry_says(replaced_meanwhile):
        recorded = check.check_one(Credential, row.pk)
    row.refresh_from_db()
    assert recorded.recheck
    assert (row.status, row.secret_version, row.lease_id) == (Status.UNVERIFIED, 2, None)
    assert row.asked_at is not None
    assert row.next_check_at is not None
    assert row.next_check_at <= database_now()
    run = CheckRun.objects.get()
    assert (run.counted, run.secret_version) == (False, 1)
    assert content(row).recipients is None


@pytest.mark.parametrize("change", [{"push": True}, {"repository": "group/app"}])
def test_a_need_changed_meanwhile_makes_the_result_count_for_nothing(change: Any) -> None:
    row = scenes.stored()

    def edited_meanwhile(login: Login, need: Need) -> tuple[Evidence, Verdict]:
        credentials.edit_credential(scenes.seat(), row, scenes.draft(secret=None, **change))
        return evidence(), verdict()

    with registry_says(edited_meanwhile):
        check.check_one(Credential, row.pk)
    row.refresh_from_db()
    assert row.status == Status.UNVERIFIED
    assert not CheckRun.objects.get().counted


def test_a_credential_deleted_meanwhile_makes_the_run_vanish() -> None:
    row = scenes.stored()

    def deleted_meanwhile(login: Login, need: Need) -> tuple[Evidence, Verdict]:
        deletion.delete_credential(scenes.seat(), row)
        return evidence(), verdict(Outcome.REJECTED)

    with registry_says(deleted_meanwhile):
        recorded = check.check_one(Credential, row.pk)
    assert recorded.notify is None
    assert not CheckRun.objects.exists()
    assert not StatusChange.objects.exists()


def test_one_paused_meanwhile_stays_paused() -> None:
    row = scenes.stored()

    def paused_meanwhile(login: Login, need: Need) -> tuple[Evidence, Verdict]:
        pause_credential(scenes.seat(), row)
        return evidence(), verdict(Outcome.REJECTED)

    with registry_says(paused_meanwhile):
        check.check_one(Credential, row.pk)
    row.refresh_from_db()
    assert (row.status, row.next_check_at) == (Status.PAUSED, None)


def test_people_and_the_checker_do_not_overwrite_each_other() -> None:
    row = scenes.stored()

    def noted_meanwhile(login: Login, need: Need) -> tuple[Evidence, Verdict]:
        credentials.edit_credential(scenes.seat(), row, scenes.draft(secret=None, notes="for CI"))
        return evidence(), verdict()

    with registry_says(noted_meanwhile):
        check.check_one(Credential, row.pk)
    row.refresh_from_db()
    assert (row.notes, row.status) == ("for CI", Status.VALID)


def test_a_bug_is_recorded_as_a_look_in_vain_and_told_without_its_text(
    caplog: pytest.LogCaptureFixture,
) -> None:
    row = scenes.stored()

    def broken(login: Login, need: Need) -> tuple[Evidence, Verdict]:
        raise UnicodeError(f"cannot encode {login.secret.reveal()}")

    with (
        registry_says(broken),
        caplog.at_level(logging.DEBUG),
        pytest.raises(check.CheckBroke) as told,
    ):
        check.check_one(Credential, row.pk)
    row.refresh_from_db()
    assert (row.status, row.could_not_look_why) == (Status.UNVERIFIED, "broken_answer")
    assert row.next_check_at is not None
    assert row.next_check_at > database_now()
    verdict = load_verdict(row.verdict)
    assert verdict is not None
    assert text_of(verdict.message).startswith("The check failed inside Lockkeeper.")
    assert [text_of(each) for each in verdict.advice] == [
        "Whoever runs this Lockkeeper finds the cause in its log."
    ]
    assert str(told.value) == "UnicodeError"
    assert told.value.__context__ is None
    assert scenes.PASSWORD not in caplog.text


def test_an_outage_turns_nothing_red() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    for _ in range(4):
        row = scenes.checked(row, Outcome.UNREACHABLE)
    assert (row.status, row.could_not_look_why) == (Status.VALID, "unreachable")
    assert row.could_not_look_shown
    assert StatusChange.objects.count() == 1


def test_sealed_content_that_does_not_fit_its_row_is_sent_nowhere() -> None:
    row = scenes.stored()
    Credential.objects.filter(pk=row.pk).update(server=str(scenes.STRANGER))
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Credential, row.pk)
    row.refresh_from_db()
    assert registry.logins == []
    assert (row.could_not_look_why, row.status) == ("sealed_mismatch", Status.UNVERIFIED)


@pytest.mark.parametrize(
    ("outcome", "action"),
    [
        (Outcome.SEALED_MISMATCH, "credentials:secret:mismatch"),
        (Outcome.FORBIDDEN_ADDRESS, "credentials:address:refuse"),
    ],
)
def test_that_nothing_may_be_sent_is_audited_once(outcome: Outcome, action: str) -> None:
    scenes.checked(scenes.checked(scenes.stored(), outcome), outcome)
    assert AuditEvent.objects.filter(action=action).count() == 1


@pytest.mark.parametrize("column", ["username", "workspace", "sealed by another row"])
def test_a_row_that_was_tampered_with_is_sent_nowhere(column: str) -> None:
    row, other = scenes.stored(), scenes.stored("other", secret=Secret("made-up-password-2"))
    rows = Credential.objects.filter(pk=row.pk)
    if column == "username":
        rows.update(username="root")
    elif column == "workspace":
        rows.update(workspace=cast.workspace("ops"))
    else:
        rows.update(sealed=other.sealed)
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Credential, row.pk)
    assert registry.logins == []
    assert CheckRun.objects.get().outcome == "sealed_mismatch"


def test_a_rule_taken_away_stops_plain_http() -> None:
    plain = Origin.parse("http://registry.example.org:5000")
    rule = set_rule(scenes.seat(), plain, allow_http=True, ca_pem="")
    row = scenes.stored(server=plain)
    delete_rule(scenes.seat(), rule)
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Credential, row.pk)
    assert registry.logins == []
    row.refresh_from_db()
    assert row.could_not_look_why == "sealed_mismatch"


def test_a_sealed_value_moved_to_another_row_does_not_open() -> None:
    row, other = scenes.stored(), scenes.stored("other")
    Credential.objects.filter(pk=row.pk).update(sealed=other.sealed)
    with pytest.raises(CannotOpen):
        content(row)


def test_the_first_look_pins_who_received_the_secret() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    assert content(row).recipients == {scenes.SIGN_IN}
    with registry_says(Outcome.VALID) as registry:
        check_now(scenes.seat(), row)
        check.check_one(Credential, row.pk)
    assert registry.logins[0].recipients == {scenes.SIGN_IN}


def test_a_basic_registry_pins_nobody_but_itself() -> None:
    seen = evidence(step(StepName.PING, 401), step(StepName.ENTRY), realm=None)
    row = scenes.checked(scenes.stored(), Outcome.VALID, seen)
    assert content(row).recipients == frozenset()


def test_a_look_that_never_came_to_the_login_pins_nobody() -> None:
    seen = evidence(step(StepName.PING, None), realm=None)
    row = scenes.checked(scenes.stored(), Outcome.UNREACHABLE, seen)
    assert content(row).recipients is None


def test_later_looks_pin_nobody_new() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    row = scenes.checked(row, Outcome.VALID, evidence(realm=scenes.STRANGER))
    assert content(row).recipients == {scenes.SIGN_IN}


def test_a_paused_origin_makes_a_person_wait_and_says_until_when() -> None:
    row = scenes.stored()
    until = database_now() + timedelta(minutes=5)
    RegistryOrigin.objects.create(origin=row.server, paused_until=until, why="throttled")
    with registry_says(Outcome.VALID) as registry:
        check.check_one(Credential, row.pk)
    row.refresh_from_db()
    assert registry.logins == []
    assert (row.next_check_at, row.lease_id) == (until, None)
    assert row.asked_at is not None
