"""The version of a secret is in its seal: an older value of the same row does not open."""

import json
from collections.abc import Callable

import pytest

from common.crypto import CannotOpen
from common.fields import open_sealed, seal_for
from credentials_app import secrets
from credentials_app.checks import check as checking
from credentials_app.models import Credential
from credentials_app.secrets import COLUMN, Reason
from credentials_app.services import replacement
from credentials_app.services.actions import confirm_sign_in
from credentials_app.services.credentials import edit_credential
from credentials_app.services.errors import SecretNeeded
from credentials_app.services.replacement import NewSecret
from credentials_app.services.trials import start_trial
from registry.outcome import Outcome
from registry.secret import Secret
from tests.credentials_app import scenes
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db
NEW = Secret("made-up-password-2")


def put(row: Credential, sealed: object, **more: object) -> Credential:
    """Write into the row as somebody would who can write to the database."""
    Credential.objects.filter(pk=row.pk).update(sealed=sealed, **more)
    row.refresh_from_db()
    return row


def replaced() -> tuple[Credential, object]:
    """A credential whose secret was replaced, and its value of before."""
    row = scenes.stored()
    older = row.sealed
    row = replacement.replace_secret(scenes.seat(), row, NewSecret(NEW))
    return row, older


def test_an_older_value_of_the_same_row_is_a_mismatch_and_nothing_is_sent() -> None:
    row, older = replaced()
    put(row, older)
    with scenes.registry_says(Outcome.VALID) as registry:
        checking.check_one(Credential, row.pk)
    row.refresh_from_db()
    assert (row.last_outcome, registry.logins) == (Outcome.SEALED_MISMATCH, [])
    assert AuditEvent.objects.filter(action="credentials:secret:mismatch").exists()


def test_the_value_that_was_stored_last_is_checked() -> None:
    row, _ = replaced()
    assert scenes.checked(row, Outcome.VALID).last_outcome == Outcome.VALID
    assert secrets.open_secret(row, reason=Reason.CHECK).secret == NEW


def test_without_the_version_in_the_seal_the_older_value_would_open() -> None:
    row = scenes.stored()
    older = _without_version(row)
    row = replacement.replace_secret(scenes.seat(), row, NewSecret(NEW))
    put(row, older)
    assert secrets.open_secret(row, reason=Reason.CHECK).secret.reveal() == scenes.PASSWORD


def test_the_column_of_the_version_may_be_put_back_only_together_with_the_value() -> None:
    row, older = replaced()
    put(row, row.sealed, secret_version=1)
    with pytest.raises(CannotOpen):
        secrets.open_secret(row, reason=Reason.CHECK)
    put(row, older, secret_version=1)
    assert secrets.open_secret(row, reason=Reason.CHECK).secret.reveal() == scenes.PASSWORD


def _without_version(row: Credential) -> object:
    """The value as a release without versions sealed it."""
    values = json.loads(open_sealed(row, COLUMN))
    assert values.pop("version") == row.secret_version
    return seal_for(row, COLUMN, json.dumps(values))


def test_a_value_of_a_former_release_opens_and_gets_its_version_when_it_is_sealed_again() -> None:
    row = scenes.stored()
    row = put(row, _without_version(row))
    row = scenes.checked(row, Outcome.VALID)
    assert row.last_outcome == Outcome.VALID
    assert json.loads(open_sealed(row, COLUMN))["version"] == 1, "the first check pinned it"
    row = replacement.replace_secret(scenes.seat(), row, NewSecret(NEW))
    assert json.loads(open_sealed(row, COLUMN))["version"] == 2


@pytest.mark.parametrize("twice", [1, 2, 3])
def test_each_replacement_seals_the_version_of_its_row(twice: int) -> None:
    row = scenes.stored()
    for number in range(twice):
        row = replacement.replace_secret(
            scenes.seat(), row, NewSecret(Secret(f"made-up-password-{number}"))
        )
    row.refresh_from_db()
    assert row.secret_version == twice + 1
    assert json.loads(open_sealed(row, COLUMN))["version"] == twice + 1
    assert scenes.checked(row, Outcome.VALID).last_outcome == Outcome.VALID


ACTIONS: dict[str, Callable[[Credential], object]] = {
    "confirming its sign-in host": lambda row: confirm_sign_in(scenes.seat(), row, scenes.STRANGER),
    "trying it": lambda row: start_trial(scenes.seat(), scenes.draft(secret=None), credential=row),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_that_needs_the_stored_secret_asks_for_it_again(action: str) -> None:
    row, older = replaced()
    put(row, older, asks=str(scenes.STRANGER))
    with pytest.raises(SecretNeeded):
        ACTIONS[action](row)


def test_entering_it_again_mends_the_row() -> None:
    row, older = replaced()
    row = put(row, older, asks=str(scenes.STRANGER))
    row = confirm_sign_in(scenes.seat(), row, scenes.STRANGER, secret=NEW)
    content = secrets.open_secret(row, reason=Reason.CHECK)
    assert (content.secret, content.recipients) == (NEW, frozenset({scenes.STRANGER}))
    row = put(row, older)
    row = edit_credential(scenes.seat(), row, scenes.draft(secret=NEW))
    assert secrets.open_secret(row, reason=Reason.CHECK).secret == NEW
