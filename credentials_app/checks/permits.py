"""Permits to sign in: obtained before a login is sent, settled by the answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from common.clock import database_now
from credentials_app.checks import refusals
from credentials_app.checks.prepare import Ready
from credentials_app.checks.result import CheckResult
from credentials_app.models import Credential
from credentials_app.pacing import sign_ins
from credentials_app.pacing.accounts import account_of, is_standalone_token
from credentials_app.pacing.origins import account_hash
from credentials_app.pacing.rules import is_refused, probe_failed, stays_unanswered
from credentials_app.pacing.sign_in_outage import LONGEST, PAUSE, is_taken_back
from credentials_app.pacing.sign_ins import Permit, SignIn
from credentials_app.pacing.waits import Wait
from credentials_app.status import Status
from registry.addresses.domains import same_registrable_domain
from registry.addresses.origins import Origin
from registry.outcome import Outcome
from registry.providers import by_slug
from registry.providers.provider import Provider
from registry.words.message import Message

Answered = tuple[Ready, CheckResult]


class MustWait(Exception):
    """The shares do not allow this sign-in now; nothing was sent to it."""

    def __init__(self, wait: Wait, sign_in: SignIn) -> None:
        super().__init__(wait.reason.value)
        self.wait, self.sign_in = wait, sign_in


@dataclass
class Permits:
    """The permits of one check."""

    ready: Ready
    held: list[Permit]

    def obtain(self, origin: Origin, shown: Provider) -> None:
        """Get a permit for this sign-in origin, unless the check has it. Raises MustWait.

        ``shown``: the provider that the server shows; it decides whether the login has an account.
        """
        account = account_of(self.ready.login, shown)
        wanted = sign_in_of(self.ready, origin, account)
        if any(_covers(each.sign_in, wanted) for each in self.held):
            return
        [permit] = sign_ins.permit([wanted], database_now())
        if isinstance(permit, Wait):
            sign_ins.give_back(self.held)
            raise MustWait(permit, wanted)
        self.held.append(permit)


def sign_in_of(ready: Ready, origin: Origin, account: str) -> SignIn:
    """The sign-in of this check at this origin, with the name of its account."""
    return SignIn(ready.row, origin, account_hash(origin, account), ready.tenant)


def _covers(permitted: SignIn, wanted: SignIn) -> bool:
    return (permitted.origin, permitted.account) == (wanted.origin, wanted.account)


def expected_sign_in(ready: Ready, seen: Origin | None = None) -> SignIn | None:
    """The sign-in that this check will probably need; None: it shows where only when it runs.

    ``seen``: the sign-in of another check of this server.

    A registry may name a sign-in of somebody else, and never send the login there. It must not
    occupy an account of that sign-in, so that its checks get a permit only when they need it.
    """
    origin = Origin.parse(ready.row.sign_in) if ready.row.sign_in else seen
    if origin is None:
        return None
    if not same_registrable_domain(origin.host, ready.login.server.host):
        return None
    account = ready.account
    if account and is_standalone_token(ready.login, by_slug("gitlab")):
        # Only the challenge shows whether the server is a GitLab, where this token has no account.
        if not ready.row.sign_in:
            return None
        account = account if ready.row.account else ""
    return sign_in_of(ready, origin, account)


def permit_together(
    readies: Sequence[Ready], now: datetime, *, seen: Origin | None = None
) -> list[Ready | tuple[Ready, Wait]]:
    """Permit the expected sign-ins of these checks, which are of one server, in one transaction."""
    expected = [expected_sign_in(ready, seen) for ready in readies]
    permits = iter(sign_ins.permit([each for each in expected if each], now))
    found: list[Ready | tuple[Ready, Wait]] = []
    for ready, sign_in in zip(readies, expected, strict=True):
        permit = next(permits) if sign_in else None
        if isinstance(permit, Wait):
            found.append((ready, permit))
        else:
            found.append(replace(ready, permit=permit))
    return found


def settle(answered: Sequence[Answered], now: datetime) -> list[CheckResult]:
    """Count the refused sign-ins, and those without an answer; forget the others.

    Call it as soon as the answers are there. Refusals that show an outage of the sign-in are
    taken back: their results come back as inconclusive.
    """
    counted: list[Permit] = []
    forgotten: list[Permit] = []
    good: list[Permit] = []
    for _ready, result in answered:
        failed = is_refused(result.evidence, result.verdict) or stays_unanswered(result.evidence)
        used = result.permits[-1:] if failed else ()
        counted += used
        forgotten += [each for each in result.permits if each not in used]
        if result.verdict.outcome is Outcome.VALID:
            good += result.permits
    sign_ins.give_back(forgotten)
    sign_ins.end_outages(good)
    outages = sign_ins.keep_counted(counted, now) if counted else frozenset()
    for ready, result in answered:
        if probe_failed(result.evidence):
            sign_ins.count_made_up_login(result.evidence.facts.realm or ready.login.server, now)
    _remember(answered)
    for origin, tenant in outages:
        _take_back_earlier(origin, tenant, now)
    return [_taken_back(ready, result, outages, now) for ready, result in answered]


def _remember(answered: Sequence[Answered]) -> None:
    """Note the logins that were refused; forget those that work now."""
    refusals.remember(
        {
            ready.key: result.started_at
            for ready, result in answered
            if is_refused(result.evidence, result.verdict)
        }
    )
    refusals.forget(
        [
            ready.key
            for ready, result in answered
            if ready.is_remembered and result.verdict.outcome is Outcome.VALID
        ]
    )


def _taken_back(
    ready: Ready, result: CheckResult, outages: frozenset[tuple[str, str]], now: datetime
) -> CheckResult:
    row = ready.row
    if result.verdict.outcome is not Outcome.REJECTED or not isinstance(row, Credential):
        return result
    if row.asked_at is not None or not any(each.worked for each in result.permits):
        return result
    places = [(each.sign_in.tenant, str(each.sign_in.origin)) for each in result.permits]
    if not any(
        is_taken_back(tenant, _tenants_at(origin, outages), row.taken_back_since, now)
        for tenant, origin in places
    ):
        return result
    verdict = replace(
        result.verdict,
        outcome=Outcome.UNREACHABLE,
        message=Message.of("cause_sign_in_outage"),
        advice=(Message.of("do_wait"),),
    )
    return replace(result, verdict=verdict, taken_back=True)


def _tenants_at(origin: str, outages: frozenset[tuple[str, str]]) -> set[str]:
    return {tenant for place, tenant in outages if place == origin}


def _take_back_earlier(origin: str, tenant: str, now: datetime) -> None:
    """The refusals that were recorded before the outage showed count no longer."""
    rows = Credential.objects.filter(
        Q(taken_back_since__isnull=True) | Q(taken_back_since__gt=now - LONGEST),
        pk__in=sign_ins.refused_together(origin, tenant, now),
        lease_id__isnull=True,
        asked_at__isnull=True,
        rejections=1,
        status=Status.VALID,
    )
    again = {"next_check_at": now + PAUSE, "refused_again_at": None}
    first = rows.filter(taken_back_since__isnull=True)
    first.update(rejections=0, rejected_since=None, taken_back_since=now, **again)
    rows.update(rejections=0, rejected_since=None, **again)
