"""Which rows of a batch start next beside the checks in flight: a table without threads."""

import pytest

from credentials_app.checks.batch_order import next_to_start, round_by_tenant
from credentials_app.models import Credential
from credentials_app.status import Status


def row(
    username: str, status: Status = Status.VALID, *, tenant: str = "mine", **more: str
) -> Credential:
    columns = {"name": username, "username": username, "lease_tenant": tenant, **more}
    return Credential(status=status, last_outcome=status.value, **columns)


GOOD, OTHER = row("robot"), row("other")
NEW, NEWER, NEWEST = (row(name, Status.UNVERIFIED) for name in ("a", "b", "c"))
TOKEN = row("aws", sign_in="https://sign-in.example.org")
NEIGHBOR, NEIGHBORS_NEW = row("n", tenant="n"), row("m", Status.UNVERIFIED, tenant="n")


@pytest.mark.parametrize(
    ("rows", "in_flight", "expected"),
    [
        pytest.param([], [], [], id="no row"),
        pytest.param([GOOD, OTHER], [], [GOOD, OTHER], id="all that may"),
        pytest.param([NEW], [GOOD, OTHER], [NEW], id="a new one beside good ones"),
        pytest.param([NEWEST, GOOD], [NEW, NEWER], [GOOD], id="a third new one is passed over"),
        pytest.param([NEW, NEWER, NEWEST], [], [NEW, NEWER], id="two new ones at once"),
        pytest.param([row(" ROBOT ")], [GOOD], [], id="a second one of an account waits"),
        pytest.param([TOKEN], [TOKEN], [TOKEN], id="a second one of a name that is no account"),
        pytest.param([TOKEN], [TOKEN] * 2, [], id="and not a third one"),
        pytest.param(
            [OTHER, NEIGHBOR], [GOOD, TOKEN], [NEIGHBOR], id="half for one tenant beside another"
        ),
    ],
)
def test_the_next_to_start(
    rows: list[Credential], in_flight: list[Credential], expected: list[Credential]
) -> None:
    found = list(next_to_start(rows, in_flight, threads=4))
    assert [id(each) for each in found] == [id(each) for each in expected]


def test_tenants_go_round_and_trusted_logins_go_first() -> None:
    rows = [NEW, GOOD, OTHER, TOKEN, NEIGHBORS_NEW, NEIGHBOR]
    assert [each.name for each in round_by_tenant(rows)] == ["robot", "n", "other", "aws", "a", "m"]
