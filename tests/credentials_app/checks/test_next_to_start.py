"""Which row of a batch starts next beside the checks in flight: a table without threads."""

import pytest

from credentials_app.checks.batch import next_to_start
from credentials_app.models import Credential
from credentials_app.pacing.failed_logins import LoginAttempt
from credentials_app.status import Status


def row(username: str, status: Status = Status.VALID) -> Credential:
    return Credential(name=username, username=username, status=status, last_outcome=status.value)


GOOD, OTHER = row("robot"), row("other")
NEW, NEWER, NEWEST = (row(name, Status.UNVERIFIED) for name in ("a", "b", "c"))


@pytest.mark.parametrize(
    ("rows", "in_flight", "expected"),
    [
        pytest.param([], [], None, id="no row"),
        pytest.param([GOOD, OTHER], [], GOOD, id="the first of those that may"),
        pytest.param([NEW], [GOOD] * 5, NEW, id="a new one beside many good ones"),
        pytest.param([NEWEST, GOOD], [NEW, NEWER], GOOD, id="a third new one is passed over"),
        pytest.param([NEWEST], [NEW, NEWER], None, id="a third new one waits"),
        pytest.param([GOOD], [NEW, NEWER], GOOD, id="a good one waits for no new ones"),
        pytest.param([row(" ROBOT ")], [GOOD, GOOD], None, id="a third one of a user name waits"),
        pytest.param([GOOD, OTHER], [GOOD, GOOD], OTHER, id="another user name does not"),
    ],
)
def test_the_next_to_start(
    rows: list[Credential], in_flight: list[Credential], expected: Credential | None
) -> None:
    found = next_to_start(rows, in_flight)
    assert (found[0] if found else None) is expected


def test_the_attempt_counts_what_is_in_flight() -> None:
    found = next_to_start([row("Robot")], [GOOD, NEW, OTHER])
    assert found is not None
    assert found[1] == LoginAttempt(in_flight=3, untrusted=1, same_account=1)
