"""What a conversation finds by thinking, where no answer alone decides."""

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.rules.common import PING, REPOSITORY, SIGN_IN
from registry.rules.rule import ANY, Rule

OPEN = Rule(
    "open",
    PING,
    200,
    Outcome.UNPROVED,
    "saw_open",
    "cause_unproved",
    ("do_name_repository",),
)
YES_TO_ALL = Rule(
    "yes_to_all",
    frozenset({StepName.MADE_UP}),
    200,
    Outcome.UNPROVED,
    "saw_made_up_accepted",
    "cause_yes_to_all",
    ("do_ask_administrator",),
)
DEPENDENCY_PROXY = Rule(
    "dependency_proxy",
    PING,
    401,
    Outcome.WRONG_SERVER,
    "saw_dependency_proxy",
    "cause_web_host",
    ("do_find_registry",),
)
UNREADABLE_CHALLENGE = Rule(
    "challenge_unreadable",
    PING,
    401,
    Outcome.BROKEN_ANSWER,
    "saw_challenge_unreadable",
    "cause_challenge_unreadable",
    ("do_check_address", "do_ask_administrator"),
)
DISTRUSTED_REALM = Rule(
    "distrusted_realm",
    PING,
    401,
    Outcome.DISTRUSTED_REALM,
    "saw_challenge_bearer",
    "cause_distrusted_realm",
    ("do_trust_realm",),
)
UNREADABLE_TOKEN = Rule(
    "token_unreadable",
    SIGN_IN,
    200,
    Outcome.BROKEN_ANSWER,
    "saw_token_unreadable",
    "cause_broken_answer",
    ("do_ask_administrator",),
)
SCOPE_DIFFERS = Rule(
    "scope_differs",
    REPOSITORY,
    401,
    Outcome.BROKEN_ANSWER,
    "saw_scope_refused",
    "cause_scope_differs",
    ("do_check_repository",),
)
SCOPES_DISAGREE = Rule(
    "scopes_disagree",
    SIGN_IN,
    403,
    Outcome.BROKEN_ANSWER,
    "saw_denied",
    "cause_api_disagrees",
    ("do_ask_administrator",),
)
NOBODY = Rule(
    "nobody",
    SIGN_IN,
    200,
    Outcome.BROKEN_ANSWER,
    "saw_nobody",
    "cause_nobody",
    ("do_ask_administrator",),
)
USELESS_SECRET = Rule(
    "useless_secret",
    frozenset({StepName.OFFLINE}),
    ANY,
    Outcome.REJECTED,
    "saw_offline",
    "cause_useless_kind",
    ("do_other_kind",),
)
DAMAGED_SECRET = Rule(
    "damaged_secret",
    frozenset({StepName.OFFLINE}),
    ANY,
    Outcome.REJECTED,
    "saw_offline",
    "cause_damaged",
    ("do_copy_again",),
)
ENDED_SECRET = Rule(
    "ended_secret",
    frozenset({StepName.OFFLINE}),
    ANY,
    Outcome.EXPIRED,
    "saw_offline",
    "cause_ended",
    ("do_replace",),
)
DIES_WITH = Rule("dies_with", frozenset({StepName.OFFLINE}), ANY, None, "saw_dies_with")
DIES_AFTER = Rule("dies_after", frozenset({StepName.OFFLINE}), ANY, None, "saw_dies_after")
FOUND: tuple[Rule, ...] = (
    OPEN,
    YES_TO_ALL,
    DEPENDENCY_PROXY,
    UNREADABLE_CHALLENGE,
    DISTRUSTED_REALM,
    UNREADABLE_TOKEN,
    SCOPE_DIFFERS,
    SCOPES_DISAGREE,
    NOBODY,
    USELESS_SECRET,
    DAMAGED_SECRET,
    ENDED_SECRET,
    DIES_WITH,
    DIES_AFTER,
)
