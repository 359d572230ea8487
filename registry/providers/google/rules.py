"""The rules for logins that Google's registries or API refuse."""

from registry.outcome import Outcome
from registry.providers.common_rules import COMMON_API_RULES
from registry.rules.rule import (
    ANY_STATUS,
    API,
    EVERY_SIGN_IN,
    FIRST_SIGN_IN,
    LATER_SIGN_IN,
    PULL,
    REPOSITORY,
    Rule,
)


def _refused(
    name: str, *, cause: str, advice: tuple[str, ...], kinds: frozenset[str]
) -> tuple[Rule, ...]:
    """The sign-in refuses with 401 or with 403."""
    return tuple(
        Rule(
            f"{name}_{status}",
            FIRST_SIGN_IN,
            status=status,
            outcome=Outcome.REJECTED,
            says="saw_refused",
            cause=cause,
            advice=advice,
            kinds=kinds,
        )
        for status in (401, 403)
    )


RULES: tuple[Rule, ...] = (
    Rule(
        "google_token_over",
        API,
        status=400,
        outcome=Outcome.REJECTED,
        says="saw_token_over",
        cause="cause_google_token_over",
        advice=("do_google_key",),
        text="invalid",
    ),
    *COMMON_API_RULES,
    Rule(
        "google_api_off",
        EVERY_SIGN_IN | REPOSITORY,
        status=403,
        outcome=Outcome.BLOCKED,
        says="saw_api_off",
        cause="cause_google_api_off",
        advice=("do_google_enable",),
        text="has not been used in project",
    ),
    Rule(
        "google_login_lost",
        LATER_SIGN_IN,
        status=ANY_STATUS,
        outcome=Outcome.BROKEN_ANSWER,
        says="saw_nobody",
        cause="cause_nobody",
        advice=("do_google_username", "do_ask_administrator"),
        text="unauthenticated request",
        overturns=True,
    ),
    *_refused(
        "google_misnamed",
        cause="cause_google_username",
        advice=("do_google_username",),
        kinds=frozenset({"misnamed_key"}),
    ),
    *_refused(
        "google_key_refused",
        cause="cause_rejected_google_key",
        advice=("do_google_key",),
        kinds=frozenset({"json_key", "base64_key"}),
    ),
    *_refused(
        "google_token_refused",
        cause="cause_google_token_over",
        advice=("do_google_key",),
        kinds=frozenset({"access_token"}),
    ),
    Rule(
        "google_no_permission",
        PULL,
        status=403,
        outcome=Outcome.NO_ACCESS,
        says="saw_repository_denied",
        cause="cause_google_permission",
        advice=("do_google_grant", "do_check_repository"),
        code="DENIED",
    ),
)
