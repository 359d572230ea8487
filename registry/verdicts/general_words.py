"""The word of each outcome, and sentences in general words, for pages about providers. Pure."""

from registry.outcome import Outcome
from registry.providers.provider import Provider
from registry.words import WORDS

OUTCOMES: dict[Outcome, tuple[str, str]] = {
    Outcome.VALID: ("Valid", "The login works, and nothing that is needed was seen missing."),
    Outcome.MISSING_SCOPE: ("Missing scope", "It works, but the token itself lacks a right."),
    Outcome.NO_ACCESS: ("No access", "It works, but not for the repository that is needed."),
    Outcome.EXPIRED: ("Expired", "Its time is over."),
    Outcome.REVOKED: ("Revoked", "Somebody ended it before its time."),
    Outcome.BLOCKED: ("Blocked", "An account, a policy or a rule is in the way."),
    Outcome.REJECTED: ("Refused", "The registry says no and does not say why."),
    Outcome.UNPROVED: ("Unproved", "The registry never asked for the password."),
    Outcome.WRONG_SERVER: ("Wrong server", "No registry answers at this address."),
    Outcome.UNREACHABLE: ("Unreachable", "No answer, or a fault of the server's own."),
    Outcome.TLS_FAILED: ("TLS failed", "The connection could not be trusted."),
    Outcome.THROTTLED: ("Throttled", "The registry asks to come back later."),
    Outcome.BANNED: ("Banned", "The registry refuses the address, whatever the login."),
    Outcome.DISTRUSTED_REALM: ("Sign-in host to confirm", "A person must confirm the host first."),
    Outcome.FORBIDDEN_ADDRESS: ("Forbidden address", "Nothing was sent to this address."),
    Outcome.BROKEN_ANSWER: ("Broken answer", "The answer could not be understood."),
    Outcome.SEALED_MISMATCH: ("Sealed mismatch", "The stored secret does not belong to its row."),
}
PARAMETERS = {
    "scopes": "the needed scopes",
    "missing": "a right that it needs (to pull or to push)",
    "repository": "the repository",
    "actions": "pull and push",
    "role": "the role",
    "kind": "a secret of another use",
    "username": "that always belongs to it",
    "realm": "the sign-in host",
    "server": "the server",
    "date": "the date",
    "at": "the time",
    "detail": "the reason",
    "names": "the names that it holds",
    "common_name": "its name",
    "issuer": "the issuer's name",
    "since": "a day",
    "until": "another",
    "ahead": "some seconds",
    "host": "the server",
    "where": "at a step of the check",
    "answer": "a status",
    "expected": "another",
    "lives": "a few hours",
    "life": "a few minutes",
    "excess": "each is named",
}


def sentence_in_general(key: str, provider: Provider | None = None) -> str:
    """The sentence of a message with general words for its parameters, or those of a provider."""
    parameters = {**PARAMETERS, "recommended": "a token made for the registry"}
    if provider is not None:
        needed = frozenset({"pull", "push"})
        least = provider.least_scopes(needed)
        parameters["scopes"], parameters["missing"] = " and ".join(least), " or ".join(least)
        parameters["recommended"] = provider.recommended
    return WORDS[key].format(**parameters)
