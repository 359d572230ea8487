"""The table of what is served: every status, and the need that is asked for."""

import pytest

from credentials_app.serving import NotServed, WhyNot, Wish, why_not
from credentials_app.status import EXPIRING, STATUS_LABELS, Status

SERVED = {Status.VALID, Status.UNVERIFIED, Status.UNPROVED}


@pytest.mark.parametrize("status", list(Status))
def test_each_status_is_served_or_refused_with_its_own_reason(status: Status) -> None:
    found = why_not(STATUS_LABELS[status].key, push=False, wish=Wish.PULL)
    assert found == (None if status in SERVED else WhyNot(status.value))


def test_what_ends_soon_is_served() -> None:
    assert why_not(EXPIRING.key, push=False, wish=Wish.PULL) is None


@pytest.mark.parametrize(
    ("push", "wish", "found"),
    [
        (False, Wish.PULL, None),
        (True, Wish.PULL, WhyNot.MAY_PUSH),
        (True, Wish.PUSH, None),
        (False, Wish.PUSH, WhyNot.ONLY_PULLS),
    ],
)
def test_what_may_push_leaves_only_when_push_is_asked_for(
    push: bool, wish: Wish, found: WhyNot | None
) -> None:
    assert why_not("valid", push=push, wish=wish) is found


def test_a_bad_status_is_named_before_the_need() -> None:
    assert why_not("revoked", push=True, wish=Wish.PULL) is WhyNot.REVOKED


@pytest.mark.parametrize("reason", list(WhyNot))
def test_each_reason_has_a_sentence_that_says_what_to_do(reason: WhyNot) -> None:
    assert NotServed(reason).words == reason.words
    assert reason.words.endswith(".")
