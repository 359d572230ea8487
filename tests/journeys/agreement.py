"""When `check_login` and `skopeo login` say the same, and how far they may differ."""

from registry.outcome import Outcome
from tests.servers.skopeo import Said

DEAD = frozenset({Outcome.REJECTED, Outcome.EXPIRED, Outcome.REVOKED, Outcome.BLOCKED})


def assert_agreed(said: Said, ours: Outcome | None, differs: str) -> None:
    """A reason stands where the two differ, and nowhere else; none excuses a false verdict."""
    agreed = agree(said, ours)
    assert agreed is not bool(differs)
    if not agreed and said is Said.YES:
        assert ours not in DEAD, "a living login was called dead"
    if not agreed and said is not Said.YES:
        assert ours is not Outcome.VALID, "a refused login was called valid"


def agree(said: Said, ours: Outcome | None) -> bool:
    """True if our verdict agrees with the result of skopeo."""
    if ours is None or said is Said.WRONG_USAGE:
        return said is Said.WRONG_USAGE and ours is None
    return {
        Said.YES: ours is Outcome.VALID,
        Said.REFUSED: ours in DEAD | {Outcome.WRONG_SERVER},
        Said.NO_CONNECTION: not ours.is_conclusive,
        Said.CANNOT_TELL: ours is not Outcome.VALID,
    }[said]
