"""When a page polls, what it shows of a check that runs, and what a screen reader reads of it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from credentials_app.models import CheckProgress, Credential
from credentials_app.presentation.badge import badge
from credentials_app.presentation.live import live_check, next_poll_s
from credentials_app.presentation.trail import WORDS_OF_STEPS, trail_view, words_of_step
from credentials_app.serialization import dump_steps
from registry.evidence import StepName
from tests.credentials_app.scenes import NOON, step


def row(**more: object) -> Credential:
    values = {"status": "valid", "asked_at": NOON, "next_check_at": NOON, **more}
    return Credential(server="https://registry.example.org", **values)


@pytest.mark.parametrize(
    ("passed", "expected"),
    [(0, 0.2), (0.25, 0.15), (0.45, 0.35), (0.9, 1.1), (2.5, 5), (60, 5), (-3, 0.2), (0.19, 0.1)],
)
def test_the_polls_come_at_first_soon_and_then_every_five_seconds(
    passed: float, expected: float
) -> None:
    assert next_poll_s(NOON, NOON + timedelta(seconds=passed)) == pytest.approx(expected)


def test_a_new_step_starts_the_short_waits_again() -> None:
    now = NOON + timedelta(seconds=9)
    checked = row(lease_id="00000000-0000-0000-0000-000000000001", lease_until=now + timedelta(9))
    done = dump_steps([replace(step(StepName.PING, 401), rule="ok")])
    shown = CheckProgress(
        steps=done, next_step="sign_in", next_to="https://sign-in.example.org", provider="generic"
    )
    shown.at = now - timedelta(seconds=0.1)
    live = live_check(checked, badge(checked, now), shown, now)
    assert live is not None
    assert live.wait_ms == 100
    assert [each.went_well for each in live.done] == [True]
    assert live.said == "Reach registry.example.org. Sign in at sign-in.example.org"
    alone = live_check(checked, badge(checked, now), None, now)
    assert alone is not None
    assert (alone.wait_ms, alone.said) == (5000, "Prepare the check")


def test_a_check_that_waits_is_polled_rarely_and_one_that_is_over_never() -> None:
    later = row(next_check_at=NOON + timedelta(minutes=59))
    soon = row(next_check_at=NOON + timedelta(seconds=10))
    for each, wait_ms in ((later, 15_000), (soon, 2000)):
        live = live_check(each, badge(each, NOON), None, NOON)
        assert live is not None
        assert (live.wait_ms, live.running, live.said) == (wait_ms, "", "")
    over = row(asked_at=None, next_check_at=NOON + timedelta(hours=1))
    assert live_check(over, badge(over, NOON), None, NOON) is None


def test_every_step_has_words_and_an_answer_that_ends_a_check_has_a_cross() -> None:
    assert set(WORDS_OF_STEPS) == set(StepName)
    for name in StepName:
        assert words_of_step(name, "https://registry.example.org")
    good, bad, unknown = trail_view(
        [replace(step(), rule=rule) for rule in ("ok", "throttled", "no such rule")], "generic"
    )
    assert (good.went_well, bad.went_well, unknown.went_well) == (True, False, False)
