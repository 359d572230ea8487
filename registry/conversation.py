"""The state of one conversation: what was asked so far, and what it showed."""

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from registry.addresses.origins import Origin
from registry.evidence import Evidence, Facts, Step, StepName
from registry.login import Login, Need
from registry.protocol.http import Basic, NetworkFailure, Request, Response
from registry.protocol.retry_after import retry_after_s
from registry.rules.rule import UNEXPECTED, Rule, recognize_answer, recognize_failure
from registry.words.message import Message

OK = Rule("ok", frozenset(), 2, None, "saw_ok")


@dataclass(frozen=True)
class RecognizedAnswer:
    """One answer and the row that recognised it. ``response`` is None when none came."""

    response: Response | None
    rule: Rule

    @property
    def is_ok(self) -> bool:
        """Whether it is the answer that the step hoped for."""
        return self.rule is OK

    @property
    def ends(self) -> bool:
        """Whether it decides the check, so that nothing more is asked."""
        return self.rule.outcome is not None


@dataclass
class Conversation:
    """One check in the making, begun at ``now``.

    ``rules`` are the provider's followed by the common ones. ``known_by_shape`` says that the
    secret is the provider's beyond doubt.
    """

    login: Login
    need: Need
    rules: tuple[Rule, ...]
    now: datetime
    known_by_shape: bool = False
    steps: list[Step] = field(default_factory=list)
    facts: Facts = field(default_factory=Facts)
    pair: Basic = field(init=False)

    def __post_init__(self) -> None:
        """What is presented is the login itself, unless it is exchanged for another pair."""
        self.pair = Basic(self.login.username, self.login.secret)

    def ask(
        self, name: StepName, request: Request, *, hoped: tuple[int, ...] = (200,)
    ) -> Generator[Request, Response, RecognizedAnswer]:
        """Send one request and note the step; a row decides first, then the ``hoped`` statuses."""
        try:
            response = yield request
        except NetworkFailure as failure:
            rule = recognize_failure(failure)
            self._note(name, request, None, rule, took_ms=failure.took_ms, detail=failure.detail)
            return RecognizedAnswer(None, rule)
        found, body = recognize_answer(name, self.facts.kind, response, self.rules)
        rule = found or (OK if response.status in hoped else UNEXPECTED)
        code = next(iter(body.codes), "")
        self._note(name, request, response, rule, took_ms=response.took_ms, code=code)
        return RecognizedAnswer(response, rule)

    def note_offline(self, name: StepName, rule: Rule, **params: str) -> None:
        """Note a step that needed no request."""
        message = Message.of(rule.says, **params)
        self.steps.append(Step(name, "", "", "", None, "", 0, rule.name, message))

    def refine(self, key: str, rule: Rule | None = None, **params: str) -> None:
        """Tell more exactly what the last step saw, and which row it is."""
        last = self.steps[-1]
        self.steps[-1] = replace(
            last, message=Message.of(key, **params), rule=rule.name if rule else last.rule
        )

    def record_facts(self, **facts: Any) -> None:
        """Add to what is known."""
        self.facts = replace(self.facts, **facts)

    def may_ask(self, origin: Origin) -> bool:
        """Whether the login may be sent to this origin."""
        return origin == self.login.server or origin in self.facts.recipients

    def may_show(self, api: Origin) -> bool:
        """Whether the provider's own API may be shown the secret: never one that could be
        somebody else's."""
        return self.known_by_shape and self.may_ask(api)

    def evidence(self) -> Evidence:
        """What was seen so far, as a value."""
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
