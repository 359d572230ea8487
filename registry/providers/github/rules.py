"""What GitHub's registry and API answer to a login that is not as it should be."""

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.providers.common_rules import API, API_TROUBLE
from registry.rules.common import REPOSITORY, SIGN_IN
from registry.rules.rule import Rule

FIRST = frozenset({StepName.SIGN_IN})

_API_ROWS = (
    Rule(
        "github_sso",
        API,
        status=403,
        outcome=Outcome.BLOCKED,
        says="saw_single_sign_on",
        cause="cause_github_sso",
        advice=("do_github_sso",),
        header="X-GitHub-SSO",
    ),
    Rule(
        "github_locked_out",
        API,
        status=403,
        outcome=Outcome.BANNED,
        says="saw_banned",
        cause="cause_banned",
        advice=("do_wait_ban",),
        text="login attempts",
    ),
    Rule(
        "github_limited",
        API,
        status=403,
        outcome=Outcome.THROTTLED,
        says="saw_throttled",
        cause="cause_throttled",
        advice=("do_wait",),
        text="rate limit",
    ),
    Rule(
        "github_address_refused",
        API,
        status=403,
        outcome=Outcome.BANNED,
        says="saw_forbidden",
        cause="cause_github_address",
        advice=("do_ask_administrator",),
        text="ip allow list",
    ),
    Rule(
        "github_suspended",
        API,
        status=403,
        outcome=Outcome.BLOCKED,
        says="saw_account_suspended",
        cause="cause_account_suspended",
        advice=("do_ask_administrator",),
        text="suspended",
    ),
    Rule(
        "github_token_dead",
        API,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected_github",
        advice=("do_github_token",),
    ),
    *API_TROUBLE,
)

_REGISTRY_ROWS = (
    Rule(
        "github_scope_missing",
        SIGN_IN | REPOSITORY,
        status=403,
        outcome=Outcome.MISSING_SCOPE,
        says="saw_scope_missing",
        cause="cause_missing_scope",
        advice=("do_github_scopes",),
        text="does not match expected scopes",
    ),
    Rule(
        "github_no_packages",
        FIRST,
        status=403,
        outcome=Outcome.MISSING_SCOPE,
        says="saw_scope_missing",
        cause="cause_missing_any",
        advice=("do_github_scopes",),
        kinds=frozenset({"token_without_packages"}),
    ),
    Rule(
        "github_disagrees",
        FIRST,
        status=403,
        outcome=Outcome.BROKEN_ANSWER,
        says="saw_denied",
        cause="cause_api_disagrees",
        advice=("do_github_sso", "do_wait"),
        kinds=frozenset({"live_token"}),
    ),
    Rule(
        "github_app_refused",
        FIRST,
        status=403,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected_github_app",
        advice=("do_github_token",),
        code="DENIED",
        kinds=frozenset({"installation_token"}),
    ),
    Rule(
        "github_refused",
        FIRST,
        status=403,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected_github",
        advice=("do_github_token",),
        code="DENIED",
    ),
    Rule("github_hidden", REPOSITORY, status=404, outcome=None, says="saw_repository_hidden"),
)

REFUSALS: tuple[Rule, ...] = _API_ROWS + _REGISTRY_ROWS
