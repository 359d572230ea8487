"""What the rules and kinds of several profiles share."""

from registry.outcome import Outcome
from registry.rules.rule import FIRST_SIGN_IN, Rule

UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def refused(*, cause: str, advice: tuple[str, ...], status: int = 401) -> Rule:
    """The rule for a refused login when the registry gives no reason."""
    return Rule(
        "login_refused",
        FIRST_SIGN_IN,
        status=status,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause=cause,
        advice=advice,
    )
