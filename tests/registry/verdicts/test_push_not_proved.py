"""A valid login that must push: whether the evidence shows that it may."""

import pytest

from registry.conversation import OK
from registry.evidence import Evidence, Facts, Step, StepName
from registry.login import Need
from registry.outcome import Outcome
from registry.verdicts.verdict import judge
from registry.words.message import Message
from tests.registry.scripted import NOW

SAID = Message.of("saw_login_ok")
STEPS = tuple(
    Step(name, "https://registry.example.org", "GET", "/v2/", 200, "", 3, OK.name, SAID)
    for name in (StepName.SIGN_IN, StepName.ENTRY)
)
PULL, BOTH = frozenset({"pull"}), frozenset({"pull", "push"})
WRITES = frozenset({"read_registry", "write_registry"})
APP, ANY = "team/app", ""

ROWS: dict[str, tuple[Facts, str, bool]] = {
    "push is granted": (Facts(asked=BOTH, granted=BOTH), APP, False),
    "everything is granted": (Facts(asked=BOTH, granted=frozenset({"pull", "*"})), APP, False),
    "only pull was asked for": (Facts(asked=PULL, granted=PULL), APP, True),
    "the grant cannot be read": (Facts(), APP, True),
    "no repository is named": (Facts(), ANY, True),
    "the scopes hold it, and no repository is named": (
        Facts(provider="gitlab", scopes=WRITES), ANY, False,
    ),
    "the scopes hold it, and the grant cannot be read": (
        Facts(provider="gitlab", scopes=WRITES), APP, True,
    ),
    "the role is high enough": (
        Facts(provider="gitlab", scopes=WRITES, asked=PULL, granted=PULL, role=30), APP, False,
    ),
    "the role is unknown": (
        Facts(provider="gitlab", scopes=WRITES, asked=PULL, granted=PULL), APP, True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_push_is_not_proved_unless_something_shows_it(name: str) -> None:
    facts, repository, expected = ROWS[name]
    for push in (True, False):
        need = Need(push=push, repository=repository)
        verdict = judge(Evidence(STEPS, facts), need, expires_on=None, now=NOW)
        assert verdict.outcome is Outcome.VALID
        assert verdict.push_not_proved is (expected and push)


def test_a_login_that_may_not_push_is_no_valid_one_with_a_remark() -> None:
    facts = Facts(asked=BOTH, granted=PULL)
    need = Need(push=True, repository=APP)
    verdict = judge(Evidence(STEPS, facts), need, expires_on=None, now=NOW)
    assert (verdict.outcome, verdict.push_not_proved) == (Outcome.NO_ACCESS, False)
