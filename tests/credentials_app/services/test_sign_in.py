"""A sign-in host that the rules do not trust: asked about, confirmed once, pinned."""

import pytest

from credentials_app import secrets
from credentials_app.checks import check
from credentials_app.models import Credential
from credentials_app.services import replacement
from credentials_app.services.actions import check_now, confirm_sign_in
from credentials_app.services.errors import NothingToConfirm, SecretNeeded
from credentials_app.services.replacement import NewSecret
from credentials_app.status import Status
from registry.evidence import Evidence, StepName
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.secret import Secret
from registry.verdicts.verdict import Verdict
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, registry_says, step, verdict
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db

ASKED = evidence(step(StepName.PING, 401), realm=None, asks=scenes.STRANGER)
ASKS = verdict(Outcome.DISTRUSTED_REALM, asks=scenes.STRANGER)


def content(row: Credential) -> secrets.SealedContent:
    row.refresh_from_db()
    return secrets.open_secret(row, reason=secrets.Reason.CHECK)


def asked_about(row: Credential | None = None) -> Credential:
    return scenes.checked(row or scenes.stored(), ASKS, ASKED)


def test_a_strange_sign_in_host_is_asked_about_and_pins_nothing() -> None:
    row = asked_about()
    assert row.asks == str(scenes.STRANGER)
    assert (row.status, row.could_not_look_why) == (Status.UNVERIFIED, "distrusted_realm")
    assert content(row).recipients is None


def test_the_question_is_audited_once() -> None:
    asked_about(asked_about())
    assert AuditEvent.objects.filter(action="credentials:sign_in:distrust").count() == 1


def test_the_first_confirmation_needs_no_secret() -> None:
    row = confirm_sign_in(scenes.seat(), asked_about(), scenes.STRANGER)
    assert (row.asks, row.secret_version) == ("", 1)
    assert content(row).recipients == {scenes.STRANGER}
    assert content(row).secret == Secret(scenes.PASSWORD)
    with registry_says(Outcome.VALID, evidence(realm=scenes.STRANGER)) as registry:
        check.check_one(Credential, row.pk)
    assert registry.logins[0].recipients == {scenes.STRANGER}
    row.refresh_from_db()
    assert row.status == Status.VALID


def test_only_what_was_asked_about_can_be_confirmed() -> None:
    for row, origin in (
        (scenes.stored("never-asked"), scenes.STRANGER),
        (asked_about(), scenes.SIGN_IN),
    ):
        with pytest.raises(NothingToConfirm):
            confirm_sign_in(scenes.seat(), row, origin)
        assert content(row).recipients is None


def test_a_confirmation_counts_once() -> None:
    row = asked_about()
    confirm_sign_in(scenes.seat(), row, scenes.STRANGER)
    with pytest.raises(NothingToConfirm):
        confirm_sign_in(scenes.seat(), row, scenes.STRANGER)


def test_a_host_that_replaces_a_pin_demands_the_secret() -> None:
    row = asked_about(scenes.checked(scenes.stored(), Outcome.VALID))
    assert row.status == Status.VALID
    with pytest.raises(SecretNeeded):
        confirm_sign_in(scenes.seat(), row, scenes.STRANGER)
    assert content(row).recipients == {scenes.SIGN_IN}
    entered = Secret("made-up-password-2")
    row = confirm_sign_in(scenes.seat(), row, scenes.STRANGER, secret=entered)
    assert (content(row).recipients, content(row).secret) == ({scenes.STRANGER}, entered)
    assert (row.secret_version, row.status, row.asks) == (2, Status.UNVERIFIED, "")


def test_replacing_the_secret_forgets_pins_that_are_in_question() -> None:
    row = asked_about(scenes.checked(scenes.stored(), Outcome.VALID))
    row = replacement.replace_secret(scenes.seat(), row, NewSecret(Secret("made-up-password-2")))
    assert content(row).recipients is None
    assert row.asks == ""


def test_a_row_that_does_not_fit_its_seal_demands_the_secret() -> None:
    row = asked_about()
    Credential.objects.filter(pk=row.pk).update(username="root")
    with pytest.raises(SecretNeeded):
        confirm_sign_in(scenes.seat(), row, scenes.STRANGER)


def test_confirming_and_opening_are_audited() -> None:
    confirm_sign_in(scenes.seat(), asked_about(), scenes.STRANGER)
    events = list(AuditEvent.objects.all()[:2])
    assert [event.action for event in events] == [
        "credentials:sign_in:confirm",
        "credentials:secret:open",
    ]
    assert events[0].details["sign_in_host"] == str(scenes.STRANGER)


def test_an_answer_from_the_pinned_host_ends_the_question() -> None:
    row = asked_about(scenes.checked(scenes.stored(), Outcome.VALID))
    assert row.asks
    assert scenes.checked(row, Outcome.UNREACHABLE).asks
    assert scenes.checked(row, Outcome.VALID).asks == ""


def test_a_look_that_was_on_its_way_does_not_bring_the_question_back() -> None:
    row = asked_about()
    check_now(scenes.seat(), row)

    def confirmed_meanwhile(login: Login, need: Need) -> tuple[Evidence, Verdict]:
        confirm_sign_in(scenes.seat(), row, scenes.STRANGER)
        return ASKED, ASKS

    with registry_says(confirmed_meanwhile):
        check.check_one(Credential, row.pk)
    assert content(row).recipients == {scenes.STRANGER}
    assert (row.asks, row.lease_id) == ("", None)
    assert row.asked_at == row.next_check_at is not None
