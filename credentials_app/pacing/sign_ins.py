"""The sign-ins that count as failed, as rows: permitted before a secret is sent, settled after.

A sign-in counts from the moment it is permitted. It is deleted if the login is good; if it is
refused, or if its answer never comes, it stays for 24 hours.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q

from credentials_app.models import (
    Credential,
    RegistryOrigin,
    SignInAttempt,
    SignInOutage,
    Trial,
)
from credentials_app.pacing.account_shares import Granted, judge
from credentials_app.pacing.history import (
    AT_HOME,
    TODAY,
    Attempt,
    CountedSignIn,
    History,
    Share,
)
from credentials_app.pacing.origin_shares import order_of
from credentials_app.pacing.sign_in_outage import PAUSE, tenants_in_outage
from credentials_app.pacing.tenants import tenant_of
from credentials_app.pacing.waits import SOON, Wait
from credentials_app.status import Status, is_bad
from registry.addresses.origins import Origin

ANSWERED_WITHIN = timedelta(seconds=30)
"""Longer than a challenge and a sign-in may take. After so long no answer is expected: the sign-in
stays counted, and the account is free."""
YIELDS_FOR = timedelta(minutes=2)
"""A check yields to another one that is due, but not if that one has been due for longer."""
OURS = "instance"
"""The tenant of our own made-up logins."""


@dataclass(frozen=True)
class SignIn:
    """A login that wants to sign in at ``origin``. ``account``: the hash of its account."""

    row: Credential | Trial
    origin: Origin
    account: str
    tenant: str

    @property
    def attempt(self) -> Attempt:
        """The attempt as the shares judge it."""
        return attempt_of(self.row, self.tenant, self.account)


@dataclass(frozen=True)
class Permit:
    """A permitted sign-in: the key of its row, and what was known when it was permitted."""

    pk: UUID
    sign_in: SignIn
    worked: bool
    in_outage: bool = False


def attempt_of(row: Credential | Trial, tenant: str, account: str) -> Attempt:
    """The attempt that this row makes."""
    stored = row if isinstance(row, Credential) else None
    return Attempt(
        tenant=tenant,
        account=account,
        asked=row.asked_at is not None,
        trusted=stored is not None and stored.is_trusted,
        good_at=stored.last_good_at if stored else None,
        since=row.asked_at or row.waits_since or row.next_check_at,
    )


def permit(wanted: Sequence[SignIn], now: datetime) -> list[Permit | Wait]:
    """Permit these sign-ins, or say how long each must wait. At an origin people go first, then
    trusted logins, then the rest, those of the tenants with the fewest failures today before.

    One transaction holds the origins, so that two processes never permit the same failure.
    Returns the answers in the order of ``wanted``.
    """
    if not wanted:
        return []
    answers: dict[int, Permit | Wait] = {}
    with transaction.atomic():
        histories = _read(wanted, now)
        first = {number: _order(each, histories) for number, each in enumerate(wanted)}
        rows: list[SignInAttempt] = []
        for number in sorted(first, key=first.__getitem__):
            each = wanted[number]
            history = histories[str(each.origin)]
            judged = judge(each.attempt, history, now)
            if isinstance(judged, Wait):
                answers[number] = judged
                continue
            row = _new_row(each, judged, now)
            rows.append(row)
            counted = (*history.counted, _counted(row, now))
            histories[str(each.origin)] = replace(history, counted=counted)
            in_outage = each.tenant in history.outages
            answers[number] = Permit(row.pk, each, row.worked, in_outage)
        SignInAttempt.objects.bulk_create(rows)
    return [answers[number] for number in range(len(wanted))]


def _order(sign_in: SignIn, histories: Mapping[str, History]) -> tuple[int, int, float]:
    return order_of(sign_in.attempt, histories[str(sign_in.origin)])


def give_back(permits: Iterable[Permit]) -> None:
    """These logins are good, or were not sent: they count no longer."""
    pks = [each.pk for each in permits]
    if pks:
        SignInAttempt.objects.filter(pk__in=pks).delete()


def keep_counted(permits: Collection[Permit], now: datetime) -> frozenset[tuple[str, str]]:
    """These were refused or stay without an answer. Returns the outages that they show, each as
    an origin and a tenant whose scheduled checks pause now."""
    SignInAttempt.objects.filter(pk__in=[each.pk for each in permits]).update(
        at=now, busy_until=None
    )
    found: set[tuple[str, str]] = set()
    told = [each for each in permits if each.worked]
    for origin in {str(each.sign_in.origin) for each in told}:
        counted = _counted_at([origin], now).get(origin, ())
        found |= {(origin, tenant) for tenant in tenants_in_outage(History(counted), now)}
    found |= {(str(each.sign_in.origin), each.sign_in.tenant) for each in told if each.in_outage}
    rows = [SignInOutage(origin=o, tenant=t, until=now + PAUSE) for o, t in sorted(found)]
    SignInOutage.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["origin", "tenant"],
        update_fields=["until"],
    )
    return frozenset(found)


def end_outages(permits: Iterable[Permit]) -> None:
    """A login of these tenants is good: the outage of its sign-in is over for them."""
    for each in permits:
        if each.in_outage:
            origin, tenant = str(each.sign_in.origin), each.sign_in.tenant
            SignInOutage.objects.filter(origin=origin, tenant=tenant).delete()


def count_made_up_login(origin: Origin, now: datetime) -> None:
    """Count a refused accept-all probe: it is a failed login, and of no account."""
    SignInAttempt.objects.create(origin=str(origin), tenant=OURS, share=Share.OTHERS.value, at=now)


def refused_together(origin: str, tenant: str, now: datetime) -> list[str]:
    """The keys of the logins of this tenant whose refusals show the outage."""
    counted = _counted_at([origin], now).get(origin, ())
    return [each.login for each in counted if each.worked and each.tenant == tenant]


def delete_old_sign_ins(*, now: datetime) -> None:
    """Delete the sign-ins that count no longer, and outages that nobody tried for a day."""
    SignInAttempt.objects.filter(at__lte=now - TODAY).delete()
    SignInOutage.objects.filter(until__lte=now - TODAY).delete()


def _read(wanted: Sequence[SignIn], now: datetime) -> dict[str, History]:
    """The histories of these origins, whose rows stay locked until the transaction ends."""
    names = sorted({str(each.origin) for each in wanted})
    limits = _lock(names)
    counted = _counted_at(names, now)
    outages: dict[str, dict[str, datetime]] = {}
    for outage in SignInOutage.objects.filter(origin__in=names):
        outages.setdefault(outage.origin, {})[outage.tenant] = outage.until
    good, waiting = _at_accounts(wanted, counted, now)
    return {
        name: History(
            counted=counted.get(name, ()),
            good=good,
            waiting=waiting,
            outages=outages.get(name, {}),
            per_account=limits[name],
        )
        for name in names
    }


def _lock(names: Sequence[str]) -> dict[str, int]:
    """Lock the rows of these origins, always in the same order. Returns their limits."""
    rows = RegistryOrigin.objects.select_for_update(no_key=True).filter(origin__in=names)
    limits = dict(rows.order_by("origin").values_list("origin", "per_account"))
    for name in names:
        if name not in limits:
            row, _ = RegistryOrigin.objects.get_or_create(origin=name)
            limits.update(rows.filter(pk=row.pk).values_list("origin", "per_account"))
    return limits


def _counted_at(names: Sequence[str], now: datetime) -> dict[str, tuple[CountedSignIn, ...]]:
    rows = SignInAttempt.objects.filter(origin__in=names, at__gt=now - TODAY).order_by("at")
    found: dict[str, list[CountedSignIn]] = {}
    for row in rows:
        found.setdefault(row.origin, []).append(_counted(row, now))
    return {origin: tuple(counted) for origin, counted in found.items()}


def _counted(row: SignInAttempt, now: datetime) -> CountedSignIn:
    return CountedSignIn(
        at=row.at,
        tenant=row.tenant,
        share=Share(row.share),
        account=row.account,
        in_flight=row.busy_until is not None and row.busy_until > now,
        abandoned=row.busy_until is not None and row.busy_until <= now,
        worked=row.worked,
        login=row.login,
    )


def _at_accounts(
    wanted: Sequence[SignIn], counted: dict[str, tuple[CountedSignIn, ...]], now: datetime
) -> tuple[dict[str, dict[str, datetime]], tuple[Attempt, ...]]:
    """Who is at home at the accounts of these sign-ins, and which other checks of them are due.

    A trusted login whose account has no failure needs neither.
    """
    failed = {each.account for of_origin in counted.values() for each in of_origin}
    accounts = {each.account for each in wanted if each.account in failed or _is_new(each)} - {""}
    if not accounts:
        return {}, ()
    good: dict[str, dict[str, datetime]] = {}
    waiting: list[Attempt] = []
    mine = {each.row.pk for each in wanted}
    for row in _rows_of(accounts, now):
        tenant = tenant_of(row.workspace, now)
        at = row.last_good_at if isinstance(row, Credential) else None
        if at is not None and at > now - AT_HOME:
            tenants = good.setdefault(row.account, {})
            tenants[tenant] = max(at, tenants.get(tenant, at))
        if row.pk not in mine and _is_due_soon(row, now):
            waiting.append(attempt_of(row, tenant, row.account))
    return good, tuple(waiting)


def _is_new(sign_in: SignIn) -> bool:
    return not sign_in.attempt.trusted


def _rows_of(accounts: Collection[str], now: datetime) -> list[Credential | Trial]:
    due = Q(next_check_at__gt=now - YIELDS_FOR, next_check_at__lte=now + SOON)
    rows = Credential.objects.filter(due | Q(last_good_at__gt=now - AT_HOME), account__in=accounts)
    trials = Trial.objects.filter(due, account__in=accounts)
    chosen = rows.select_related("workspace__organization").defer(
        "sealed", "notes", "searched_text", "verdict"
    )
    return [*chosen, *trials.select_related("workspace__organization").defer("sealed")]


def _is_due_soon(row: Credential | Trial, now: datetime) -> bool:
    if row.lease_until is not None and row.lease_until > now:
        return False
    due = row.next_check_at
    return bool(row.wait_reason) and due is not None and now - YIELDS_FOR < due <= now + SOON


def _new_row(sign_in: SignIn, granted: Granted, now: datetime) -> SignInAttempt:
    row = sign_in.row
    return SignInAttempt(
        pk=uuid4(),
        origin=str(sign_in.origin),
        account=sign_in.account,
        tenant=sign_in.tenant,
        share=granted.share.value,
        login=str(row.pk),
        worked=isinstance(row, Credential) and row.ever_valid and not is_bad(Status(row.status)),
        at=now,
        busy_until=now + ANSWERED_WITHIN,
    )
