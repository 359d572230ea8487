"""What Google's registries answer to a login that is not as it should be."""

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.providers.common_rules import API, API_TROUBLE
from registry.rules.common import PULL, PUSH, REPOSITORY, SIGN_IN
from registry.rules.rule import ANY, Rule

FIRST = frozenset({StepName.SIGN_IN})


def _refused(name: str, cause: str, *advice: str, kinds: frozenset[str]) -> tuple[Rule, ...]:
    """The sign-in refuses with either status."""
    outcome, says = Outcome.REJECTED, "saw_refused"
    return tuple(
        Rule(f"{name}_{status}", FIRST, status, outcome, says, cause, advice, kinds=kinds)
        for status in (401, 403)
    )


REFUSALS: tuple[Rule, ...] = (
    Rule(
        "google_token_over",
        API,
        400,
        Outcome.REJECTED,
        "saw_token_over",
        "cause_google_token_over",
        ("do_google_key",),
        text="invalid",
    ),
    *API_TROUBLE,
    Rule(
        "google_api_off",
        SIGN_IN | REPOSITORY,
        403,
        Outcome.BLOCKED,
        "saw_api_off",
        "cause_google_api_off",
        ("do_google_enable",),
        text="has not been used in project",
    ),
    Rule(
        "google_login_lost",
        PULL | PUSH,
        ANY,
        Outcome.BROKEN_ANSWER,
        "saw_nobody",
        "cause_nobody",
        ("do_google_username", "do_ask_administrator"),
        text="unauthenticated request",
    ),
    *_refused(
        "google_misnamed",
        "cause_google_username",
        "do_google_username",
        kinds=frozenset({"misnamed_key"}),
    ),
    *_refused(
        "google_key_refused",
        "cause_rejected_google_key",
        "do_google_key",
        kinds=frozenset({"json_key", "base64_key"}),
    ),
    *_refused(
        "google_token_refused",
        "cause_google_token_over",
        "do_google_key",
        kinds=frozenset({"access_token"}),
    ),
    Rule(
        "google_no_permission",
        PULL,
        403,
        Outcome.NO_ACCESS,
        "saw_repository_denied",
        "cause_google_permission",
        ("do_google_grant", "do_check_repository"),
        code="DENIED",
    ),
)
