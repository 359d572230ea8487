"""Every command of ours that changes something writes exactly its events; the others write none."""

from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone

from common import restore_pause
from common.crypto import get_key_ring
from credentials_app.management.commands.person import DEEDS
from tests import cast
from tests.common.test_crypto import TWO
from tests.credentials_app import everything_sealed
from tests.workspaces.matrix import recorded
from tests.workspaces.sign_in.apps import give_app
from workspaces.models import BrowserSession

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parent.parent.parent
BOB = "bob@example.org"
RIGHTS, ENDED = "accounts:person:rights", "accounts:sessions:end"
DELETED = "accounts:account:delete"
BACK = ["accounts:account:restore", "workspaces:workspace:restore"]
# By the word, and in which case: what stands before the command, and the events that it writes.
PERSON: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "administrator": ((), [RIGHTS, ENDED]),
    "no-administrator": (("administrator",), [RIGHTS, ENDED]),
    "auditor": ((), [RIGHTS, ENDED]),
    "no-auditor": (("auditor",), [RIGHTS, ENDED]),
    "suspend": ((), ["accounts:person:suspend", ENDED]),
    "delete": ((), [DELETED, ENDED]),
    "bring-back": (("suspend",), ["accounts:person:restore"]),
    "bring-back from a deletion": (("delete",), BACK),
    "reset-factors": ((), ["accounts:factor:reset", ENDED]),
    "end-sessions": ((), [ENDED]),
}
OTHERS: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "password_link": ((BOB,), ["accounts:password:link"]),
    "audit_export": ((), ["audit:log:export"]),
    "audit_verify": ((), []),
    "prune_history": ((), []),
    "doctor": ((), []),
}
# Commands that are shown elsewhere, and why or where.
ELSEWHERE = {
    "person": "PERSON",
    "reseal": "test_sealing_again_is_one_event",
    "backup": "tests/config/backup/test_restore.py, and it writes none",
    "restore": "test_the_end_of_a_pause_is_one_event; tests/config/backup/test_restore.py",
    "audit_remove": "tests/workspaces/test_audit_retention.py",
    "first_account": "tests/config/management",
    "demo": "fills a database of its own",
    "up": "starts processes",
    "make_key": "prints",
    "check_login": "stores nothing",
    "send_test_mail": "stores nothing",
}


def run(*words: str) -> list[str]:
    with recorded() as events, suppress(SystemExit):
        call_command(*words, stdout=StringIO(), stderr=StringIO())
    return events


def test_no_command_is_missing_here() -> None:
    files = ROOT.glob("*/management/commands/*.py")
    assert {file.stem for file in files} - {"__init__"} == {*OTHERS, *ELSEWHERE}
    assert {case.split()[0] for case in PERSON} == {*DEEDS}


@pytest.mark.parametrize("case", PERSON)
def test_each_word_of_the_command_person_writes_its_events(case: str) -> None:
    cast.administrator()
    bob = cast.bob()
    word, (before, expected) = case.split()[0], PERSON[case]
    if word == "reset-factors":
        give_app(bob)
    for earlier in before:
        call_command("person", earlier, BOB, stdout=StringIO())
    cast.client_for(bob)
    assert sorted(run("person", word, BOB)) == expected
    if word == "delete":
        with recorded() as events, pytest.raises(CommandError):
            call_command("person", word, BOB)
        assert events == []
    elif word != "end-sessions":
        assert run("person", word, BOB) == [], "the second time there is nothing to do"


def test_factors_and_sessions_end_together_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    bob = cast.bob()
    give_app(bob)
    cast.client_for(bob)

    def fails(*_args: object, **_more: object) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr("workspaces.sign_in.open_sessions._record", fails)
    with recorded() as events, pytest.raises(DatabaseError):
        call_command("person", "reset-factors", BOB, stdout=StringIO())
    assert events == []
    bob.refresh_from_db()
    assert bob.second_factor_at is not None
    assert Authenticator.objects.filter(user=bob).exists()
    assert BrowserSession.objects.filter(person=bob).exists()


@pytest.mark.parametrize("name", OTHERS)
def test_each_other_command_writes_its_events(name: str) -> None:
    cast.bob()
    arguments, expected = OTHERS[name]
    assert run(name, *arguments) == expected


def test_sealing_again_is_one_event(settings: LazySettings) -> None:
    everything_sealed.fill()
    settings.LOCKKEEPER_KEYS = f"{TWO},{settings.LOCKKEEPER_KEYS}"
    assert len(get_key_ring().names) == 2
    assert run("reseal", "--check") == []
    assert run("reseal") == ["instance:keys:reseal"]
    assert run("reseal") == [], "nothing is left"


def test_the_end_of_a_pause_is_one_event() -> None:
    now = timezone.now()
    restore_pause.begin_pause(restored_at=now, made_at=now)
    assert run("restore", "--continue") == ["instance:backup:continue"]
    with recorded() as events, pytest.raises(CommandError):
        call_command("restore", "--continue")
    assert events == []
