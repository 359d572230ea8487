"""The state of one check: its login and need, the steps so far, and the facts they showed."""

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from registry.addresses.origins import Origin
from registry.evidence import Evidence, Facts, Step, StepName
from registry.login import Login, Need
from registry.protocol.http import Basic, FailureKind, NetworkFailure, Request, Response
from registry.protocol.retry_after import retry_after_s
from registry.rules.failures import recognize_failure
from registry.rules.rule import UNEXPECTED, Rule, recognize_answer
from registry.words.message import Message

OK = Rule("ok", frozenset(), status=range(200, 300), outcome=None, says="saw_ok")


@dataclass(frozen=True)
class RecognizedAnswer:
    """An answer and the rule that fits it. ``response`` None: no answer came.

    ``looks`` is the form of the body, as in :class:`~registry.protocol.errors.ErrorBody`.
    ``unfinished`` is the answer as far as it was read, if its body did not come whole. One whose
    body was too large is also the ``response``, without a body: no flow reads half a value.
    """

    response: Response | None
    rule: Rule
    looks: str = ""
    unfinished: Response | None = None

    @property
    def is_ok(self) -> bool:
        """True if no rule fits and the status is one that the step hoped for."""
        return self.rule is OK

    @property
    def ends(self) -> bool:
        """True if the rule decides the outcome of the check."""
        return self.rule.outcome is not None


@dataclass
class Conversation:
    """The state of one check, which started at ``now`` (aware).

    ``rules`` are the provider's, then the common ones. ``known_by_shape``: the text of the secret
    proves that it is one of this provider. ``pair`` is the login that requests carry: the stored
    one, unless a provider exchanges it for another. ``asking`` is the step of the last request.
    """

    login: Login
    need: Need
    rules: tuple[Rule, ...]
    now: datetime
    known_by_shape: bool = False
    asking: StepName = StepName.OFFLINE
    steps: list[Step] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    pair: Basic = field(init=False)

    def __post_init__(self) -> None:
        self.pair = Basic(self.login.username, self.login.secret)

    def ask(
        self, name: StepName, request: Request, *, hoped: tuple[int, ...] = (200,)
    ) -> Generator[Request, Response, RecognizedAnswer]:
        """Yield one request, add its step, and return the answer with its rule.

        The first rule that fits decides, then the ``hoped`` statuses, else it is `unexpected`.
        A :class:`NetworkFailure` that is thrown in becomes a step too, and is never raised. An
        answer whose body is too large counts by its status, its headers and its first bytes.
        """
        self.asking = name
        try:
            response = yield request
        except NetworkFailure as failure:
            return self._note_failure(name, request, failure, hoped)
        found, body = recognize_answer(name, self.facts.kind, response, self.rules)
        rule = found or (OK if response.status in hoped else UNEXPECTED)
        code = next(iter(body.codes), "")
        self._note(name, request, response, rule, took_ms=response.took_ms, code=code)
        return RecognizedAnswer(response, rule, body.looks)

    def _note_failure(
        self, name: StepName, request: Request, failure: NetworkFailure, hoped: tuple[int, ...]
    ) -> RecognizedAnswer:
        """The rule of a request that got no answer, or one whose body did not come whole."""
        partial, took_ms, rule = failure.partial, failure.took_ms, recognize_failure(failure)
        if partial is None or failure.kind is not FailureKind.TOO_LARGE:
            self._note(name, request, None, rule, took_ms=took_ms, detail=failure.detail)
            self.steps[-1] = replace(self.steps[-1], certificate=failure.certificate)
            may_count = failure.kind in (FailureKind.CUT, FailureKind.TIMED_OUT)
            return RecognizedAnswer(None, rule, unfinished=partial if may_count else None)
        found, body = recognize_answer(name, self.facts.kind, partial, self.rules, whole=False)
        says = rule.says
        rule = found or (OK if partial.status in hoped else rule)
        self._note(name, request, partial, rule, took_ms=took_ms)
        if rule is OK:
            self.refine(says)
        return RecognizedAnswer(replace(partial, body=b""), rule, body.looks, partial)

    def note_offline(self, name: StepName, rule: Rule, **params: str) -> None:
        """Add a step that needed no request, with the sentence of ``rule`` and its ``params``."""
        message = Message.of(rule.says, **params)
        self.steps.append(Step(name, "", "", "", None, "", 0, rule.name, message))

    def refine(self, key: str, rule: Rule | None = None, **params: str) -> None:
        """Give the last step a more exact sentence, and another rule if one is given."""
        last = self.steps[-1]
        self.steps[-1] = replace(
            last, message=Message.of(key, **params), rule=rule.name if rule else last.rule
        )

    def accept_unfinished(self, key: str, answer: Response) -> RecognizedAnswer:
        """Let the last step's answer count as good by its first bytes; ``key`` is its sentence."""
        self.refine(key, OK)
        self.steps[-1] = replace(self.steps[-1], status=answer.status)
        return RecognizedAnswer(replace(answer, body=b""), OK, unfinished=answer)

    def record_facts(self, **facts: Any) -> None:
        """Set fields of :class:`Facts`."""
        self.facts = replace(self.facts, **facts)

    def may_ask(self, origin: Origin) -> bool:
        """True if the login may go to this origin: the server, or one of its recipients."""
        return origin == self.login.server or origin in self.facts.recipients

    def may_show(self, api: Origin) -> bool:
        """True if the secret may go to the provider's own API.

        A secret that could belong to another provider never goes there.
        """
        return self.known_by_shape and self.may_ask(api)

    def evidence(self) -> Evidence:
        """The steps and facts so far, as a frozen value."""
        return Evidence(tuple(self.steps), self.facts)

    def _note(
        self,
        name: StepName,
        request: Request,
        response: Response | None,
        rule: Rule,
        *,
        took_ms: int,
        code: str = "",
        detail: str = "",
    ) -> None:
        params = {"detail": detail or "unknown"} if "tls" in rule.says else {}
        self.steps.append(
            Step(
                name=name,
                to=str(request.origin),
                method=request.method,
                path=request.path,
                status=response.status if response else None,
                code=code,
                took_ms=took_ms,
                rule=rule.name,
                message=Message.of(rule.says, **params),
                retry_after_s=retry_after_s(response) if response else None,
            )
        )
