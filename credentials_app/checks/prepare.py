"""What a look asks: opened and judged before the network, and what origins learn after it."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from common.crypto import CannotOpen
from credentials_app import secrets
from credentials_app.checks import leases
from credentials_app.checks.apply import CheckResult
from credentials_app.models import Credential, ServerRule, Trial
from credentials_app.pacing import origins
from credentials_app.pacing.accounts import account_of
from credentials_app.pacing.failed_logins import Attempt
from credentials_app.pacing.origins import Known, OriginCache
from credentials_app.secrets import Reason, SealedContent
from registry.evidence import Evidence
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from registry.words.message import Message


@dataclass(frozen=True)
class Question:
    """One login that may be tried now. ``account``: what a refusal counts against; ``known``:
    the memory of the origins that it goes to, as it was read for this look."""

    row: Credential | Trial
    login: Login
    need: Need
    started_at: datetime
    account: str
    is_pinned: bool
    known: Known = field(repr=False)


@dataclass(frozen=True)
class Answer:
    """What the network gave."""

    evidence: Evidence
    verdict: Verdict
    took_ms: int


def question_about(
    row: Credential | Trial,
    rule: ServerRule | None,
    *,
    beside: Attempt,
    memory: OriginCache,
    now: datetime,
) -> Question | CheckResult | None:
    """What to ask; a look where nothing may be sent; None when its origin must be left alone,
    and the row is due later."""
    try:
        content = secrets.open_secret(row, reason=Reason.CHECK)
    except CannotOpen:
        content = None
    if content is None or not secrets.fits(content, row, rule):
        return result_without_request(
            Outcome.SEALED_MISMATCH, "cause_sealed_mismatch", "do_enter_again", now=now
        )
    login = _login(row, content, rule.ca_pem if rule else "")
    account = account_of(login)
    turn = replace(beside, asked=row.asked_at is not None, trusted=_trusts(row), account=account)
    known = memory.of({login.server, *(login.recipients or ())})
    until = origins.wait_for(known, now, turn)
    if until is not None:
        leases.release(row, until=until)
        return None
    probe = origins.probe_for(login.server, now, known=known)
    return Question(
        row=row,
        login=replace(login, probe=probe),
        need=Need(row.push, row.repository),
        started_at=now,
        account=account,
        is_pinned=content.recipients is not None,
        known=known,
    )


def result_of(question: Question, answer: Answer, *, now: datetime) -> CheckResult:
    """Let the origins remember the answer, and make it a look."""
    login, evidence, verdict = question.login, answer.evidence, answer.verdict
    origins.remember(
        login.server, evidence, verdict, now, account=question.account, known=question.known
    )
    origins.record_probe(login.server, login.probe, evidence, verdict)
    started_at = question.started_at
    return CheckResult(started_at, answer.took_ms, evidence, verdict, is_pinned=question.is_pinned)


def result_without_request(
    outcome: Outcome, cause: str, *advice: str, now: datetime
) -> CheckResult:
    """A look that never reached a registry."""
    verdict = Verdict(
        outcome=outcome,
        message=Message.of(cause),
        advice=tuple(Message.of(key) for key in advice),
    )
    return CheckResult(now, 0, Evidence(), verdict)


def _trusts(row: Credential | Trial) -> bool:
    return isinstance(row, Credential) and row.is_trusted


def _login(row: Credential | Trial, content: SealedContent, ca_pem: str) -> Login:
    """Only what is sealed decides who gets the secret."""
    return Login(
        server=content.server,
        username=content.username,
        secret=content.secret,
        provider=row.provider,
        recipients=content.recipients,
        http_allowed=content.http,
        ca_pem=ca_pem,
        expires_on=row.expires_on,
    )
