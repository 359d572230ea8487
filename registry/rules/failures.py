"""The rule of a request that got no answer, with one rule for each cause of a failed TLS."""

from registry.outcome import Outcome
from registry.protocol.http import NetworkFailure
from registry.rules.rule import ANY_STATUS, EVERY_STEP, FAILURES, Rule


def _tls(name: str, *advice: str, step: str = "saw_tls_untrusted") -> Rule:
    return Rule(
        f"tls_{name}",
        EVERY_STEP,
        status=ANY_STATUS,
        outcome=Outcome.TLS_FAILED,
        says=step,
        cause="cause_tls" if name == "no_tls" else f"cause_tls_{name}",
        advice=advice,
    )


NONE = "saw_tls_none"
HTTP_TO_TLS = Rule(
    "http_to_tls",
    EVERY_STEP,
    status=ANY_STATUS,
    outcome=Outcome.BROKEN_ANSWER,
    says="saw_tls_wanted",
    cause="cause_http_to_tls",
    advice=("do_use_https",),
)
#: By :attr:`NetworkFailure.cause`.
TLS_RULES: dict[str, Rule] = {
    rule.name.removeprefix("tls_"): rule
    for rule in (
        _tls("no_tls", "do_use_tls_port", step=NONE),
        _tls("expired", "do_renew_certificate"),
        _tls("not_yet_valid", "do_renew_certificate"),
        _tls("self_signed", "do_trust_self_signed"),
        _tls("unknown_authority", "do_trust_ca"),
        _tls("incomplete", "do_send_chain"),
        _tls("issuer_missing", "do_send_chain", "do_trust_ca"),
        _tls("other_names", "do_use_its_name", "do_new_certificate"),
        _tls("no_address", "do_use_its_name"),
        _tls("name_in_cn", "do_new_certificate"),
        _tls("client_certificate", "do_ask_administrator", step=NONE),
        _tls("unknown_name", "do_check_address", "do_ask_administrator", step=NONE),
        _tls("too_old", "do_newer_tls", step=NONE),
        _tls("no_common", "do_newer_tls", step=NONE),
        _tls("bad_authority", "do_replace_ca", step=NONE),
        HTTP_TO_TLS,
    )
}


def recognize_failure(failure: NetworkFailure) -> Rule:
    """Return the rule for a request that got no answer."""
    return TLS_RULES.get(failure.cause, FAILURES[failure.kind])
