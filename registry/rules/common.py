"""What any registry may answer, whoever runs it: the rows that apply after a provider's own."""

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.rules.rule import ANY, Rule

PING = frozenset({StepName.PING})
SIGN_IN = frozenset({StepName.SIGN_IN, StepName.PULL, StepName.PUSH})
PULL = frozenset({StepName.PULL})
PUSH = frozenset({StepName.PUSH})
ENTRY = frozenset({StepName.ENTRY})
REPOSITORY = frozenset({StepName.REPOSITORY})
EVERY: frozenset[StepName] = frozenset()

COMMON: tuple[Rule, ...] = (
    Rule(
        "throttled", EVERY, 429, Outcome.THROTTLED, "saw_throttled", "cause_throttled", ("do_wait",)
    ),
    Rule(
        "server_fault",
        EVERY,
        5,
        Outcome.UNREACHABLE,
        "saw_server_fault",
        "cause_server_fault",
        ("do_wait", "do_ask_administrator"),
    ),
    Rule(
        "redirect",
        EVERY,
        3,
        Outcome.BROKEN_ANSWER,
        "saw_redirect",
        "cause_redirect",
        ("do_check_address", "do_ask_administrator"),
    ),
    Rule(
        "no_registry",
        PING,
        404,
        Outcome.WRONG_SERVER,
        "saw_not_a_registry",
        "cause_not_a_registry",
        ("do_check_address",),
    ),
    Rule(
        "web_page",
        PING,
        200,
        Outcome.WRONG_SERVER,
        "saw_not_a_registry",
        "cause_not_a_registry",
        ("do_check_address",),
        looks="html",
    ),
    Rule(
        "forbidden_ping",
        PING,
        403,
        Outcome.BROKEN_ANSWER,
        "saw_forbidden",
        "cause_forbidden",
        ("do_ask_administrator",),
    ),
    Rule(
        "locked_out",
        SIGN_IN,
        ANY,
        Outcome.BANNED,
        "saw_banned",
        "cause_banned",
        ("do_wait_ban",),
        text="too many",
    ),
    Rule(
        "needs_token",
        SIGN_IN,
        401,
        Outcome.BLOCKED,
        "saw_needs_token",
        "cause_needs_token",
        ("do_check_login",),
        text="use personal access token",
    ),
    *(
        Rule(
            f"{name}_{status}",
            steps,
            status,
            Outcome.NO_ACCESS,
            "saw_repository_denied",
            cause,
            ("do_check_repository",),
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
        401,
        Outcome.REJECTED,
        "saw_refused",
        "cause_rejected",
        ("do_check_login",),
    ),
    Rule(
        "turned_away",
        SIGN_IN,
        403,
        Outcome.BLOCKED,
        "saw_denied",
        "cause_denied",
        ("do_ask_administrator",),
        looks="json",
    ),
    Rule(
        "forbidden_sign_in",
        SIGN_IN,
        403,
        Outcome.BROKEN_ANSWER,
        "saw_forbidden",
        "cause_forbidden",
        ("do_ask_administrator",),
    ),
    Rule(
        "token_not_accepted",
        ENTRY,
        401,
        Outcome.BROKEN_ANSWER,
        "saw_refused_token",
        "cause_registry_disagrees",
        ("do_ask_administrator",),
    ),
    Rule("no_image_yet", REPOSITORY, 404, None, "saw_repository_empty"),
    Rule(
        "no_repository_access",
        REPOSITORY,
        401,
        Outcome.NO_ACCESS,
        "saw_repository_denied",
        "cause_no_access",
        ("do_check_repository",),
    ),
    Rule(
        "no_repository_right",
        REPOSITORY,
        403,
        Outcome.NO_ACCESS,
        "saw_repository_denied",
        "cause_no_access",
        ("do_check_repository",),
    ),
)
