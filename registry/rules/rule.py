"""How an answer is recognised: one row per thing that a registry can say, first match wins."""

from dataclasses import dataclass

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.protocol.errors import ErrorBody, read_errors
from registry.protocol.http import FailureKind, NetworkFailure, Response

ANY = -1


@dataclass(frozen=True)
class Rule:
    """One recognisable answer and what it decides.

    It fits when the step is one of ``steps`` (empty: any), the status is ``status`` (a number, a
    class such as 5 for 5xx, or :data:`ANY`), the body names ``code`` (empty: any), its text holds
    ``text`` (lower case; empty: any), it ``looks`` so ("json", "html", "text", "empty"), it
    carries the ``header`` and the secret is of one of ``kinds`` (empty: any).

    ``outcome`` None means that the conversation goes on. ``says`` is the key of the trail's
    sentence, ``cause`` and ``advice`` the keys of the verdict's. A ``doubtful`` row may have
    another cause, which one more request without the login tells.
    """

    name: str
    steps: frozenset[StepName]
    status: int
    outcome: Outcome | None
    says: str
    cause: str = ""
    advice: tuple[str, ...] = ()
    code: str = ""
    text: str = ""
    looks: str = ""
    header: str = ""
    kinds: frozenset[str] = frozenset()
    doubtful: bool = False

    def fits(self, step: StepName, kind: str, response: Response, body: ErrorBody) -> bool:
        """Whether this row recognises the answer."""
        return (
            (not self.steps or step in self.steps)
            and (not self.kinds or kind in self.kinds)
            and self.status in (ANY, response.status, response.status // 100)
            and (not self.code or self.code in body.codes)
            and (not self.text or self.text in body.text.lower())
            and (not self.looks or self.looks == body.looks)
            and (not self.header or bool(response.header(self.header)))
        )


def recognize_answer(
    step: StepName, kind: str, response: Response, rules: tuple[Rule, ...]
) -> tuple[Rule | None, ErrorBody]:
    """The first of ``rules`` that fits the answer, and the answer's error body."""
    body = read_errors(response.body, response.header("Content-Type"))
    return next((rule for rule in rules if rule.fits(step, kind, response, body)), None), body


def recognize_failure(failure: NetworkFailure) -> Rule:
    """The row of a request that brought no answer."""
    return FAILURES[failure.kind]


def _failure(kind: FailureKind, outcome: Outcome, says: str, cause: str, *advice: str) -> Rule:
    return Rule(kind.value, frozenset(), ANY, outcome, says, cause, advice)


FAILURES: dict[FailureKind, Rule] = {
    rule[0]: _failure(*rule)
    for rule in (
        (
            FailureKind.NAME_UNKNOWN,
            Outcome.UNREACHABLE,
            "saw_name_unknown",
            "cause_name_unknown",
            "do_check_address",
        ),
        (
            FailureKind.NO_CONNECTION,
            Outcome.UNREACHABLE,
            "saw_no_connection",
            "cause_no_connection",
            "do_check_address",
            "do_wait",
        ),
        (FailureKind.TIMED_OUT, Outcome.UNREACHABLE, "saw_timed_out", "cause_timed_out", "do_wait"),
        (FailureKind.TLS, Outcome.TLS_FAILED, "saw_tls", "cause_tls", "do_trust_ca"),
        (
            FailureKind.FORBIDDEN,
            Outcome.FORBIDDEN_ADDRESS,
            "saw_address_forbidden",
            "cause_address_forbidden",
            "do_check_address",
            "do_allow_address",
        ),
        (FailureKind.CUT, Outcome.BROKEN_ANSWER, "saw_cut", "cause_broken_answer", "do_wait"),
        (
            FailureKind.MALFORMED,
            Outcome.BROKEN_ANSWER,
            "saw_malformed",
            "cause_broken_answer",
            "do_check_address",
        ),
        (
            FailureKind.TOO_LARGE,
            Outcome.BROKEN_ANSWER,
            "saw_too_large",
            "cause_broken_answer",
            "do_check_address",
        ),
    )
}

UNEXPECTED = Rule(
    "unexpected",
    frozenset(),
    ANY,
    Outcome.BROKEN_ANSWER,
    "saw_unexpected",
    "cause_broken_answer",
    ("do_check_address",),
)
