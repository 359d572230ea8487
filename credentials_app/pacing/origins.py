"""The memory of registry origins: reads it before a check, writes it after one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from credentials_app.models import RegistryOrigin
from credentials_app.pacing.accounts import provider_at
from credentials_app.pacing.failed_logins import Attempt
from credentials_app.pacing.rules import (
    OriginState,
    after,
    failed_logins_of,
    is_about_the_sign_in,
    wait_until,
)
from registry.addresses.origins import Origin
from registry.evidence import Evidence
from registry.login import AcceptAllProbe
from registry.outcome import Outcome
from registry.providers import GENERIC
from registry.verdicts.verdict import Verdict

Known = Mapping[str, RegistryOrigin | None]
"""What was read, by origin; None where there is no row."""


class OriginCache:
    """What is remembered of origins, read when it is first asked for; ``forget`` reads it anew."""

    def __init__(self) -> None:
        self._rows: dict[Origin, RegistryOrigin | None] = {}

    def forget(self) -> None:
        """Time has passed: others may have changed it."""
        self._rows.clear()

    def of(self, origins: Collection[Origin]) -> Known:
        """What these remember."""
        missing = [origin for origin in origins if origin not in self._rows]
        if missing:
            wanted = RegistryOrigin.objects.filter(origin__in=[str(origin) for origin in missing])
            found = {row.origin: row for row in wanted}
            self._rows.update({origin: found.get(str(origin)) for origin in missing})
        return {str(origin): self._rows[origin] for origin in origins}


TRIED_EVERY = timedelta(days=1)
MEMORY = ["paused_until", "why", "failures", "successes", "circuit_until", "failed_logins"]
MEMORY += ["failed_accounts"]
MANY = frozenset({Outcome.THROTTLED, Outcome.BANNED, Outcome.UNREACHABLE})
NOTHING: Known = {}


@dataclass(frozen=True)
class Seen:
    """What a look showed. ``failed``: the registry counts a failed login; ``account``: the name
    that it counts against, empty if none."""

    verdict: Verdict
    now: datetime
    failed: bool
    account: str


def account_hash(origin: Origin, account: str) -> str:
    """What stands for an account in our memory; empty for none.

    This memory belongs to no workspace and outlives the credentials. User names are easy to
    guess, so that a plain hash would tell them to whoever reads the table; this one takes our key.
    """
    if not account:
        return ""
    told = salted_hmac("credentials_app.account", f"{origin} {account}", algorithm="sha256")
    return told.hexdigest()[:32]


def origin_state(row: RegistryOrigin) -> OriginState:
    """The row as the pacing rules read it."""
    return OriginState(
        paused_until=row.paused_until,
        why=row.why,
        failures=row.failures,
        successes=row.successes,
        circuit_until=row.circuit_until,
        failed_logins=_times(row.failed_logins),
        accounts={mark: _times(times) for mark, times in row.failed_accounts.items()},
    )


def _times(stored: Iterable[str]) -> tuple[datetime, ...]:
    return tuple(datetime.fromisoformat(at) for at in stored)


def wait_for_origins(origins: Iterable[Origin], now: datetime, attempt: Attempt) -> datetime | None:
    """Until when a login that goes to these origins must wait; None: it may go."""
    return wait_for(OriginCache().of(set(origins)), now, attempt)


def wait_for(known: Known, now: datetime, attempt: Attempt) -> datetime | None:
    """The same of what was read. ``attempt.account`` is the account's name here; each origin knows
    it by another mark."""
    rows = [row for row in known.values() if row is not None]
    waits = [wait_until(origin_state(row), now, _marked(attempt, row.origin)) for row in rows]
    return max((until for until in waits if until), default=None)


def _marked(attempt: Attempt, origin: str) -> Attempt:
    return replace(attempt, account=account_hash(Origin.parse(origin), attempt.account))


def probe_for(server: Origin, now: datetime, *, known: Known = NOTHING) -> AcceptAllProbe:
    """Whether to try this registry with a made-up login: one check a day wins the task.

    A registry that lets everybody in stays in doubt until a later try is refused; one that is
    known by its name never is.
    """
    if provider_at(server) is not GENERIC:
        return AcceptAllProbe.NONE
    row = known.get(str(server))
    if row is None:
        row, _ = RegistryOrigin.objects.get_or_create(origin=str(server))
    if row.made_up_at is not None and row.made_up_at > now - TRIED_EVERY:
        return AcceptAllProbe.KNOWN if row.refuses_made_up is False else AcceptAllProbe.NONE
    mine = RegistryOrigin.objects.filter(pk=row.pk, made_up_at=row.made_up_at)
    return AcceptAllProbe.TRY if mine.update(made_up_at=now) else AcceptAllProbe.NONE


def record_probe(
    server: Origin, probe: AcceptAllProbe, evidence: Evidence, verdict: Verdict
) -> None:
    """Keep what a made-up login showed; after a look in vain the task is open again."""
    refuses = evidence.facts.refuses_made_up
    if refuses is not None:
        _note(server, refuses_made_up=refuses)
    elif probe is AcceptAllProbe.TRY and not verdict.outcome.is_conclusive:
        _note(server, made_up_at=None)


def _note(server: Origin, **columns: bool | None) -> None:
    RegistryOrigin.objects.filter(origin=str(server)).update(**columns)


def remember(
    server: Origin,
    evidence: Evidence,
    verdict: Verdict,
    now: datetime,
    *,
    account: str = "",
    known: Known = NOTHING,
) -> None:
    """Let every origin that took part in a look remember it; ``account`` as in a turn.

    ``known`` is what was read for this look. Where the look changes nothing of that, nothing is
    read again: what another look changed meanwhile is for the next one to see.
    """
    failed, stored_failed = failed_logins_of(evidence, verdict)
    sign_in = evidence.facts.realm or server
    concerned = {server}
    at_the_sign_in = verdict.outcome in MANY and is_about_the_sign_in(evidence)
    if failed or at_the_sign_in or verdict.outcome.is_conclusive:
        concerned.add(sign_in)
    counts_against = account if stored_failed else ""
    seen = Seen(verdict, now, failed, counts_against)
    for origin in sorted(concerned):
        _remember(origin, seen, known)


def _remember(origin: Origin, seen: Seen, known: Known) -> None:
    if str(origin) not in known:
        known = OriginCache().of([origin])
    row = known[str(origin)]
    before = origin_state(row) if row else OriginState()
    if _next(before, origin, seen) == before:
        return
    with transaction.atomic():
        RegistryOrigin.objects.get_or_create(origin=str(origin))
        row = RegistryOrigin.objects.select_for_update().get(origin=str(origin))
        _write(row, _next(origin_state(row), origin, seen))


def _next(state: OriginState, origin: Origin, seen: Seen) -> OriginState:
    return after(
        state,
        seen.verdict,
        seen.now,
        host=origin.host,
        failed=seen.failed,
        account=account_hash(origin, seen.account),
    )


def _write(row: RegistryOrigin, state: OriginState) -> None:
    row.paused_until, row.why = state.paused_until, state.why
    row.failures, row.successes = state.failures, state.successes
    row.circuit_until = state.circuit_until
    row.failed_logins = _stored(state.failed_logins)
    row.failed_accounts = {mark: _stored(times) for mark, times in state.accounts.items()}
    row.save(update_fields=MEMORY)


def _stored(times: Iterable[datetime]) -> list[str]:
    return [at.isoformat() for at in times]
