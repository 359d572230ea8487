"""How verdicts and evidence are kept in rows, and read from them again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from registry.addresses.origins import Origin
from registry.evidence import Evidence, ExpirySource, Step, StepName
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from registry.words.message import Message

Json = dict[str, Any]


def dump_verdict(verdict: Verdict) -> Json:
    """The verdict as JSON; times in ISO 8601."""
    return {
        "outcome": verdict.outcome.value,
        "message": _dump_message(verdict.message),
        "advice": [_dump_message(each) for each in verdict.advice],
        "needed": list(verdict.needed),
        "held": None if verdict.held is None else list(verdict.held),
        "missing": list(verdict.missing),
        "excess": list(verdict.excess),
        "expires_at": verdict.expires_at.isoformat() if verdict.expires_at else None,
        "expires_source": verdict.expires_source.value,
        "token_lifetime_s": verdict.token_lifetime_s,
        "retry_after_s": verdict.retry_after_s,
        "provider": verdict.provider,
        "asks": str(verdict.asks) if verdict.asks else "",
        "suggested_server": verdict.suggested_server,
    }


def load_verdict(kept: Mapping[str, Any] | None) -> Verdict | None:
    """The verdict that a row keeps; None when nobody has looked yet.

    Rows of the first days name no ``excess``.
    """
    if not kept:
        return None
    held, ends = kept["held"], kept["expires_at"]
    return Verdict(
        outcome=Outcome(kept["outcome"]),
        message=_load_message(kept["message"]),
        advice=tuple(_load_message(each) for each in kept["advice"]),
        needed=tuple(kept["needed"]),
        held=None if held is None else tuple(held),
        missing=tuple(kept["missing"]),
        excess=tuple(kept.get("excess", ())),
        expires_at=datetime.fromisoformat(ends) if ends else None,
        expires_source=ExpirySource(kept["expires_source"]),
        token_lifetime_s=kept["token_lifetime_s"],
        retry_after_s=kept["retry_after_s"],
        provider=kept["provider"],
        asks=Origin.parse(kept["asks"]) if kept["asks"] else None,
        suggested_server=kept["suggested_server"],
    )


def dump_evidence(evidence: Evidence) -> Json:
    """The trail as JSON, with the few facts that a page tells beside it."""
    facts = evidence.facts
    return {
        "steps": [_dump_step(step) for step in evidence.steps],
        "scheme": facts.scheme,
        "realm": str(facts.realm) if facts.realm else "",
        "kind": facts.kind,
        "recipients": sorted(str(each) for each in facts.recipients),
    }


def load_trail(kept: Mapping[str, Any] | None) -> tuple[Step, ...]:
    """The steps that a row keeps, in order."""
    return tuple(_load_step(step) for step in kept["steps"]) if kept else ()


def _dump_step(step: Step) -> Json:
    return {
        "name": step.name.value,
        "to": step.to,
        "method": step.method,
        "path": step.path,
        "status": step.status,
        "code": step.code,
        "took_ms": step.took_ms,
        "sight": step.rule,
        "message": _dump_message(step.message),
        "retry_after_s": step.retry_after_s,
    }


def _load_step(kept: Mapping[str, Any]) -> Step:
    """Rows say ``sight`` for the rule that recognized the answer."""
    parts = {**kept, "name": StepName(kept["name"]), "message": _load_message(kept["message"])}
    return Step(rule=parts.pop("sight"), **parts)


def _dump_message(message: Message) -> Json:
    return {"key": message.key, "params": dict(message.params)}


def _load_message(kept: Mapping[str, Any]) -> Message:
    return Message(kept["key"], tuple(sorted(kept["params"].items())))
