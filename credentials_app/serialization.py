"""Serializes verdicts and evidence to the JSON of rows, and loads them again."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from registry.addresses.origins import Origin
from registry.certificate import Certificate
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
        "push_not_proved": verdict.push_not_proved,
    }


def load_verdict(stored: Mapping[str, Any] | None) -> Verdict | None:
    """The verdict that a row stores. None: the row was never checked.

    The oldest rows have no ``excess``, and some no ``push_not_proved``.
    """
    if not stored:
        return None
    held, ends = stored["held"], stored["expires_at"]
    return Verdict(
        outcome=Outcome(stored["outcome"]),
        message=_load_message(stored["message"]),
        advice=tuple(_load_message(each) for each in stored["advice"]),
        needed=tuple(stored["needed"]),
        held=None if held is None else tuple(held),
        missing=tuple(stored["missing"]),
        excess=tuple(stored.get("excess", ())),
        expires_at=datetime.fromisoformat(ends) if ends else None,
        expires_source=ExpirySource(stored["expires_source"]),
        token_lifetime_s=stored["token_lifetime_s"],
        retry_after_s=stored["retry_after_s"],
        provider=stored["provider"],
        asks=Origin.parse(stored["asks"]) if stored["asks"] else None,
        suggested_server=stored["suggested_server"],
        push_not_proved=stored.get("push_not_proved", False),
    )


def dump_evidence(evidence: Evidence) -> Json:
    """The steps as JSON, with the facts that a page shows."""
    facts = evidence.facts
    return {
        "steps": dump_steps(evidence.steps),
        "scheme": facts.scheme,
        "realm": str(facts.realm) if facts.realm else "",
        "kind": facts.kind,
        "recipients": sorted(str(each) for each in facts.recipients),
    }


def load_sign_in(stored: Mapping[str, Any] | None, server: Origin) -> Origin | None:
    """The sign-in host in the stored evidence of this server. None: there is none, or the login may
    not go there: links must not lead people to it either."""
    if not stored or not stored.get("realm"):
        return None
    realm = Origin.parse(stored["realm"])
    return realm if realm == server or str(realm) in stored["recipients"] else None


def load_trail(stored: Mapping[str, Any] | None) -> tuple[Step, ...]:
    """The steps of the stored evidence, in order."""
    return load_steps(stored["steps"]) if stored else ()


def dump_steps(steps: Iterable[Step]) -> list[Json]:
    """The steps as JSON, in order."""
    return [_dump_step(step) for step in steps]


def load_steps(stored: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps that a row stores, in order."""
    return tuple(_load_step(step) for step in stored)


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
        "certificate": _dump_certificate(step.certificate) if step.certificate else None,
    }


def _dump_certificate(shown: Certificate) -> Json:
    starts, ends = shown.starts_at.isoformat(), shown.ends_at.isoformat()
    return {**asdict(shown), "names": list(shown.names), "starts_at": starts, "ends_at": ends}


def _load_certificate(stored: Mapping[str, Any]) -> Certificate:
    starts, ends = (datetime.fromisoformat(stored[key]) for key in ("starts_at", "ends_at"))
    names = tuple(stored["names"])
    return Certificate(**{**stored, "names": names, "starts_at": starts, "ends_at": ends})


def _load_step(stored: Mapping[str, Any]) -> Step:
    """The JSON key of the rule that recognized the answer is ``sight``.

    Rows that were stored before certificates were kept have none.
    """
    values = {**stored, "name": StepName(stored["name"])}
    values["message"] = _load_message(stored["message"])
    if shown := values.get("certificate"):
        values["certificate"] = _load_certificate(shown)
    return Step(rule=values.pop("sight"), **values)


def _dump_message(message: Message) -> Json:
    return {"key": message.key, "params": dict(message.params)}


def _load_message(stored: Mapping[str, Any]) -> Message:
    return Message(stored["key"], tuple(sorted(stored["params"].items())))
