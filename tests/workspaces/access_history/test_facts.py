"""Every event that changes who has access is read, and no other."""

from datetime import UTC, datetime

import pytest

from workspaces.access_history.facts import MEMBERSHIP, NO, LogRow, fact_changes
from workspaces.audit_chain import REMOVE
from workspaces.audit_log.sentences import SENTENCES
from workspaces.models.audit_event import MEMBERSHIP_ACTIONS

NOW = datetime(2026, 5, 3, tzinfo=UTC)
SAYS_ALL_WITHOUT_DETAILS = {
    "accounts:account:delete",
    "accounts:account:restore",
    "accounts:person:add",
    "accounts:person:restore",
    "accounts:person:rights",
    "accounts:person:suspend",
    "workspaces:organization:delete",
    "workspaces:organization:make",
    "workspaces:organization:restore",
    "workspaces:sample:make",
    "workspaces:workspace:archive",
    "workspaces:workspace:delete",
    "workspaces:workspace:make",
    "workspaces:workspace:restore",
    "workspaces:workspace:unarchive",
}


def test_the_index_has_the_events_that_are_read() -> None:
    assert set(MEMBERSHIP_ACTIONS) == MEMBERSHIP.keys() | {REMOVE}
    assert len(set(MEMBERSHIP_ACTIONS)) == len(MEMBERSHIP_ACTIONS)
    assert MEMBERSHIP.keys() < SENTENCES.keys()


@pytest.mark.parametrize("action", MEMBERSHIP)
def test_an_event_without_details_says_that_it_does_not_say_all(action: str) -> None:
    row = LogRow(NOW, action, "web", "alice", "Alice", "bob", "Bob", {})
    found, is_whole = fact_changes(row)
    assert is_whole is (action in SAYS_ALL_WITHOUT_DETAILS)
    if action in {"accounts:account:purge", "workspaces:team:delete"}:
        assert len(found) == 1, "that it is gone is sure"
    elif not is_whole:
        assert found == []


def test_a_person_who_accepts_a_lower_role_keeps_the_higher_one() -> None:
    details = {"old_role": "admin", "role": "viewer"}
    action = "workspaces:invitation:accept"
    row = LogRow(NOW, action, "web", "bob", "Bob", "invitation", "", details)
    assert [(each.value, each.old) for each in fact_changes(row)[0]] == [("admin", "admin")]


def test_who_leaves_an_organization_loses_the_roles_that_the_event_names() -> None:
    details = {"old_role": "owner", "organization_id": "acme", "held": ["team:release"]}
    row = LogRow(NOW, "workspaces:member:leave", "", "bob", "Bob", "bob", "Bob", details)
    found = fact_changes(row)[0]
    assert [(each.fact.kind, each.fact.of, each.value) for each in found] == [
        ("owner", "acme", NO),
        ("in team", "release", NO),
    ]
