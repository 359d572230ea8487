"""No secret opens before its audit event is committed, and none without the log."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.db import Error, connection, transaction

from common.crypto import KeyRing
from credentials_app import secrets
from credentials_app.checks import check
from credentials_app.models import Credential, FormerSecret, Trial
from credentials_app.secrets import Reason
from credentials_app.services import credentials, former_secrets, replacement, trials
from credentials_app.services.actions import check_now, confirm_sign_in
from credentials_app.services.replacement import NewSecret
from registry.evidence import StepName
from registry.outcome import Outcome
from registry.secret import Secret
from tests.credentials_app import scenes
from tests.credentials_app.scenes import evidence, registry_says, step, verdict
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db(transaction=True)

NEW = Secret("made-up-password-2")
ASKED = evidence(step(StepName.PING, 401), realm=None, asks=scenes.STRANGER)
ASKS = verdict(Outcome.DISTRUSTED_REALM, asks=scenes.STRANGER)
Prepared = Callable[[], object]


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


def try_stored() -> Prepared:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    draft = credentials.draft_of(row)
    return lambda: trials.start_trial(scenes.seat(), draft, credential=row)


def add_tried() -> Prepared:
    draft = scenes.draft(name="tried", secret=NEW)
    trial = trials.start_trial(scenes.seat(), draft)
    return lambda: credentials.add_credential(
        scenes.seat(), scenes.draft(name="tried", secret=None), trial=trial
    )


def edit_with_a_new_secret() -> Prepared:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    return lambda: credentials.edit_credential(scenes.seat(), row, scenes.draft(secret=NEW))


def replace() -> Prepared:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    return lambda: replacement.replace_secret(scenes.seat(), row, NewSecret(NEW))


def try_a_replacement() -> Prepared:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    return lambda: replacement.try_replacement(scenes.seat(), row, NewSecret(NEW))


def finish_a_replacement() -> Prepared:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    trial = replacement.try_replacement(scenes.seat(), row, NewSecret(NEW))
    Trial.objects.filter(pk=trial.pk).update(outcome=Outcome.VALID.value)
    return lambda: replacement.finish_replacement(trial.pk)


def bring_back() -> Prepared:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    row = replacement.replace_secret(scenes.seat(), row, NewSecret(NEW))
    former = FormerSecret.objects.get()
    return lambda: former_secrets.bring_back(scenes.seat(), row, former.pk)


def confirm() -> Prepared:
    row = scenes.checked(scenes.stored(), ASKS, ASKED)
    return lambda: confirm_sign_in(scenes.seat(), row, scenes.STRANGER)


def check_it() -> Prepared:
    row = scenes.stored()
    check_now(scenes.seat(), row)

    def checked() -> None:
        with registry_says(Outcome.VALID):
            check.check_one(Credential, row.pk)

    return checked


# The action, and how many openings its log has.
OPENING: dict[str, tuple[Callable[[], Prepared], int]] = {
    "try a stored secret": (try_stored, 1),
    "add what was tried": (add_tried, 1),
    "edit with a new secret": (edit_with_a_new_secret, 1),
    "replace": (replace, 1),
    "try a replacement": (try_a_replacement, 1),
    "finish a replacement": (finish_a_replacement, 2),
    "bring a former secret back": (bring_back, 2),
    "confirm a sign-in host": (confirm, 1),
    "check": (check_it, 1),
}


def committed() -> int:
    """The openings in the log, as another connection sees them."""

    def count() -> int:
        try:
            return AuditEvent.objects.filter(action="credentials:secret:open").count()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        return other.submit(count).result()


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """At each opening of a sealed value: how many openings the log has."""
    seen: list[int] = []
    plain = KeyRing.open

    def opened(ring: KeyRing, sealed: str, context: tuple[str, ...]) -> bytes:
        seen.append(committed())
        return plain(ring, sealed, context)

    with monkeypatch.context() as patch:
        patch.setattr(KeyRing, "open", opened)
        yield seen


@pytest.mark.parametrize("name", OPENING)
def test_the_event_is_committed_before_the_secret_opens(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, count = OPENING[name]
    action = prepare()
    before = committed()
    with watched(monkeypatch) as seen:
        action()
    assert committed() == before + count
    assert len(seen) >= count, "it opens what its log says"
    # The n-th secret opens with n events or more: an action begins again after each.
    assert all(each > before for each in seen)
    assert seen[-1] == before + count


@pytest.mark.parametrize("name", OPENING)
def test_without_the_log_no_secret_opens(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    action = OPENING[name][0]()
    with log_refused(), watched(monkeypatch) as seen, pytest.raises(Error):
        action()
    assert seen == []


@contextmanager
def log_refused() -> Iterator[None]:
    """The database takes no audit event."""
    table = "workspaces_auditevent"
    if connection.vendor == "sqlite":
        made = [
            f"CREATE TRIGGER no_log BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END"
        ]
        ended = ["DROP TRIGGER no_log"]
    else:
        made = [
            "CREATE FUNCTION no_log() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'full'; END $$",
            f"CREATE TRIGGER no_log BEFORE INSERT ON {table} EXECUTE FUNCTION no_log()",
        ]
        ended = [f"DROP TRIGGER no_log ON {table}", "DROP FUNCTION no_log"]
    _run(made)
    try:
        yield
    finally:
        _run(ended)


def _run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, None)


def test_an_opening_within_another_transaction_is_refused() -> None:
    row = scenes.stored()
    opened: Any = secrets.opens_secrets(secrets.open_secret)
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        opened(row, reason=Reason.TRY, seat=scenes.seat())


def test_an_opening_of_an_action_that_is_not_marked_is_refused() -> None:
    with pytest.raises(secrets.NotRecorded):
        secrets.open_secret(scenes.stored(), reason=Reason.TRY, seat=scenes.seat())


def test_what_fails_after_an_opening_leaves_its_event() -> None:
    row, seat = scenes.stored(), scenes.seat()

    @secrets.opens_secrets
    def fails() -> None:
        with transaction.atomic():
            secrets.open_secret(row, reason=Reason.TRY, seat=seat)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert committed() == 1
