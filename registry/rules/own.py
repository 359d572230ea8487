"""The rules for findings that no single answer decides, or that need no request."""

from registry.outcome import Outcome
from registry.rules.realms import REALMS
from registry.rules.rule import (
    ANY_STATUS,
    ENTRY,
    EVERY_SIGN_IN,
    FIRST_SIGN_IN,
    MADE_UP,
    OFFLINE,
    PING,
    REPOSITORY,
    Rule,
)

OPEN = Rule(
    "open",
    PING,
    status=200,
    outcome=Outcome.UNPROVED,
    says="saw_open",
    cause="cause_unproved",
    advice=("do_name_repository",),
)
YES_TO_ALL = Rule(
    "yes_to_all",
    MADE_UP,
    status=200,
    outcome=Outcome.UNPROVED,
    says="saw_made_up_accepted",
    cause="cause_yes_to_all",
    advice=("do_ask_administrator",),
)
DEPENDENCY_PROXY = Rule(
    "dependency_proxy",
    PING,
    status=401,
    outcome=Outcome.WRONG_SERVER,
    says="saw_dependency_proxy",
    cause="cause_web_host",
    advice=("do_find_registry",),
)
UNREADABLE_CHALLENGE = Rule(
    "challenge_unreadable",
    PING,
    status=401,
    outcome=Outcome.BROKEN_ANSWER,
    says="saw_challenge_unreadable",
    cause="cause_challenge_unreadable",
    advice=("do_check_address", "do_ask_administrator"),
)
PAGE_BEHIND_LOGIN = Rule(
    "page_behind_login",
    FIRST_SIGN_IN | ENTRY,
    status=200,
    outcome=Outcome.WRONG_SERVER,
    says="saw_not_a_registry",
    cause="cause_not_a_registry",
    advice=("do_check_address",),
)
MISWRITTEN_SERVER = Rule(
    "miswritten_server",
    OFFLINE,
    status=ANY_STATUS,
    outcome=Outcome.WRONG_SERVER,
    says="saw_miswritten_server",
    cause="cause_miswritten_server",
    advice=("do_use_server",),
)
DISTRUSTED_REALM = Rule(
    "distrusted_realm",
    PING,
    status=401,
    outcome=Outcome.DISTRUSTED_REALM,
    says="saw_challenge_bearer",
    cause="cause_distrusted_realm",
    advice=("do_trust_realm",),
)
TOKEN_TOO_EARLY = Rule(
    "token_too_early",
    ENTRY,
    status=401,
    outcome=Outcome.BROKEN_ANSWER,
    says="saw_token_too_early",
    cause="cause_clocks_differ",
    advice=("do_set_clocks",),
)
UNREADABLE_TOKEN = Rule(
    "token_unreadable",
    EVERY_SIGN_IN,
    status=200,
    outcome=Outcome.BROKEN_ANSWER,
    says="saw_token_unreadable",
    cause="cause_broken_answer",
    advice=("do_ask_administrator",),
)
SCOPE_DIFFERS = Rule(
    "scope_differs",
    REPOSITORY,
    status=401,
    outcome=Outcome.BROKEN_ANSWER,
    says="saw_scope_refused",
    cause="cause_scope_differs",
    advice=("do_check_repository",),
    overturns=True,
)
SCOPES_DISAGREE = Rule(
    "scopes_disagree",
    EVERY_SIGN_IN,
    status=403,
    outcome=Outcome.BROKEN_ANSWER,
    says="saw_denied",
    cause="cause_api_disagrees",
    advice=("do_ask_administrator",),
)
NOBODY = Rule(
    "nobody",
    EVERY_SIGN_IN,
    status=200,
    outcome=Outcome.BROKEN_ANSWER,
    says="saw_nobody",
    cause="cause_nobody",
    advice=("do_ask_administrator",),
    overturns=True,
)
USELESS_SECRET = Rule(
    "useless_secret",
    OFFLINE,
    status=ANY_STATUS,
    outcome=Outcome.REJECTED,
    says="saw_offline",
    cause="cause_useless_kind",
    advice=("do_other_kind",),
)
DAMAGED_SECRET = Rule(
    "damaged_secret",
    OFFLINE,
    status=ANY_STATUS,
    outcome=Outcome.REJECTED,
    says="saw_offline",
    cause="cause_damaged",
    advice=("do_copy_again",),
)
ENDED_SECRET = Rule(
    "ended_secret",
    OFFLINE,
    status=ANY_STATUS,
    outcome=Outcome.EXPIRED,
    says="saw_offline",
    cause="cause_ended",
    advice=("do_replace",),
)
DIES_WITH = Rule(
    "dies_with",
    OFFLINE,
    status=ANY_STATUS,
    outcome=None,
    says="saw_dies_with",
)
DIES_AFTER = Rule(
    "dies_after",
    OFFLINE,
    status=ANY_STATUS,
    outcome=None,
    says="saw_dies_after",
)
FOUND: tuple[Rule, ...] = (
    OPEN,
    YES_TO_ALL,
    DEPENDENCY_PROXY,
    UNREADABLE_CHALLENGE,
    PAGE_BEHIND_LOGIN,
    MISWRITTEN_SERVER,
    DISTRUSTED_REALM,
    TOKEN_TOO_EARLY,
    UNREADABLE_TOKEN,
    SCOPE_DIFFERS,
    SCOPES_DISAGREE,
    NOBODY,
    USELESS_SECRET,
    DAMAGED_SECRET,
    ENDED_SECRET,
    DIES_WITH,
    DIES_AFTER,
    *REALMS,
)
