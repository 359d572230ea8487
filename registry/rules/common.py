"""The rules for the answers of any registry. They apply after the provider's own rules."""

from registry.outcome import Outcome
from registry.rules.rule import (
    ANY_STATUS,
    ENTRY,
    EVERY_SIGN_IN,
    EVERY_STEP,
    FIRST_SIGN_IN,
    PING,
    PULL,
    PUSH,
    REPOSITORY,
    Rule,
)

NO_TAG_LIST = Rule(
    "no_tag_list",
    REPOSITORY,
    status=200,
    outcome=None,
    says="saw_no_tag_list",
    looks="html",
)
#: What a registry writes about a token whose time is over, and about nothing else.
EXPIRED_TEXTS = ("token is expired", "token has expired", "token expired", "password has expired")
#: What Go's servers, nginx and Apache write.
HTTP_TO_TLS_TEXTS = (
    "http request to an https server",
    "plain http request was sent to https port",
    "speaking plain http to an ssl-enabled",
)
COMMON: tuple[Rule, ...] = (
    Rule(
        "throttled",
        EVERY_STEP,
        status=429,
        outcome=Outcome.THROTTLED,
        says="saw_throttled",
        cause="cause_throttled",
        advice=("do_wait",),
    ),
    Rule(
        "server_fault",
        EVERY_STEP,
        status=range(500, 600),
        outcome=Outcome.UNREACHABLE,
        says="saw_server_fault",
        cause="cause_server_fault",
        advice=("do_wait", "do_ask_administrator"),
    ),
    Rule(
        "redirect",
        EVERY_STEP,
        status=range(300, 400),
        outcome=Outcome.BROKEN_ANSWER,
        says="saw_redirect",
        cause="cause_redirect",
        advice=("do_check_address", "do_ask_administrator"),
    ),
    *(
        Rule(
            f"http_to_tls_{number}",
            PING,
            status=400,
            outcome=Outcome.BROKEN_ANSWER,
            says="saw_tls_wanted",
            cause="cause_http_to_tls",
            advice=("do_use_https",),
            text=text,
        )
        for number, text in enumerate(HTTP_TO_TLS_TEXTS, 1)
    ),
    Rule(
        "client_certificate_wanted",
        EVERY_STEP,
        status=400,
        outcome=Outcome.TLS_FAILED,
        says="saw_tls_none",
        cause="cause_tls_client_certificate",
        advice=("do_ask_administrator",),
        text="no required ssl certificate was sent",
    ),
    *(
        Rule(
            f"nexus_without_connector_{status}",
            PING,
            status=status,
            outcome=Outcome.WRONG_SERVER,
            says="saw_not_a_registry",
            cause="cause_nexus_connector",
            advice=("do_nexus_connector",),
            looks=looks,
            server="nexus/",
        )
        for status, looks in ((404, ""), (200, "html"), (400, ""))
    ),
    *(
        Rule(
            f"artifactory_repository_untold_{number}",
            PING,
            status=400,
            outcome=Outcome.WRONG_SERVER,
            says="saw_not_a_registry",
            cause="cause_artifactory_repository",
            advice=("do_artifactory_proxy",),
            server=server,
            header=header,
        )
        for number, (server, header) in enumerate(
            (("artifactory/", ""), ("", "X-JFrog-Version"), ("", "X-Artifactory-Id")), 1
        )
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
        EVERY_SIGN_IN,
        status=ANY_STATUS,
        outcome=Outcome.BANNED,
        says="saw_banned",
        cause="cause_banned",
        advice=("do_wait_ban",),
        text="too many",
    ),
    Rule(
        "needs_token",
        EVERY_SIGN_IN,
        status=401,
        outcome=Outcome.BLOCKED,
        says="saw_needs_token",
        cause="cause_needs_token",
        advice=("do_check_login",),
        text="use personal access token",
    ),
    *(
        Rule(
            f"told_expired_{number}",
            FIRST_SIGN_IN,
            status=401,
            outcome=Outcome.EXPIRED,
            says="saw_token_expired",
            cause="cause_expired",
            advice=("do_new_token",),
            text=text,
        )
        for number, text in enumerate(EXPIRED_TEXTS, 1)
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
        EVERY_SIGN_IN,
        status=401,
        outcome=Outcome.REJECTED,
        says="saw_refused",
        cause="cause_rejected",
        advice=("do_check_login",),
    ),
    Rule(
        "turned_away",
        EVERY_SIGN_IN,
        status=403,
        outcome=Outcome.BLOCKED,
        says="saw_denied",
        cause="cause_denied",
        advice=("do_ask_administrator",),
        looks="json",
    ),
    Rule(
        "forbidden_sign_in",
        EVERY_SIGN_IN,
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
    NO_TAG_LIST,
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
