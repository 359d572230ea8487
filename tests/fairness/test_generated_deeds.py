"""Generated sequences of deeds by three tenants: no account is locked, no address is banned."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials_app.pacing.account_shares import judge
from tests.fairness.model import MINUTE, Model, ModelLogin, Rule, no_rule
from tests.summary import FAIR, leave

TENANTS, ACCOUNTS = ("acme", "globex", "initech"), ("robot", "deploy")
STEADY, LONG = 150, 10_000
Deed = tuple[str, str, str, int]
DEEDS = st.tuples(
    st.sampled_from(("wrong", "wrong", "wrong", "right", "trusted", "now", "changes", "killed")),
    st.sampled_from(TENANTS),
    st.sampled_from((*ACCOUNTS, "robot", "robot")),
    st.sampled_from((0, 1, 5, 30, 60, 151, 301, 601, 901)),
)
"""What happens, by whom, at which account, and the seconds until the next deed."""


def play(deeds: list[Deed], rule: Rule, *, per_account: int = 4) -> Model:
    """Every deed in its turn, then a day."""
    model = Model(rule, per_account=per_account)
    stored = [model.knows(TENANTS[0], account, f"old-{account}") for account in ACCOUNTS]
    for number, (kind, tenant, account, seconds) in enumerate(deeds):
        if kind == "changes":
            model.registry.right = {pair for pair in model.registry.right if pair[0] != account}
        elif kind in ("trusted", "now"):
            for login in stored:
                if login.account == account and login not in model.waiting:
                    login.asked = kind == "now"
                    model.submit(login)
        else:
            model.kill_next = kind == "killed"
            secret = f"new-{number}"
            if kind == "right":
                model.registry.right.add((account, secret))
            model.submit(ModelLogin(tenant, account, secret))
        model.run(timedelta(seconds=seconds))
    model.run(24 * 60 * MINUTE)
    return model


def harm(model: Model) -> tuple[int, int]:
    """How many locks and bans there were."""
    return len(model.registry.locked), model.registry.bans


def figures(examples: int) -> dict[str, int]:
    """Play so many generated sequences, and count."""
    seen = {"sequences": 0, "sign-ins": 0, "failures": 0, "locks": 0, "bans": 0}

    @settings(max_examples=examples)
    @given(st.lists(DEEDS, min_size=10, max_size=60))
    def each(deeds: list[Deed]) -> None:
        model = play(deeds, judge)
        locks, bans = harm(model)
        failures = sum(map(len, model.registry.failed.values()))
        counts = (1, len(model.sent), failures, locks, bans)
        for name, count in zip(seen, counts, strict=True):
            seen[name] += count
        assert (locks, bans) == (0, 0)

    each()
    return seen


@pytest.mark.parametrize(
    "examples", [STEADY, pytest.param(LONG, marks=[pytest.mark.long, pytest.mark.timeout(1800)])]
)
def test_no_deeds_of_three_tenants_lock_an_account_or_get_us_banned(
    examples: int, request: pytest.FixtureRequest
) -> None:
    seen = figures(examples)
    leave(
        request.node,
        FAIR,
        "generated deeds of three tenants: "
        + ", ".join(f"{count} {name}" for name, count in seen.items()),
    )
    assert seen["sequences"] >= examples
    assert seen["failures"] > seen["sequences"], "the registry did refuse"


def test_without_the_rule_the_same_deeds_lock_and_ban() -> None:
    """The control: the model does lock and ban."""
    deeds: list[Deed] = [("wrong", TENANTS[n % 3], "robot", 1) for n in range(12)]
    assert harm(play(deeds, no_rule)) == (3, 3)
    assert harm(play(deeds, judge)) == (0, 0)


def steadily(per_account: int) -> int:
    """The most failures without 15 quiet minutes between two of them, when three tenants try."""
    model = Model(per_account=per_account)
    model.knows(TENANTS[0], "robot", "old")
    for number in range(60):
        model.submit(ModelLogin(TENANTS[number % 3], "robot", f"new-{number}"))
        model.run(5 * MINUTE)
    return model.registry.longest_run


def test_a_lock_that_counts_until_fifteen_quiet_minutes_needs_a_lower_figure() -> None:
    """As Active Directory may count. The control: at the usual figure it would lock at 5."""
    assert steadily(2) < 5
    assert steadily(4) >= 5
