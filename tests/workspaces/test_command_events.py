"""Every command of ours that changes something writes exactly its events; the others write none."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from tests import cast
from tests.workspaces.matrix import recorded
from tests.workspaces.sign_in.apps import give_app
from workspaces.management.commands.person import DEEDS

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parent.parent.parent
BOB = "bob@example.org"
RIGHTS, ENDED = "accounts:person:rights", "accounts:sessions:end"
# What stands before the command, and the events that it writes.
PERSON: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "administrator": ((), [RIGHTS, ENDED]),
    "no-administrator": (("administrator",), [RIGHTS, ENDED]),
    "auditor": ((), [RIGHTS, ENDED]),
    "no-auditor": (("auditor",), [RIGHTS, ENDED]),
    "suspend": ((), ["accounts:person:suspend", ENDED]),
    "bring-back": (("suspend",), ["accounts:person:restore"]),
    "reset-factors": ((), ["accounts:factor:reset", ENDED]),
    "end-sessions": ((), [ENDED]),
}
OTHERS: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "password_link": ((BOB,), ["accounts:password:link"]),
    "audit_export": ((), ["audit:log:export"]),
    "audit_verify": ((), []),
    "prune_history": ((), []),
}
# Commands that are shown elsewhere, and why or where.
ELSEWHERE = {
    "person": "PERSON",
    "audit_remove": "tests/workspaces/test_audit_retention.py",
    "first_account": "tests/config/management",
    "demo": "fills a database of its own",
    "up": "starts processes",
    "make_key": "prints",
    "check_login": "stores nothing",
    "send_test_mail": "stores nothing",
}


def run(*words: str) -> list[str]:
    with recorded() as events:
        call_command(*words, stdout=StringIO(), stderr=StringIO())
    return events


def test_no_command_is_missing_here() -> None:
    files = ROOT.glob("*/management/commands/*.py")
    assert {file.stem for file in files} - {"__init__"} == {*OTHERS, *ELSEWHERE}
    assert {*PERSON} == {*DEEDS}


@pytest.mark.parametrize("word", PERSON)
def test_each_word_of_the_command_person_writes_its_events(word: str) -> None:
    cast.administrator()
    bob = cast.bob()
    before, expected = PERSON[word]
    if word == "reset-factors":
        give_app(bob)
    for earlier in before:
        call_command("person", earlier, BOB, stdout=StringIO())
    cast.client_for(bob)
    assert sorted(run("person", word, BOB)) == expected
    if word != "end-sessions":
        assert run("person", word, BOB) == [], "the second time there is nothing to do"


@pytest.mark.parametrize("name", OTHERS)
def test_each_other_command_writes_its_events(name: str) -> None:
    cast.bob()
    arguments, expected = OTHERS[name]
    assert run(name, *arguments) == expected
