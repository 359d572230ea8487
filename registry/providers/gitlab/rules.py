"""What GitLab's sign-in answers to a login that is not as it should be."""

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.providers.gitlab.api_rules import API_REFUSALS
from registry.rules.rule import Rule

SIGN_IN = frozenset({StepName.SIGN_IN, StepName.PUSH})
CANARY = frozenset({StepName.CANARY})
HEALTH = frozenset({StepName.HEALTH})

LOGIN_LOST = Rule(
    "login_lost",
    CANARY,
    status=403,
    outcome=Outcome.BROKEN_ANSWER,
    says="saw_canary_denied",
    cause="cause_login_lost",
    advice=("do_proxy", "do_ask_administrator"),
    code="DENIED",
)

_SIGN_IN_ROWS = (
    Rule(
        "banned",
        SIGN_IN | CANARY,
        status=403,
        outcome=Outcome.BANNED,
        says="saw_banned",
        cause="cause_banned",
        advice=("do_wait_ban",),
        text="too many failed authentication attempts",
    ),
    Rule(
        "banned_old",
        SIGN_IN | CANARY,
        status=403,
        outcome=Outcome.BANNED,
        says="saw_banned",
        cause="cause_banned",
        advice=("do_wait_ban",),
        text="gitlab::auth::ipblocked",
    ),
    Rule(
        "too_many_addresses",
        SIGN_IN,
        status=403,
        outcome=Outcome.THROTTLED,
        says="saw_too_many_addresses",
        cause="cause_throttled",
        advice=("do_wait",),
        looks="empty",
        header="Retry-After",
    ),
    Rule(
        "token_demanded",
        SIGN_IN,
        status=401,
        outcome=Outcome.BLOCKED,
        says="saw_needs_token",
        cause="cause_needs_token",
        advice=("do_use_token",),
        text="you must use a personal access token with",  # 15 to 17 guess: "…token instead of"
        kinds=frozenset({"password", "perhaps_token"}),
    ),
    Rule(
        "deploy_token_refused",
        SIGN_IN,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected_deploy_token",
        advice=("do_check_username",),
        kinds=frozenset({"deploy_token"}),
        doubtful=True,
    ),
    Rule(
        "job_token_refused",
        SIGN_IN,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected_job_token",
        advice=("do_not_store",),
        kinds=frozenset({"job_token"}),
        doubtful=True,
    ),
    Rule(
        "password_refused",
        SIGN_IN,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected_password",
        advice=("do_use_token",),
        kinds=frozenset({"password", "perhaps_token"}),
        doubtful=True,
    ),
    Rule(
        "api_disagrees",
        SIGN_IN,
        status=401,
        outcome=Outcome.BROKEN_ANSWER,
        says="saw_refused",
        cause="cause_api_disagrees",
        advice=("do_ask_administrator",),
        kinds=frozenset({"live_access_token", "fine_grained_token"}),
        doubtful=True,
    ),
    Rule(
        "push_forbidden",
        SIGN_IN,
        status=403,
        outcome=Outcome.BLOCKED,
        says="saw_denied_push",
        cause="cause_push_policy",
        advice=("do_ask_administrator",),
        code="DENIED",
        text="protected repository",
    ),
    Rule(
        "storage_full",
        SIGN_IN,
        status=403,
        outcome=Outcome.BLOCKED,
        says="saw_denied_push",
        cause="cause_push_policy",
        advice=("do_ask_administrator",),
        code="DENIED",
        text="storage",
    ),
    Rule(
        "no_registry_scope",
        SIGN_IN,
        status=403,
        outcome=Outcome.MISSING_SCOPE,
        says="saw_denied",
        cause="cause_missing_any",
        advice=("do_new_scopes",),
        code="DENIED",
        doubtful=True,
    ),
    Rule(
        "registry_off",
        SIGN_IN | HEALTH,
        status=404,
        outcome=Outcome.WRONG_SERVER,
        says="saw_registry_off",
        cause="cause_registry_off",
        advice=("do_ask_administrator",),
        code="UNAVAILABLE",
    ),
    Rule(
        "service_unknown",
        SIGN_IN,
        status=404,
        outcome=Outcome.WRONG_SERVER,
        says="saw_service_unknown",
        cause="cause_service_unknown",
        advice=("do_check_address",),
        looks="empty",
    ),
    Rule("registry_on", HEALTH, status=403, outcome=None, says="saw_registry_on", code="DENIED"),
    Rule(
        "registry_unsaid", HEALTH, status=range(400, 500), outcome=None, says="saw_registry_unsaid"
    ),
    Rule("canary_refused", CANARY, status=401, outcome=None, says="saw_canary_refused"),
    LOGIN_LOST,
)

REFUSALS: tuple[Rule, ...] = API_REFUSALS + _SIGN_IN_ROWS
