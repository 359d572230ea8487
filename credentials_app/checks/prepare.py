"""Prepares a check (opens the secret, applies the rate limits) and turns answers into results."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from common.crypto import CannotOpen
from credentials_app import secrets
from credentials_app.checks import pins
from credentials_app.checks.result import CheckResult
from credentials_app.models import Credential, ServerRule, Trial
from credentials_app.pacing import origins
from credentials_app.pacing.accounts import account_of
from credentials_app.pacing.failed_logins import LoginAttempt
from credentials_app.pacing.origins import Known, OriginCache
from credentials_app.secrets import Reason, SealedContent
from registry.evidence import Evidence
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from registry.words.message import Message

ALONE = LoginAttempt()


@dataclass(frozen=True)
class Ready:
    """A login that may be tried now.

    ``account``: the name that a refusal counts against, empty for none. ``known``: the rows of
    the origins that receive the login, as this check read them.
    """

    row: Credential | Trial
    login: Login
    need: Need
    started_at: datetime
    account: str
    content: SealedContent = field(repr=False)
    known: Known = field(repr=False)


@dataclass(frozen=True)
class Refused:
    """Nothing may be sent, so the result is known already."""

    result: CheckResult


@dataclass(frozen=True)
class Postponed:
    """A pause, the open circuit or a budget of failed logins holds the check back until then."""

    until: datetime


def prepare(
    row: Credential | Trial,
    rule: ServerRule | None,
    *,
    cache: OriginCache,
    now: datetime,
    attempt: LoginAttempt = ALONE,
) -> Ready | Refused | Postponed:
    """Decide whether a claimed row may be checked now, and with which login.

    It writes nothing but the claim on the day's accept-all probe of the registry. ``attempt``
    counts the checks that are in flight at the same origin.
    """
    try:
        content = secrets.open_secret(row, reason=Reason.CHECK)
    except CannotOpen:
        content = None
    if content is None or not secrets.fits(content, row, rule):
        return Refused(
            failed_check(
                Outcome.SEALED_MISMATCH, "cause_sealed_mismatch", "do_enter_again", now=now
            )
        )
    login = _login(row, content, rule.ca_pem if rule else "")
    account = account_of(login)
    attempt = replace(
        attempt, asked=row.asked_at is not None, trusted=_is_trusted(row), account=account
    )
    known = cache.of({login.server, *(login.recipients or ())})
    until = origins.wait_for(known, now, attempt)
    if until is not None:
        return Postponed(until)
    probe = origins.probe_for(login.server, now, known=known)
    return Ready(
        row=row,
        login=replace(login, probe=probe),
        need=Need(row.push, row.repository),
        started_at=now,
        account=account,
        content=content,
        known=known,
    )


def conclude(ready: Ready, result: CheckResult, *, now: datetime) -> CheckResult:
    """Update the origin state, and pin the recipients of the secret.

    Call it as soon as the answer is there: a failed login that we do not count could get
    everybody banned. Recording the result may wait for other checks.
    """
    login, evidence, verdict = ready.login, result.evidence, result.verdict
    origins.record_result(
        login.server, evidence, verdict, now, account=ready.account, known=ready.known
    )
    origins.record_probe(login.server, login.probe, evidence, verdict)
    return replace(result, pinned=pins.pin(ready.row, ready.content, evidence, verdict))


def failed_check(outcome: Outcome, cause: str, *advice: str, now: datetime) -> CheckResult:
    """The result of a check that sent no request."""
    verdict = Verdict(
        outcome=outcome,
        message=Message.of(cause),
        advice=tuple(Message.of(key) for key in advice),
    )
    return CheckResult(now, 0, Evidence(), verdict)


def _is_trusted(row: Credential | Trial) -> bool:
    return isinstance(row, Credential) and row.is_trusted


def _login(row: Credential | Trial, content: SealedContent, ca_pem: str) -> Login:
    """The login to check. Only sealed values decide who receives the secret."""
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
