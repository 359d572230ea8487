"""Waits: every reason has a sentence and something to do, and the longest one counts."""

from datetime import timedelta

import pytest

from credentials_app.pacing.waits import Wait, WaitAction, WaitReason, longest
from tests.credentials_app.scenes import NOON


@pytest.mark.parametrize("reason", WaitReason)
def test_every_wait_says_why_and_what_one_can_do(reason: WaitReason) -> None:
    wait = Wait(reason, NOON)
    assert wait.reason.words.endswith(".")
    assert wait.action.words.endswith(".")
    assert not any(letter.isdigit() for letter in wait.reason.words), "no number of other tenants"


def test_a_ban_is_lifted_by_the_administrator_of_the_registry() -> None:
    assert Wait(WaitReason.BANNED, NOON).action is WaitAction.ASK_THE_ADMINISTRATOR
    assert Wait(WaitReason.ACCOUNT, NOON).action is WaitAction.NOTHING


def test_of_several_waits_the_longest_counts() -> None:
    short, long = Wait(WaitReason.OTHERS, NOON), Wait(WaitReason.ACCOUNT, NOON + timedelta(1))
    assert longest(short, None, long) is long
    assert longest(None) is None
