"""The memory of registry origins: reads it before a check, writes it after one."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from credentials_app.models import RegistryOrigin
from credentials_app.pacing import (
    OriginState,
    after,
    is_about_the_sign_in,
    is_failed_login,
    may_go,
)
from registry.address import Origin
from registry.evidence import Evidence
from registry.login import Doubt
from registry.outcome import Outcome
from registry.providers import GENERIC, detect
from registry.verdict import Verdict

TRIED_EVERY = timedelta(days=1)
MEMORY = ["paused_until", "why", "failures", "circuit_until", "failed_logins"]
MANY = frozenset({Outcome.THROTTLED, Outcome.BANNED, Outcome.UNREACHABLE})


def state_of(row: RegistryOrigin) -> OriginState:
    """The row as the pacing rules read it."""
    return OriginState(
        paused_until=row.paused_until,
        why=row.why,
        failures=row.failures,
        circuit_until=row.circuit_until,
        failed_logins=tuple(datetime.fromisoformat(at) for at in row.failed_logins),
    )


def must_wait(
    origins: Iterable[Origin], now: datetime, *, asked: bool, in_flight: int = 0
) -> datetime | None:
    """Until when a login that goes to these origins must wait; None: it may go."""
    rows = RegistryOrigin.objects.filter(origin__in=[str(origin) for origin in origins])
    waits = [may_go(state_of(row), now, asked=asked, in_flight=in_flight) for row in rows]
    return max((until for until in waits if until), default=None)


def doubt_of(server: Origin, now: datetime) -> Doubt:
    """Whether to try this registry with a made-up login: one check a day wins the task.

    A registry that lets everybody in stays in doubt until a later try is refused; one that is
    known by its name never is.
    """
    if detect(server) is not GENERIC:
        return Doubt.NONE
    row, _ = RegistryOrigin.objects.get_or_create(origin=str(server))
    if row.made_up_at is not None and row.made_up_at > now - TRIED_EVERY:
        return Doubt.KNOWN if row.refuses_made_up is False else Doubt.NONE
    mine = RegistryOrigin.objects.filter(pk=row.pk, made_up_at=row.made_up_at)
    return Doubt.TRY if mine.update(made_up_at=now) else Doubt.NONE


def learn_doubt(server: Origin, doubt: Doubt, evidence: Evidence, verdict: Verdict) -> None:
    """Keep what a made-up login showed; after a look in vain the task is open again."""
    refuses = evidence.facts.refuses_made_up
    rows = RegistryOrigin.objects.filter(origin=str(server))
    if refuses is not None:
        rows.update(refuses_made_up=refuses)
    elif doubt is Doubt.TRY and not verdict.outcome.is_conclusive:
        rows.update(made_up_at=None)


def remember(server: Origin, evidence: Evidence, verdict: Verdict, now: datetime) -> None:
    """Let every origin that took part in a look remember it."""
    failed = is_failed_login(evidence, verdict)
    sign_in = evidence.facts.realm or server
    concerned = {server}
    if failed or (verdict.outcome in MANY and is_about_the_sign_in(evidence)):
        concerned.add(sign_in)
    for origin in sorted(concerned):
        _remember(origin, verdict, now, failed)


def _remember(origin: Origin, verdict: Verdict, now: datetime, failed: bool) -> None:
    known = RegistryOrigin.objects.filter(origin=str(origin)).first()
    if known and _next(known, origin, verdict, now, failed) == state_of(known):
        return
    with transaction.atomic():
        RegistryOrigin.objects.get_or_create(origin=str(origin))
        row = RegistryOrigin.objects.select_for_update().get(origin=str(origin))
        _write(row, _next(row, origin, verdict, now, failed))


def _next(
    row: RegistryOrigin, origin: Origin, verdict: Verdict, now: datetime, failed: bool
) -> OriginState:
    return after(state_of(row), verdict, now, host=origin.host, failed_login=failed)


def _write(row: RegistryOrigin, state: OriginState) -> None:
    row.paused_until, row.why = state.paused_until, state.why
    row.failures, row.circuit_until = state.failures, state.circuit_until
    row.failed_logins = [at.isoformat() for at in state.failed_logins]
    row.save(update_fields=MEMORY)
