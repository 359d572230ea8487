"""The rules for logins that Docker Hub's registry or API refuses."""

from registry.outcome import Outcome
from registry.providers.common_rules import COMMON_API_RULES
from registry.rules.common import EXPIRED_TEXTS
from registry.rules.rule import ANY_STATUS, API, EVERY_SIGN_IN, FIRST_SIGN_IN, Rule

_API_RULES = (
    Rule(
        "hub_locked_out",
        API | EVERY_SIGN_IN,
        status=ANY_STATUS,
        outcome=Outcome.BANNED,
        says="saw_banned",
        cause="cause_banned",
        advice=("do_wait_ban",),
        text="too many failed login attempts",
    ),
    Rule(
        "hub_token_dead",
        API,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected_hub_token",
        advice=("do_new_token",),
        kinds=frozenset({"personal_access_token"}),
    ),
    *COMMON_API_RULES,
)


def _refused(name: str, *, cause: str, advice: tuple[str, ...], kinds: frozenset[str]) -> Rule:
    return Rule(
        name,
        FIRST_SIGN_IN,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause=cause,
        advice=advice,
        kinds=kinds,
    )


_SIGN_IN_RULES = (
    Rule(
        "hub_scope_missing",
        EVERY_SIGN_IN,
        status=401,
        outcome=Outcome.MISSING_SCOPE,
        says="saw_scope_missing",
        cause="cause_missing_scope",
        advice=("do_new_scopes",),
        text="insufficient scopes",
    ),
    *(
        Rule(
            f"hub_token_expired_{number}",
            EVERY_SIGN_IN,
            status=401,
            outcome=Outcome.EXPIRED,
            says="saw_token_expired",
            cause="cause_expired",
            advice=("do_new_token",),
            text=text,
        )
        for number, text in enumerate(EXPIRED_TEXTS, 1)
    ),
    Rule(
        "hub_token_demanded",
        EVERY_SIGN_IN,
        status=401,
        outcome=Outcome.BLOCKED,
        says="saw_needs_token",
        cause="cause_needs_token",
        advice=("do_hub_token",),
        text="personal access token",
    ),
    _refused(
        "hub_email_refused",
        cause="cause_hub_email",
        advice=("do_hub_username",),
        kinds=frozenset({"with_email"}),
    ),
    _refused(
        "hub_username_refused",
        cause="cause_hub_username",
        advice=("do_hub_username",),
        kinds=frozenset({"live_token"}),
    ),
    _refused(
        "hub_organization_refused",
        cause="cause_rejected_hub_organization",
        advice=("do_hub_username", "do_new_token"),
        kinds=frozenset({"organization_access_token"}),
    ),
    _refused(
        "hub_token_refused",
        cause="cause_rejected_hub_token",
        advice=("do_new_token",),
        kinds=frozenset({"personal_access_token", "perhaps_token"}),
    ),
    _refused(
        "hub_password_refused",
        cause="cause_rejected_hub_password",
        advice=("do_hub_token",),
        kinds=frozenset({"password"}),
    ),
)

RULES: tuple[Rule, ...] = _API_RULES + _SIGN_IN_RULES
