"""The result of check_login, as text for people and JSON for programs."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta

from credentials_app.presentation.messages import text_of
from credentials_app.presentation.trail import certificate_view
from registry.addresses.origins import Origin
from registry.evidence import Evidence, ExpirySource, Step
from registry.verdicts.verdict import Verdict
from registry.words.durations import duration_in_words


@dataclass(frozen=True)
class CheckOutput:
    """The result of one check."""

    server: Origin
    evidence: Evidence
    verdict: Verdict


def as_json(report: CheckOutput) -> str:
    """One JSON object; times in ISO 8601, UTC."""
    return json.dumps(as_object(report), ensure_ascii=False, indent=2)


def as_object(report: CheckOutput) -> dict[str, object]:
    """The values of the JSON object."""
    verdict = report.verdict
    return {
        "outcome": verdict.outcome.value,
        "conclusive": verdict.outcome.is_conclusive,
        "needed": list(verdict.needed),
        "held": None if verdict.held is None else list(verdict.held),
        "missing": list(verdict.missing),
        "excess": list(verdict.excess),
        "expires_at": _iso(verdict.expires_at),
        "expires_source": verdict.expires_source.value,
        "token_lifetime_s": verdict.token_lifetime_s,
        "retry_after_s": verdict.retry_after_s,
        "message": text_of(verdict.message),
        "advice": [text_of(advice) for advice in verdict.advice],
        "provider": verdict.provider,
        "server": str(report.server),
        "suggested_server": verdict.suggested_server,
        "push_not_proved": verdict.push_not_proved,
        "asks": str(verdict.asks) if verdict.asks else None,
        "requests": len(_sent(report)),
        "took_ms": sum(step.took_ms for step in report.evidence.steps),
        "evidence": [_step(step) for step in report.evidence.steps],
    }


def outcome_in_words(verdict: Verdict) -> str:
    """The outcome, with *push not proved* where nothing shows whether it may push."""
    words = verdict.outcome.value.replace("_", " ")
    return f"{words} (push not proved)" if verdict.push_not_proved else words


def as_text(report: CheckOutput) -> str:
    """Lines for people: the verdict, the advice and the evidence."""
    verdict = report.verdict
    lines = [f"{report.server.display}: {outcome_in_words(verdict)}"]
    lines.append(f"  {text_of(verdict.message)}")
    lines += [f"  → {text_of(advice)}" for advice in verdict.advice]
    if verdict.held is not None:
        lines.append(f"  needed: {_names(verdict.needed)}; held: {_names(verdict.held)}")
    if verdict.excess:
        lines.append(f"  more than is needed: {_names(verdict.excess)}")
    lines += _times(verdict)
    lines.append("")
    for step in report.evidence.steps:
        lines += [_line(step), *_certificate(step)]
    return "\n".join(lines)


def _times(verdict: Verdict) -> list[str]:
    lines = []
    if verdict.expires_at:
        source = verdict.expires_source.value
        lines.append(f"  ends: {verdict.expires_at:%Y-%m-%d %H:%M} UTC (from: {source})")
    elif verdict.expires_source is ExpirySource.BY_DESIGN:
        lines.append("  ends: soon, by design")
    seconds = verdict.token_lifetime_s or 0
    if seconds > 0:
        life = duration_in_words(timedelta(seconds=seconds))
        lines.append(f"  its sign-in's tokens live {life}")
    return lines


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(names) or "nothing"


def _sent(report: CheckOutput) -> list[Step]:
    return [step for step in report.evidence.steps if step.to]


def _step(step: Step) -> dict[str, object]:
    return {
        "step": step.name.value,
        "to": step.to,
        "method": step.method,
        "path": step.path,
        "status": step.status,
        "code": step.code,
        "took_ms": step.took_ms,
        "message": text_of(step.message),
        "certificate": asdict(certificate_view(step.certificate)) if step.certificate else None,
    }


def _line(step: Step) -> str:
    if not step.to:
        return f"  {text_of(step.message)}"
    answer = step.status if step.status is not None else "–"
    return (
        f"  {step.method} {step.to}{step.path} {answer} {step.took_ms} ms  {text_of(step.message)}"
    )


def _certificate(step: Step) -> list[str]:
    if step.certificate is None:
        return []
    shown = certificate_view(step.certificate)
    return [
        f"    its certificate: issued for {shown.names or 'no name'} by {shown.issuer}",
        f"    valid {shown.valid}, SHA-256 {shown.fingerprint}",
    ]


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else None
