"""What people do with credentials, and what is written down about it."""

import pytest
from django.db import DatabaseError, transaction

from credentials_app import secrets
from credentials_app.models import Credential, StatusChange
from credentials_app.services import credentials, deletion, replacement
from credentials_app.services.actions import check_now, confirm_sign_in, pause_credential
from credentials_app.services.errors import HttpNotAllowed, NameTaken, OwnerNotHere, SecretNeeded
from credentials_app.services.replacement import NewSecret
from credentials_app.services.server_rules import set_rule
from credentials_app.status import Status
from registry.addresses.origins import Origin
from registry.outcome import Outcome
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db


def content(row: Credential) -> secrets.SealedContent:
    return secrets.open_secret(row, reason=secrets.Reason.CHECK)


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("seq").values_list("action", flat=True))


def test_a_new_credential_is_unverified_due_and_audited() -> None:
    row = scenes.stored()
    assert row.status == Status.UNVERIFIED
    assert row.next_check_at is not None
    assert row.next_check_at == row.asked_at
    assert actions()[-1] == "credentials:credential:add"


def test_what_is_sealed_decides_who_gets_the_secret() -> None:
    sealed = content(scenes.stored())
    assert sealed.secret == Secret(scenes.PASSWORD)
    assert (sealed.username, sealed.server) == ("ci-robot", scenes.REGISTRY)
    assert sealed.recipients is None
    assert not sealed.http


@pytest.mark.parametrize("name", ["deploy", "DEPLOY", "Deploy"])
def test_a_name_is_taken_without_regard_to_case(name: str) -> None:
    scenes.stored("deploy")
    with pytest.raises(NameTaken):
        scenes.stored(name)
    assert Credential.objects.count() == 1


def test_the_same_name_is_free_in_another_workspace() -> None:
    scenes.stored("deploy")
    other = cast.seat(cast.workspace("ops"))
    assert credentials.add_credential(other, scenes.draft()).name == "deploy"


@pytest.mark.parametrize(
    "name", ["", "with space", "ümlaut", "a" * 101, "a/b", "line\nbreak", "a\n"]
)
def test_the_database_itself_refuses_a_bad_name(name: str) -> None:
    row = scenes.stored()
    with pytest.raises(DatabaseError), transaction.atomic():
        Credential.objects.filter(pk=row.pk).update(name=name)


def test_a_credential_without_a_secret_is_not_stored() -> None:
    with pytest.raises(SecretNeeded):
        scenes.stored(secret=None)


def test_an_owner_must_take_part_in_the_workspace() -> None:
    with pytest.raises(OwnerNotHere):
        scenes.stored(owner=cast.mallory())
    row = scenes.stored(owner=cast.alice())
    assert row.owner == cast.alice()


def test_http_needs_a_rule_of_the_workspace() -> None:
    plain = Origin.parse("http://registry.example.org:5000")
    with pytest.raises(HttpNotAllowed):
        scenes.stored(server=plain)
    set_rule(scenes.seat(), plain, allow_http=True, ca_pem="")
    assert content(scenes.stored(server=plain)).http


def test_editing_a_note_keeps_the_secret_and_asks_no_registry() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    due = row.next_check_at
    credentials.edit_credential(
        scenes.seat(), row, scenes.draft(secret=None, notes="rotated in May")
    )
    row.refresh_from_db()
    assert (row.notes, row.status, row.next_check_at) == ("rotated in May", Status.VALID, due)
    assert content(row).secret == Secret(scenes.PASSWORD)
    event = AuditEvent.objects.first()
    assert event is not None
    assert "rotated" not in str(event.details)


@pytest.mark.parametrize(
    "change",
    [{"server": scenes.STRANGER}, {"username": "CI-robot"}],
    ids=["server", "user name, in case only"],
)
def test_other_recipients_demand_the_secret(change: dict[str, object]) -> None:
    row = scenes.stored()
    with pytest.raises(SecretNeeded):
        credentials.edit_credential(scenes.seat(), row, scenes.draft(secret=None, **change))
    row.refresh_from_db()
    assert row.server == str(scenes.REGISTRY)
    assert row.username == "ci-robot"


def test_another_need_is_unverified_until_it_is_checked() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    row = credentials.edit_credential(scenes.seat(), row, scenes.draft(secret=None, push=True))
    assert row.status == Status.UNVERIFIED
    assert row.asked_at is not None
    assert row.ever_valid


def test_another_need_does_not_revive_what_ended() -> None:
    row = scenes.checked(scenes.stored(), Outcome.REVOKED)
    row = credentials.edit_credential(scenes.seat(), row, scenes.draft(secret=None, push=True))
    assert row.status == Status.REVOKED


def test_a_replaced_secret_starts_over_and_keeps_its_pins() -> None:
    row = scenes.checked(scenes.stored(), Outcome.REJECTED)
    assert content(row).recipients == {scenes.SIGN_IN}
    row = replacement.replace_secret(scenes.seat(), row, NewSecret(Secret("made-up-password-2")))
    row.refresh_from_db()
    assert (row.secret_version, row.status, row.rejections) == (2, Status.UNVERIFIED, 0)
    assert row.verdict is None
    assert content(row).secret == Secret("made-up-password-2")
    assert content(row).recipients == {scenes.SIGN_IN}
    change = StatusChange.objects.order_by("at").last()
    assert change is not None
    assert (change.old, change.new, change.why) == ("refused", "unverified", "replaced")


def test_another_server_inherits_no_pins() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    moved = scenes.draft(server=Origin.parse("https://other.example.com"))
    row = credentials.edit_credential(scenes.seat(), row, moved)
    assert content(row).recipients is None


def test_deleting_leaves_its_name_in_the_audit_log() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    deletion.delete_credential(scenes.seat(), row)
    assert not Credential.objects.exists()
    event = AuditEvent.objects.first()
    assert event is not None
    assert (event.action, event.target_label) == ("credentials:credential:delete", "deploy")


def test_nobody_reaches_a_credential_from_another_workspace() -> None:
    row = scenes.stored()
    elsewhere = cast.seat(cast.workspace("ops"))
    for deed in (
        lambda: deletion.delete_credential(elsewhere, row),
        lambda: credentials.edit_credential(elsewhere, row, scenes.draft()),
        lambda: check_now(elsewhere, row),
        lambda: pause_credential(elsewhere, row),
        lambda: confirm_sign_in(elsewhere, row, scenes.STRANGER),
    ):
        with pytest.raises(Credential.DoesNotExist):
            deed()
    assert Credential.objects.filter(pk=row.pk, status=Status.UNVERIFIED).exists()


def test_no_audit_event_holds_a_secret() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    replacement.replace_secret(scenes.seat(), row, NewSecret(Secret("made-up-password-2")))
    told = str(list(AuditEvent.objects.values()))
    assert "made-up-password" not in told
