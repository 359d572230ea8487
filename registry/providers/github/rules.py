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
        403,
        Outcome.BLOCKED,
        "saw_single_sign_on",
        "cause_github_sso",
        ("do_github_sso",),
        header="X-GitHub-SSO",
    ),
    Rule(
        "github_locked_out",
        API,
        403,
        Outcome.BANNED,
        "saw_banned",
        "cause_banned",
        ("do_wait_ban",),
        text="login attempts",
    ),
    Rule(
        "github_limited",
        API,
        403,
        Outcome.THROTTLED,
        "saw_throttled",
        "cause_throttled",
        ("do_wait",),
        text="rate limit",
    ),
    Rule(
        "github_address_refused",
        API,
        403,
        Outcome.BANNED,
        "saw_forbidden",
        "cause_github_address",
        ("do_ask_administrator",),
        text="ip allow list",
    ),
    Rule(
        "github_suspended",
        API,
        403,
        Outcome.BLOCKED,
        "saw_account_suspended",
        "cause_account_suspended",
        ("do_ask_administrator",),
        text="suspended",
    ),
    Rule(
        "github_token_dead",
        API,
        401,
        Outcome.REJECTED,
        "saw_refused",
        "cause_rejected_github",
        ("do_github_token",),
    ),
    *API_TROUBLE,
)

_REGISTRY_ROWS = (
    Rule(
        "github_scope_missing",
        SIGN_IN | REPOSITORY,
        403,
        Outcome.MISSING_SCOPE,
        "saw_scope_missing",
        "cause_missing_scope",
        ("do_github_scopes",),
        text="does not match expected scopes",
    ),
    Rule(
        "github_no_packages",
        FIRST,
        403,
        Outcome.MISSING_SCOPE,
        "saw_scope_missing",
        "cause_missing_any",
        ("do_github_scopes",),
        kinds=frozenset({"token_without_packages"}),
    ),
    Rule(
        "github_disagrees",
        FIRST,
        403,
        Outcome.BROKEN_ANSWER,
        "saw_denied",
        "cause_api_disagrees",
        ("do_github_sso", "do_wait"),
        kinds=frozenset({"live_token"}),
    ),
    Rule(
        "github_app_refused",
        FIRST,
        403,
        Outcome.REJECTED,
        "saw_refused",
        "cause_rejected_github_app",
        ("do_github_token",),
        code="DENIED",
        kinds=frozenset({"installation_token"}),
    ),
    Rule(
        "github_refused",
        FIRST,
        403,
        Outcome.REJECTED,
        "saw_refused",
        "cause_rejected_github",
        ("do_github_token",),
        code="DENIED",
    ),
    Rule("github_hidden", REPOSITORY, 404, None, "saw_repository_hidden"),
)

REFUSALS: tuple[Rule, ...] = _API_ROWS + _REGISTRY_ROWS
