"""What checks and changes note for the admin audit: kind, rights in excess, and equal secrets."""

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import override_settings

from credentials_app.models import Credential, Trial
from credentials_app.services.credentials import edit_credential
from credentials_app.services.trials import start_trial
from registry.outcome import Outcome
from registry.secret import Secret
from tests.credentials_app import scenes

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = Secret("made-up-password-2")
KIND = scenes.evidence(kind="deploy_token")
EXCESS = scenes.verdict(excess=("write_registry",), provider="gitlab")
NEW_KEY = bytes(range(7, 39)).hex()


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


def digest(row: Credential) -> str:
    return Credential.objects.get(pk=row.pk).secret_digest or ""


def test_equal_secrets_have_equal_digests_whatever_name_and_user() -> None:
    first, second = scenes.stored("one"), scenes.stored("two", username="other-robot")
    other = scenes.stored("three", secret=OTHER)
    assert digest(first) == digest(second) != digest(other)
    assert digest(first)


def test_a_digest_shows_nothing_of_the_secret_and_needs_the_key() -> None:
    before = digest(scenes.stored("one"))
    assert scenes.PASSWORD not in before
    with override_settings(LOCKKEEPER_KEYS=NEW_KEY):
        after = digest(scenes.stored("two"))
    assert before.split(":")[0] != after.split(":")[0]
    assert before.split(":")[1] != after.split(":")[1]


def test_a_new_secret_has_a_new_digest_and_nothing_known_of_the_old_one() -> None:
    row = scenes.checked(scenes.stored(), EXCESS, KIND)
    before = digest(row)
    changed = edit_credential(scenes.seat(), row, scenes.draft(secret=OTHER))
    changed.refresh_from_db()
    assert changed.secret_digest not in {None, before}
    assert (changed.has_excess, changed.secret_kind) == (None, None)


def test_a_check_notes_the_kind_of_the_secret_and_rights_in_excess() -> None:
    row = scenes.checked(scenes.stored(), EXCESS, KIND)
    assert (row.has_excess, row.secret_kind) == (True, "gitlab:deploy_token")
    assert not scenes.checked(row, Outcome.VALID, KIND).has_excess


def test_a_check_that_shows_nothing_changes_neither() -> None:
    row = scenes.checked(scenes.stored(), EXCESS, KIND)
    row = scenes.checked(row, Outcome.UNREACHABLE, scenes.evidence(kind=""))
    assert (row.has_excess, row.secret_kind) == (True, "gitlab:deploy_token")


def test_a_trial_that_is_stored_brings_its_kind_along() -> None:
    draft = scenes.draft(secret=OTHER)
    trial = start_trial(scenes.seat(), draft)
    with scenes.registry_says(EXCESS, KIND):
        scenes.checking.check_one(Trial, trial.pk)
    trial.refresh_from_db()
    row = scenes.credentials.add_credential(scenes.seat(), draft, trial=trial)
    row.refresh_from_db()
    assert (row.has_excess, row.secret_kind) == (True, "gitlab:deploy_token")


def test_a_row_of_before_gets_its_digest_with_its_next_check() -> None:
    row = scenes.stored()
    before = digest(row)
    Credential.objects.filter(pk=row.pk).update(secret_digest=None)
    assert scenes.checked(row, Outcome.REJECTED).secret_digest == before


def test_the_migration_notes_what_the_last_checks_saw() -> None:
    rows = [scenes.checked(scenes.stored(name), EXCESS, KIND) for name in ("one", "two")]
    plain = scenes.checked(scenes.stored("plain"), Outcome.VALID, scenes.evidence())
    unchecked = scenes.stored("unchecked")
    Credential.objects.update(has_excess=None, secret_kind=None)
    Credential.objects.filter(pk=rows[1].pk).update(secret_version=2)  # replaced after its check
    migration = importlib.import_module("credentials_app.migrations.0018_the_admin_audit")
    migration.note_what_checks_saw(apps, SimpleNamespace())
    found = {row.name: (row.has_excess, row.secret_kind) for row in Credential.objects.all()}
    assert found["one"] == (True, "gitlab:deploy_token")
    assert found["two"] == (True, None)
    assert found[plain.name] == found[unchecked.name] == (None, None)
