"""Every action of the code has a sentence."""

import ast
import re

import pytest

from credentials_app.notices.bulk_changes import RIGHTS
from tests.rules.code import sources
from workspaces.audit_log.filters import KINDS
from workspaces.audit_log.sentences import SENTENCES, Piece, plain_sentence, sentence_of
from workspaces.models import AuditEvent

CODE = re.compile(r"[a-z]+:[a-z_]+:[a-z_-]+")
# The actions whose last word is a value, and the words that it may be.
PLACES = ("workspaces:workspace:", "workspaces:organization:")
OPEN = {
    "credentials:many:": {*RIGHTS, "undo"},
    "credentials:credential:": {"check", "pause"},
    "workspaces:member:": {"leave", "remove"},
    "workspaces:participant:": {"leave", "remove"},
    "workspaces:team:": {"add", "delete", "join", "leave", "remove", "rename"},
    "workspaces:workspace:": {"purge", "restore"},
    "workspaces:organization:": {"purge", "restore"},
}
KINDS_OF_ACTIONS = (
    "access:",
    "accounts:",
    "audit:",
    "credentials:",
    "instance:",
    "workspaces:",
)


def actions() -> set[str]:
    """Every action that the product records, as its source says."""
    found: set[str] = set()
    for source in sources("common", "workspaces", "credentials_app", "config"):
        if "/migrations/" in source.path or "/audit_log/" in source.path:
            continue
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if CODE.fullmatch(node.value) else set()
            if isinstance(node, ast.JoinedStr):
                found |= _of_pattern(node)
    return found


def _of_pattern(node: ast.JoinedStr) -> set[str]:
    text = "".join(
        part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else "*"
        for part in node.values
    )
    if not re.fullmatch(r"[a-z]+:[a-z_*]+:[a-z_*-]+", text):
        return set()
    if text == "workspaces:*:*":
        return {f"{start}{word}" for start in PLACES for word in OPEN[start]}
    if not text.startswith(KINDS_OF_ACTIONS):
        return set()
    assert text[:-1] in OPEN, f"{text}: say in OPEN which actions these are"
    return {text[:-1] + word for word in OPEN[text[:-1]]}


def test_every_action_of_the_code_has_a_sentence_and_every_sentence_an_action() -> None:
    found = actions()
    assert len(found) > 80
    assert found == {*SENTENCES}


def test_every_action_is_of_a_kind_that_one_can_ask_for() -> None:
    starts = tuple(start for _, starts in KINDS.values() for start in starts)
    assert [action for action in SENTENCES if not action.startswith(starts)] == []


def event(action: str, **more: object) -> AuditEvent:
    values = {"actor_label": "Alice <alice@example.org>", "target_label": "ci-push"} | more
    return AuditEvent(action=action, **values)


@pytest.mark.parametrize("action", SENTENCES)
def test_a_sentence_can_be_written_of_an_event_without_details(action: str) -> None:
    assert "%" not in plain_sentence(event(action))
    parts = {part.text for part in sentence_of(event(action))}
    assert "Alice" in parts or "%(who)s" not in str(SENTENCES[action])


def test_who_and_what_stand_out_and_the_address_does_not_show() -> None:
    told = sentence_of(event("credentials:credential:replace"))
    assert told == [
        Piece("Alice", is_strong=True),
        Piece(" replaced the secret of "),
        Piece("ci-push", is_strong=True),
    ]


def test_a_person_is_named_without_the_address() -> None:
    row = event(
        "workspaces:participant:change",
        target_type="user",
        target_label="Bob <bob@example.org>",
        details={"old_role": "viewer", "role": "admin"},
    )
    assert plain_sentence(row) == "Alice changed the role of Bob from viewer to admin"


def test_no_percent_sign_of_a_name_is_a_placeholder() -> None:
    bad = "%(who)s 100 % %s"
    row = event(
        "workspaces:workspace:rename",
        actor_label=bad,
        target_label=bad,
        details={"old_name": bad},
    )
    assert plain_sentence(row) == f"{bad} renamed the workspace {bad} to {bad}"


def test_an_action_of_another_version_is_named_by_its_code() -> None:
    assert "made:up:action" in plain_sentence(event("made:up:action"))
