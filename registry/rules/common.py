"""What any registry may answer, whoever runs it: the rows that apply after a provider's own."""

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.rules.rule import ANY_STATUS, Rule

PING = frozenset({StepName.PING})
SIGN_IN = frozenset({StepName.SIGN_IN, StepName.PULL, StepName.PUSH})
PULL = frozenset({StepName.PULL})
PUSH = frozenset({StepName.PUSH})
ENTRY = frozenset({StepName.ENTRY})
REPOSITORY = frozenset({StepName.REPOSITORY})
EVERY: frozenset[StepName] = frozenset()

COMMON: tuple[Rule, ...] = (
    Rule(
        "throttled",
        EVERY,
        status=429,
        outcome=Outcome.THROTTLED,
        says="saw_throttled",
        cause="cause_throttled",
        advice=("do_wait",),
    ),
    Rule(
        "server_fault",
        EVERY,
        status=range(500, 600),
        outcome=Outcome.UNREACHABLE,
        says="saw_server_fault",
        cause="cause_server_fault",
        advice=("do_wait", "do_ask_administrator"),
    ),
    Rule(
        "redirect",
        EVERY,
        status=range(300, 400),
        outcome=Outcome.BROKEN_ANSWER,
        says="saw_redirect",
        cause="cause_redirect",
        advice=("do_check_address", "do_ask_administrator"),
    ),
    Rule(
        "no_registry",
        PING,
        status=404,
        outcome=Outcome.WRONG_SERVER,
        says="saw_not_a_registry",
        cause="cause_not_a_registry",
        advice=("do_check_address",),
    ),
    Rule(
        "web_page",
        PING,
        status=200,
        outcome=Outcome.WRONG_SERVER,
        says="saw_not_a_registry",
        cause="cause_not_a_registry",
        advice=("do_check_address",),
        looks="html",
    ),
    Rule(
        "forbidden_ping",
        PING,
        status=403,
        outcome=Outcome.BROKEN_ANSWER,
        says="saw_forbidden",
        cause="cause_forbidden",
        advice=("do_ask_administrator",),
    ),
    Rule(
        "locked_out",
        SIGN_IN,
        status=ANY_STATUS,
        outcome=Outcome.BANNED,
        says="saw_banned",
        cause="cause_banned",
        advice=("do_wait_ban",),
        text="too many",
    ),
    Rule(
        "needs_token",
        SIGN_IN,
        status=401,
        outcome=Outcome.BLOCKED,
        says="saw_needs_token",
        cause="cause_needs_token",
        advice=("do_check_login",),
        text="use personal access token",
    ),
    *(
        Rule(
            f"{name}_{status}",
            steps,
            status=status,
            outcome=Outcome.NO_ACCESS,
            says="saw_repository_denied",
            cause=cause,
            advice=("do_check_repository",),
            looks=looks,
        )
        for name, steps, cause in (
            ("pull_refused", PULL, "cause_no_access"),
            ("push_refused", PUSH, "cause_no_push"),
        )
        for status, looks in ((401, ""), (403, "json"))
    ),
    Rule(
        "refused",
        SIGN_IN,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected",
        advice=("do_check_login",),
    ),
    Rule(
        "turned_away",
        SIGN_IN,
        status=403,
        outcome=Outcome.BLOCKED,
        says="saw_denied",
        cause="cause_denied",
        advice=("do_ask_administrator",),
        looks="json",
    ),
    Rule(
        "forbidden_sign_in",
        SIGN_IN,
        status=403,
        outcome=Outcome.BROKEN_ANSWER,
        says="saw_forbidden",
        cause="cause_forbidden",
        advice=("do_ask_administrator",),
    ),
    Rule(
        "token_not_accepted",
        ENTRY,
        status=401,
        outcome=Outcome.BROKEN_ANSWER,
        says="saw_refused_token",
        cause="cause_registry_disagrees",
        advice=("do_ask_administrator",),
    ),
    Rule("no_image_yet", REPOSITORY, status=404, outcome=None, says="saw_repository_empty"),
    Rule(
        "no_repository_access",
        REPOSITORY,
        status=401,
        outcome=Outcome.NO_ACCESS,
        says="saw_repository_denied",
        cause="cause_no_access",
        advice=("do_check_repository",),
    ),
    Rule(
        "no_repository_right",
        REPOSITORY,
        status=403,
        outcome=Outcome.NO_ACCESS,
        says="saw_repository_denied",
        cause="cause_no_access",
        advice=("do_check_repository",),
    ),
)
