"""Prepares a check (opens the secret, applies the rate limits) and turns answers into results."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from common.crypto import CannotOpen
from credentials_app import secrets
from credentials_app.checks import pins, refusals
from credentials_app.checks.refusals import LoginKey, Refusals
from credentials_app.checks.result import CheckResult, failed_check
from credentials_app.checks.rules_in_use import RulesOfRow
from credentials_app.models import Credential, Trial
from credentials_app.pacing import origins
from credentials_app.pacing.accounts import account_of
from credentials_app.pacing.origins import Known, OriginCache
from credentials_app.pacing.sign_ins import Permit
from credentials_app.pacing.tenants import tenant_of
from credentials_app.pacing.waits import Wait
from credentials_app.secrets import Reason, SealedContent
from credentials_app.serialization import load_verdict
from credentials_app.status import Status
from registry.evidence import Evidence
from registry.login import Login, Need
from registry.outcome import Outcome


@dataclass(frozen=True)
class Ready:
    """A login that may be tried now.

    ``account``: the name that a refusal counts against, empty for none. ``known``: the rows of
    the origins that receive the login, as this check read them. ``key`` finds the login in the
    memory of refused ones, where ``is_remembered`` says that it is. ``permit``: a sign-in that
    was permitted before the check runs.
    """

    row: Credential | Trial
    login: Login
    need: Need
    started_at: datetime
    account: str
    tenant: str
    key: LoginKey
    content: SealedContent = field(repr=False)
    known: Known = field(repr=False)
    is_remembered: bool = False
    permit: Permit | None = None


@dataclass(frozen=True)
class Refused:
    """Nothing may be sent, so the result is known already."""

    result: CheckResult


@dataclass(frozen=True)
class Postponed:
    """A pause, the open circuit, or a share of the failures holds the check back."""

    wait: Wait


def prepare(
    row: Credential | Trial,
    rules: RulesOfRow,
    *,
    cache: OriginCache,
    refused: Refusals,
    now: datetime,
) -> Ready | Refused | Postponed:
    """Decide whether a claimed row may be checked now, and with which login.

    It writes nothing but the claim on the day's accept-all probe of the registry.
    """
    believed = _believed(row, now)
    if believed is not None:
        return Refused(believed)
    try:
        content = secrets.open_secret(row, reason=Reason.CHECK)
    except CannotOpen:
        content = None
    if content is None or not secrets.fits(content, row, rules.own):
        return Refused(
            failed_check(
                Outcome.SEALED_MISMATCH, "cause_sealed_mismatch", "do_enter_again", now=now
            )
        )
    tenant = tenant_of(row.workspace, now)
    key = LoginKey(tenant, str(content.server), secrets.login_digest(content, tenant))
    refused_at = refused.at(key, now)
    if refused_at is not None and refusals.holds_for(row, refused_at):
        return Refused(refusals.refused_before(refused_at, now))
    login = _login(row, content, rules)
    known = cache.of({login.server, *(login.recipients or ())})
    wait = origins.wait_for(known, now, asked=row.asked_at is not None)
    if wait is not None:
        return Postponed(wait)
    probe = origins.probe_for(login.server, now, known=known)
    return Ready(
        row=row,
        login=replace(login, probe=probe),
        need=Need(row.push, row.repository, was_pulled=_was_pulled(row)),
        started_at=now,
        account=account_of(login),
        tenant=tenant,
        key=key,
        is_remembered=refused_at is not None,
        content=content,
        known=known,
    )


def conclude(ready: Ready, result: CheckResult, *, now: datetime) -> CheckResult:
    """Update the origin state, and pin the recipients of the secret.

    Call it as soon as the answer is there. Recording the result may wait for other checks.
    """
    login, evidence, verdict = ready.login, result.evidence, result.verdict
    origins.record_result(login.server, evidence, verdict, now, known=ready.known)
    origins.record_probe(login.server, login.probe, evidence, verdict)
    return replace(
        result,
        pinned=pins.pin(ready.row, ready.content, evidence, verdict),
        secret_digest=secrets.digest_to_compare(ready.content),
    )


def _was_pulled(row: Credential | Trial) -> bool:
    """True if the last check proved pull of the repository that the row names now; only a check
    of push asks."""
    if not isinstance(row, Credential) or not (row.push and row.repository):
        return False
    if row.status != Status.VALID:
        return False
    verdict = load_verdict(row.verdict)
    return bool(verdict and verdict.outcome is Outcome.VALID and "pull" in (verdict.held or ()))


def _believed(row: Credential | Trial, now: datetime) -> CheckResult | None:
    """The refusal that was held back until other logins were checked; it is believed now."""
    if not isinstance(row, Credential) or row.refused_again_at is None or row.asked_at is not None:
        return None
    verdict = load_verdict(row.verdict)
    if verdict is None or verdict.outcome is not Outcome.REJECTED:
        return None
    return CheckResult(row.refused_again_at, 0, Evidence(), verdict)


def _login(row: Credential | Trial, content: SealedContent, rules: RulesOfRow) -> Login:
    """The login to check. Only sealed values decide who receives the secret."""
    return Login(
        server=content.server,
        username=content.username,
        secret=content.secret,
        provider=row.provider,
        recipients=content.recipients,
        http_allowed=content.http,
        http_realms=rules.http,
        ca_pem=rules.own.ca_pem if rules.own else "",
        expires_on=row.expires_on,
    )
