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
        401,
        Outcome.EXPIRED,
        "saw_token_expired",
        "cause_expired",
        ("do_new_token",),
        text="expired",
        looks="json",
    ),
    Rule(
        "token_revoked",
        API,
        401,
        Outcome.REVOKED,
        "saw_token_revoked",
        "cause_revoked",
        ("do_find_newer",),
        text="revoked",
        looks="json",
    ),
    Rule(
        "impersonation_off",
        API,
        401,
        Outcome.BLOCKED,
        "saw_impersonation_off",
        "cause_impersonation_off",
        ("do_new_token",),
        text="impersonation",
        looks="json",
    ),
    Rule("proof_wanted", API, 401, None, "saw_proof_wanted", text="dpop", looks="json"),
    Rule(
        "token_unknown",
        API,
        401,
        Outcome.REJECTED,
        "saw_token_unknown",
        "cause_token_unknown",
        ("do_check_server", "do_new_token"),
        kinds=frozenset({"access_token"}),
        looks="json",
    ),
    Rule("not_a_token", API, 401, None, "saw_token_unknown", looks="json"),
    Rule(
        "fine_grained",
        API,
        403,
        None,
        "saw_fine_grained",
        text="insufficient_granular_scope",
    ),
    Rule(
        "account_unusable",
        API,
        403,
        Outcome.BLOCKED,
        "saw_account_unusable",
        "cause_account_unusable",
        ("do_unblock_account",),
        text="403 forbidden - ",
        looks="json",
    ),
    Rule("oauth_token", API, 400, None, "saw_oauth_token", text="personal access token"),
    Rule("no_token_api", API | MEMBERSHIPS, 404, None, "saw_no_token_api"),
    Rule("no_memberships", MEMBERSHIPS, 4, None, "saw_no_token_api", looks="json"),
)
