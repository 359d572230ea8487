"""What the rows and kinds of the profiles have in common."""

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.rules.rule import Rule

LOGIN = frozenset({StepName.SIGN_IN})
JWT = r"eyJ[\w-]+\.[\w-]+\.[\w-]+"
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def refused(cause: str, *advice: str, status: int = 401) -> Rule:
    """The row of a login that was refused without saying why."""
    return Rule("login_refused", LOGIN, status, Outcome.REJECTED, "saw_refused", cause, advice)
