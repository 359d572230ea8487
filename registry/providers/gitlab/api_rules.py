"""What GitLab's token API answers about a token that is not as it should be."""

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.rules.rule import Rule

API = frozenset({StepName.API})
MEMBERSHIPS = frozenset({StepName.MEMBERSHIPS})

API_REFUSALS: tuple[Rule, ...] = (
    Rule(
        "token_expired",
        API,
        status=401,
        outcome=Outcome.EXPIRED,
        says="saw_token_expired",
        cause="cause_expired",
        advice=("do_new_token",),
        text="expired",
        looks="json",
    ),
    Rule(
        "token_revoked",
        API,
        status=401,
        outcome=Outcome.REVOKED,
        says="saw_token_revoked",
        cause="cause_revoked",
        advice=("do_find_newer",),
        text="revoked",
        looks="json",
    ),
    Rule(
        "impersonation_off",
        API,
        status=401,
        outcome=Outcome.BLOCKED,
        says="saw_impersonation_off",
        cause="cause_impersonation_off",
        advice=("do_new_token",),
        text="impersonation",
        looks="json",
    ),
    Rule(
        "proof_wanted",
        API,
        status=401,
        outcome=None,
        says="saw_proof_wanted",
        text="dpop",
        looks="json",
    ),
    Rule(
        "token_unknown",
        API,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_token_unknown",
        cause="cause_token_unknown",
        advice=("do_check_server", "do_new_token"),
        kinds=frozenset({"access_token"}),
        looks="json",
    ),
    Rule("not_a_token", API, status=401, outcome=None, says="saw_token_unknown", looks="json"),
    Rule(
        "fine_grained",
        API,
        status=403,
        outcome=None,
        says="saw_fine_grained",
        text="insufficient_granular_scope",
    ),
    Rule(
        "account_unusable",
        API,
        status=403,
        outcome=Outcome.BLOCKED,
        says="saw_account_unusable",
        cause="cause_account_unusable",
        advice=("do_unblock_account",),
        text="403 forbidden - ",
        looks="json",
    ),
    Rule(
        "oauth_token",
        API,
        status=400,
        outcome=None,
        says="saw_oauth_token",
        text="personal access token",
    ),
    Rule("no_token_api", API | MEMBERSHIPS, status=404, outcome=None, says="saw_no_token_api"),
    Rule(
        "no_memberships",
        MEMBERSHIPS,
        status=range(400, 500),
        outcome=None,
        says="saw_no_token_api",
        looks="json",
    ),
)
