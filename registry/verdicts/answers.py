"""Say at which step which server answered what, and what a registry answers there. Pure.

On its own: these words stand for any answer, whatever the rule that decides.
"""

from registry.addresses.origins import Origin
from registry.certificate import Certificate, in_words
from registry.evidence import Step, StepName

WHERE: dict[StepName, str] = {
    StepName.PING: "to the first request (/v2/)",
    StepName.API: "to the question to the provider's API",
    StepName.SIGN_IN: "to the sign-in",
    StepName.HEALTH: "to a sign-in without a login",
    StepName.CANARY: "to a sign-in with a made-up login",
    StepName.ENTRY: "to the token of its sign-in",
    StepName.REPOSITORY: "to the request for the repository's tags",
    StepName.PULL: "to the sign-in to pull",
    StepName.PUSH: "to the sign-in to push",
}
EXPECTED: dict[StepName, str] = {
    StepName.PING: "401 with a challenge, or 200,",
    StepName.API: "200 with what it knows of the login",
    StepName.SIGN_IN: "200 for a good login or 401 for a bad one",
    StepName.REPOSITORY: "200 with the tags",
    StepName.PULL: "200 with a token",
    StepName.PUSH: "200 with a token",
}
#: Why there was no TLS, by the rule that says so; else the word of the failure is shown.
NO_TLS = {
    "tls_no_tls": "it does not speak TLS on this port, like a registry that speaks plain http",
}
BROKEN = {
    "cut": "something that broke off",
    "malformed": "something that is not HTTP",
    "too_large": "more than the limit",
    "token_unreadable": "something that is no token",
}


def answer_in_words(step: Step | None) -> dict[str, str]:
    """Return the values of `host`, `where`, `answer` and `expected`, and of a certificate."""
    if step is None:
        return {"host": "", "where": "", "answer": "nothing", "expected": "an answer"}
    shown = step.certificate
    status = f"status {step.status}" if step.status is not None else "nothing"
    return {
        "host": Origin.parse(step.to).display if step.to else "",
        "where": WHERE.get(step.name, "to a request"),
        "answer": BROKEN.get(step.rule, status),
        "expected": EXPECTED.get(step.name, "200"),
        **({"detail": NO_TLS[step.rule]} if step.rule in NO_TLS else {}),
        **(_certificate_in_words(shown) if shown else {}),
    }


def _certificate_in_words(shown: Certificate) -> dict[str, str]:
    return {
        "names": in_words(shown.names, shown.count),
        "common_name": shown.common_name,
        "issuer": shown.issuer or "an authority without a name",
        "since": f"{shown.starts_at:%Y-%m-%d %H:%M}",
        "until": f"{shown.ends_at:%Y-%m-%d %H:%M}",
    }
