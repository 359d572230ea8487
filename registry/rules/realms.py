"""The rules for a sign-in address that a registry names and that no client can use."""

from registry.outcome import Outcome
from registry.rules.rule import EVERY_SIGN_IN, PING, Rule


def _unusable(name: str, *advice: str, says: str) -> Rule:
    """A challenge whose sign-in address cannot be read, or must not be used."""
    return Rule(
        f"realm_{name}",
        PING,
        status=401,
        outcome=Outcome.BROKEN_ANSWER,
        says=says,
        cause=f"cause_realm_{name}",
        advice=advice or ("do_mend_realm",),
    )


MISSING = _unusable("missing", says="address_realm_relative")
UNREADABLE = _unusable("unreadable", says="address_realm_unreadable")
#: By the key of the :class:`AddressError`, and its detail where it has one.
UNUSABLE: dict[tuple[str, str], Rule] = {
    ("address_realm_relative", "missing"): MISSING,
    ("address_realm_relative", ""): _unusable("relative", says="address_realm_relative"),
    ("address_realm_unreadable", ""): UNREADABLE,
    ("address_realm_long", ""): _unusable("long", says="address_realm_long"),
    ("address_realm_user_info", ""): _unusable("user_info", says="address_realm_user_info"),
    ("address_realm_fragment", ""): _unusable("fragment", says="address_realm_fragment"),
    ("address_realm_scheme", ""): _unusable("scheme", says="address_realm_scheme"),
    ("address_realm_host", ""): _unusable("host", says="address_realm_host"),
    ("address_realm_host", "empty"): _unusable(
        "no_host", "do_set_external_url", says="address_realm_host"
    ),
    ("address_realm_host", "port_twice"): _unusable(
        "port_twice", "do_forward_host_once", says="address_realm_host"
    ),
    ("address_realm_http", ""): _unusable("http", "do_set_external_url", says="address_realm_http"),
    ("address_realm_http", "two_names"): _unusable(
        "two_names", "do_http_one_name", "do_allow_http_realm", says="address_realm_http"
    ),
}


def unusable_realm(key: str, detail: str) -> Rule:
    """Return the rule for a realm that was refused with this key and detail."""
    return UNUSABLE.get((key, detail), UNREADABLE)


PORT_LOST = Rule(
    "realm_port_lost",
    EVERY_SIGN_IN,
    status=range(0),
    outcome=Outcome.UNREACHABLE,
    says="saw_no_connection",
    cause="cause_realm_port_lost",
    advice=("do_set_external_url",),
)
UNKNOWN_NAME = Rule(
    "realm_name_unknown",
    EVERY_SIGN_IN,
    status=range(0),
    outcome=Outcome.UNREACHABLE,
    says="saw_name_unknown",
    cause="cause_realm_name_unknown",
    advice=("do_mend_realm",),
)
NOTHING_THERE = Rule(
    "realm_path",
    EVERY_SIGN_IN,
    status=404,
    outcome=Outcome.BROKEN_ANSWER,
    says="saw_nothing_at_realm",
    cause="cause_realm_path",
    advice=("do_mend_realm",),
)
REALMS: tuple[Rule, ...] = (*UNUSABLE.values(), PORT_LOST, UNKNOWN_NAME, NOTHING_THERE)
