"""What Docker Hub answers to a login that is not as it should be."""

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.providers.common_rules import API, API_TROUBLE
from registry.rules.common import SIGN_IN
from registry.rules.rule import ANY, Rule

FIRST = frozenset({StepName.SIGN_IN})

_API_ROWS = (
    Rule(
        "hub_locked_out",
        API | SIGN_IN,
        ANY,
        Outcome.BANNED,
        "saw_banned",
        "cause_banned",
        ("do_wait_ban",),
        text="too many failed login attempts",
    ),
    Rule(
        "hub_token_dead",
        API,
        401,
        Outcome.REJECTED,
        "saw_refused",
        "cause_rejected_hub_token",
        ("do_new_token",),
        kinds=frozenset({"personal_access_token"}),
    ),
    *API_TROUBLE,
)


def _refused(name: str, cause: str, *advice: str, kinds: frozenset[str]) -> Rule:
    outcome, says = Outcome.REJECTED, "saw_refused"
    return Rule(name, FIRST, 401, outcome, says, cause, advice, kinds=kinds)


_SIGN_IN_ROWS = (
    Rule(
        "hub_scope_missing",
        SIGN_IN,
        401,
        Outcome.MISSING_SCOPE,
        "saw_scope_missing",
        "cause_missing_scope",
        ("do_new_scopes",),
        text="insufficient scopes",
    ),
    Rule(
        "hub_token_demanded",
        SIGN_IN,
        401,
        Outcome.BLOCKED,
        "saw_needs_token",
        "cause_needs_token",
        ("do_hub_token",),
        text="personal access token",
    ),
    _refused(
        "hub_email_refused",
        "cause_hub_email",
        "do_hub_username",
        kinds=frozenset({"with_email"}),
    ),
    _refused(
        "hub_username_refused",
        "cause_hub_username",
        "do_hub_username",
        kinds=frozenset({"live_token"}),
    ),
    _refused(
        "hub_organization_refused",
        "cause_rejected_hub_organization",
        "do_hub_username",
        "do_new_token",
        kinds=frozenset({"organization_access_token"}),
    ),
    _refused(
        "hub_token_refused",
        "cause_rejected_hub_token",
        "do_new_token",
        kinds=frozenset({"personal_access_token", "perhaps_token"}),
    ),
    _refused(
        "hub_password_refused",
        "cause_rejected_hub_password",
        "do_hub_token",
        kinds=frozenset({"password"}),
    ),
)

REFUSALS: tuple[Rule, ...] = _API_ROWS + _SIGN_IN_ROWS
