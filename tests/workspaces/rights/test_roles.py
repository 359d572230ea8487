"""The table of rights, held against the table of the specification, cell by cell."""

import pytest

from workspaces.models.roles import Role
from workspaces.rights.roles import Can, InstanceCan, allows, allows_on_instance, may_give

EVERYBODY = "viewer user maintainer admin owner"
FROM = {
    Can.SEE: EVERYBODY,
    Can.OWN_NOTICES: EVERYBODY,
    Can.LEAVE: EVERYBODY,
    Can.OWN_TOKENS: EVERYBODY,
    Can.CHECK: "user maintainer admin owner",
    Can.EXPORT_WHERE_ALLOWED: "user maintainer admin owner",
    Can.WRITE: "maintainer admin owner",
    Can.DELETE: "maintainer admin owner",
    Can.CONFIRM_SIGN_IN: "maintainer admin owner",
    Can.NOTICE_RULES: "maintainer admin owner",
    Can.EXPORT: "admin owner",
    Can.SERVER_RULES: "admin owner",
    Can.INVITE: "admin owner",
    Can.ALL_TOKENS: "admin owner",
    Can.AUDIT: "admin owner",
    Can.INVITE_ADMIN: "owner",
    Can.MAKE_OWNER: "owner",
    Can.SETTINGS: "owner",
    Can.DELETE_WORKSPACE: "owner",
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("can", Can, ids=lambda can: can.name)
def test_each_role_has_the_rights_that_are_written(role: Role, can: Can) -> None:
    assert allows(role, can) is (role.value in FROM[can].split())


@pytest.mark.parametrize(
    ("giver", "given"),
    [
        ("owner", "owner admin maintainer user viewer"),
        ("admin", "maintainer user viewer"),
        ("maintainer", ""),
        ("user", ""),
        ("viewer", ""),
    ],
)
def test_nobody_gives_more_than_they_may(giver: str, given: str) -> None:
    may = {role.value for role in Role if may_give(Role(giver), role)}
    assert may == set(given.split())


@pytest.mark.parametrize("can", InstanceCan, ids=lambda can: can.name)
def test_an_administrator_has_every_right_over_the_instance(can: InstanceCan) -> None:
    assert allows_on_instance(is_staff=True, is_auditor=False, can=can)


def test_an_auditor_reads_and_causes_nothing() -> None:
    held = {
        can for can in InstanceCan if allows_on_instance(is_staff=False, is_auditor=True, can=can)
    }
    assert held == {InstanceCan.SEE_ALL, InstanceCan.READ_AUDIT}


def test_everybody_else_has_no_right_over_the_instance() -> None:
    assert not any(
        allows_on_instance(is_staff=False, is_auditor=False, can=can) for can in InstanceCan
    )
