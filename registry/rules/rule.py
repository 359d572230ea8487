"""Rules that recognize a registry's answer; the first rule that fits decides."""

from dataclasses import KW_ONLY, dataclass

from registry.evidence import StepName
from registry.outcome import Outcome
from registry.protocol.errors import ErrorBody, read_errors, read_start
from registry.protocol.http import FailureKind, Response

ANY_STATUS = range(100, 1000)
"""Every status that a response can have: three digits (RFC 9110 section 15)."""

# The steps at which a rule applies, as sets that can be joined.
EVERY_STEP: frozenset[StepName] = frozenset()
OFFLINE = frozenset({StepName.OFFLINE})
PING = frozenset({StepName.PING})
API = frozenset({StepName.API})
MEMBERSHIPS = frozenset({StepName.MEMBERSHIPS})
HEALTH = frozenset({StepName.HEALTH})
CANARY = frozenset({StepName.CANARY})
MADE_UP = frozenset({StepName.MADE_UP})
PULL = frozenset({StepName.PULL})
PUSH = frozenset({StepName.PUSH})
ENTRY = frozenset({StepName.ENTRY})
REPOSITORY = frozenset({StepName.REPOSITORY})

#: The sign-in that proves the login; it comes before :data:`PULL` and :data:`PUSH`.
FIRST_SIGN_IN = frozenset({StepName.SIGN_IN})
#: The sign-ins that ask for one action, once the first one succeeded.
LATER_SIGN_IN = PULL | PUSH
#: Every request that sends the login to the sign-in host.
EVERY_SIGN_IN = FIRST_SIGN_IN | LATER_SIGN_IN
#: The sign-ins where the first one already asks to pull (``Provider.scope_at_once``).
FIRST_OR_PUSH = FIRST_SIGN_IN | PUSH


@dataclass(frozen=True)
class Rule:
    """One answer that can be recognized, and what it decides.

    A rule fits an answer when every condition (the fields from ``code`` to ``kinds``, ``steps``
    and ``status``) holds. An empty condition always holds.
    """

    #: Identifies the rule within its provider; stored with each step of a check.
    name: str
    #: The steps at which the answer can come.
    steps: frozenset[StepName]
    _: KW_ONLY
    #: The HTTP status, or a range of them such as ``range(500, 600)``.
    status: int | range
    #: The outcome of the check; None: the check continues.
    outcome: Outcome | None
    #: Key of the sentence that describes the step (``saw_…``).
    says: str
    #: Key of the verdict's cause (``cause_…``); empty if ``outcome`` is None.
    cause: str = ""
    #: Keys of the verdict's advice (``do_…``), in the order of reading.
    advice: tuple[str, ...] = ()
    #: An error code that the body contains (distribution specification, "Error Codes").
    code: str = ""
    #: A part of the body's text, in lower case.
    text: str = ""
    #: The kind of body: "json", "html", "text" or "empty".
    looks: str = ""
    #: The name of a header that the response has.
    header: str = ""
    #: The beginning of the `Server` header, in lower case.
    server: str = ""
    #: Slugs of the secret's kind (:class:`~registry.secret_kinds.kind.TokenKind`).
    kinds: frozenset[str] = frozenset()
    #: The answer can have another cause; a request without the login finds out.
    ambiguous: bool = False
    #: The answer counts although an earlier step proved the login, and the outcome is inconclusive:
    #: it contradicts that step, or names what a person must change.
    overturns: bool = False

    def fits(self, step: StepName, kind: str, response: Response, body: ErrorBody) -> bool:
        """True if every condition of this rule holds for the answer.

        Takes the step, the slug of the secret's kind, the response and its parsed error body.
        """
        return (
            (not self.steps or step in self.steps)
            and (not self.kinds or kind in self.kinds)
            and response.status in self._statuses
            and (not self.code or self.code in body.codes)
            and (not self.text or self.text in body.text.lower())
            and (not self.looks or self.looks == body.looks)
            and (not self.header or bool(response.header(self.header)))
            and response.header("Server").lower().startswith(self.server)
        )

    @property
    def concludes_by_words(self) -> bool:
        """True if the body's words decide about the login, so that the whole body must be there."""
        reads_words = bool(self.code or self.text)
        return reads_words and self.outcome is not None and self.outcome.is_conclusive

    @property
    def _statuses(self) -> range | tuple[int]:
        return self.status if isinstance(self.status, range) else (self.status,)


def recognize_answer(
    step: StepName, kind: str, response: Response, rules: tuple[Rule, ...], *, whole: bool = True
) -> tuple[Rule | None, ErrorBody]:
    """Return the first of ``rules`` that fits the answer (else None), and its error body.

    Takes the step, the slug of the secret's kind, the response and the rules in order. ``whole``
    False: the body was too large, and holds its first bytes only. Words in them never conclude.
    """
    read = read_errors if whole else read_start
    body = read(response.body, response.header("Content-Type"))
    rule = next((rule for rule in rules if rule.fits(step, kind, response, body)), None)
    if not whole and rule is not None and rule.concludes_by_words:
        return FAILURES[FailureKind.TOO_LARGE], body
    return rule, body


def _failure(
    kind: FailureKind, *, outcome: Outcome, says: str, cause: str, advice: tuple[str, ...]
) -> Rule:
    return Rule(
        kind.value,
        EVERY_STEP,
        status=ANY_STATUS,
        outcome=outcome,
        says=says,
        cause=cause,
        advice=advice,
    )


FAILURES: dict[FailureKind, Rule] = {
    FailureKind(rule.name): rule
    for rule in (
        _failure(
            FailureKind.NAME_UNKNOWN,
            outcome=Outcome.UNREACHABLE,
            says="saw_name_unknown",
            cause="cause_name_unknown",
            advice=("do_check_address",),
        ),
        _failure(
            FailureKind.NO_CONNECTION,
            outcome=Outcome.UNREACHABLE,
            says="saw_no_connection",
            cause="cause_no_connection",
            advice=("do_check_address", "do_wait_if_right"),
        ),
        _failure(
            FailureKind.TIMED_OUT,
            outcome=Outcome.UNREACHABLE,
            says="saw_timed_out",
            cause="cause_timed_out",
            advice=("do_wait",),
        ),
        _failure(
            FailureKind.TLS,
            outcome=Outcome.TLS_FAILED,
            says="saw_tls",
            cause="cause_tls",
            advice=("do_ask_administrator",),
        ),
        _failure(
            FailureKind.FORBIDDEN,
            outcome=Outcome.FORBIDDEN_ADDRESS,
            says="saw_address_forbidden",
            cause="cause_address_forbidden",
            advice=("do_check_address", "do_allow_address"),
        ),
        _failure(
            FailureKind.CUT,
            outcome=Outcome.BROKEN_ANSWER,
            says="saw_cut",
            cause="cause_broken_answer",
            advice=("do_wait",),
        ),
        _failure(
            FailureKind.MALFORMED,
            outcome=Outcome.BROKEN_ANSWER,
            says="saw_malformed",
            cause="cause_broken_answer",
            advice=("do_check_address",),
        ),
        _failure(
            FailureKind.TOO_LARGE,
            outcome=Outcome.BROKEN_ANSWER,
            says="saw_too_large",
            cause="cause_broken_answer",
            advice=("do_check_address",),
        ),
    )
}

UNEXPECTED = Rule(
    "unexpected",
    EVERY_STEP,
    status=ANY_STATUS,
    outcome=Outcome.BROKEN_ANSWER,
    says="saw_unexpected",
    cause="cause_broken_answer",
    advice=("do_check_address",),
)
