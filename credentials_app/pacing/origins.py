"""The stored state of registry origins: read before a check, written after one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from credentials_app.models import RegistryOrigin
from credentials_app.pacing.accounts import provider_at
from credentials_app.pacing.failed_logins import LoginAttempt
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
from registry.verdicts.verdict import Verdict, slowed_by

PROBE_INTERVAL = timedelta(days=1)
ORIGIN_COLUMNS = ["paused_until", "why", "failures", "successes", "circuit_until"]
ORIGIN_COLUMNS += ["failed_logins", "failed_accounts"]
ORIGIN_OUTCOMES = frozenset({Outcome.THROTTLED, Outcome.BANNED, Outcome.UNREACHABLE})
"""Outcomes that concern the origin, and not the login alone."""

Known = Mapping[str, RegistryOrigin | None]
"""The rows that were read, by origin; None: the origin has no row."""
NONE_READ: Known = {}


class OriginCache:
    """The rows of origins. Each is read when it is first used, and again after :meth:`clear`."""

    def __init__(self) -> None:
        self._rows: dict[Origin, RegistryOrigin | None] = {}

    def clear(self) -> None:
        """Call it when time has passed: other workers may have changed the rows."""
        self._rows.clear()

    def of(self, origins: Collection[Origin]) -> Known:
        missing = [origin for origin in origins if origin not in self._rows]
        if missing:
            wanted = RegistryOrigin.objects.filter(origin__in=[str(origin) for origin in missing])
            found = {row.origin: row for row in wanted}
            self._rows.update({origin: found.get(str(origin)) for origin in missing})
        return {str(origin): self._rows[origin] for origin in origins}


@dataclass(frozen=True)
class OriginUpdate:
    """The parts of a check's result that change the origin state.

    ``failed``: the registry counts a failed login. ``account``: the name of the account that it
    counts against, empty if none.
    """

    verdict: Verdict
    now: datetime
    failed: bool
    account: str


def account_hash(origin: Origin, account: str) -> str:
    """The hash that names an account in the origin state; empty for no account.

    The origin state belongs to no workspace and outlives the credentials. User names are easy to
    guess, so that a plain hash would reveal them to anybody who reads the table; this hash needs
    our key.
    """
    if not account:
        return ""
    digest = salted_hmac("credentials_app.account", f"{origin} {account}", algorithm="sha256")
    return digest.hexdigest()[:32]


def origin_state(row: RegistryOrigin) -> OriginState:
    """The state of this row, as the pacing rules read it."""
    return OriginState(
        paused_until=row.paused_until,
        why=row.why,
        failures=row.failures,
        successes=row.successes,
        circuit_until=row.circuit_until,
        failed_logins=_parse_times(row.failed_logins),
        accounts={key: _parse_times(times) for key, times in row.failed_accounts.items()},
    )


def _parse_times(stored: Iterable[str]) -> tuple[datetime, ...]:
    return tuple(datetime.fromisoformat(at) for at in stored)


def wait_for_origins(
    origins: Iterable[Origin], now: datetime, attempt: LoginAttempt
) -> datetime | None:
    """The time that a login to these origins must wait for; None: it may go."""
    return wait_for(OriginCache().of(set(origins)), now, attempt)


def wait_for(known: Known, now: datetime, attempt: LoginAttempt) -> datetime | None:
    """The time that a login to the origins of these rows must wait for; None: it may go.

    ``attempt.account`` is the name of the account here; each origin has its own hash of it.
    """
    rows = [row for row in known.values() if row is not None]
    waits = [wait_until(origin_state(row), now, _hashed(attempt, row.origin)) for row in rows]
    return max((until for until in waits if until), default=None)


def _hashed(attempt: LoginAttempt, origin: str) -> LoginAttempt:
    return replace(attempt, account=account_hash(Origin.parse(origin), attempt.account))


def probe_for(server: Origin, now: datetime, *, known: Known = NONE_READ) -> AcceptAllProbe:
    """Decide whether a check probes this registry with a made-up login; it claims the probe.

    One check a day gets the probe. A registry that accepted it counts as one that lets everybody
    in until a later probe is refused. A registry whose provider is known is never probed.
    """
    if provider_at(server) is not GENERIC:
        return AcceptAllProbe.NONE
    row = known.get(str(server))
    if row is None:
        row, _ = RegistryOrigin.objects.get_or_create(origin=str(server))
    if row.made_up_at is not None and row.made_up_at > now - PROBE_INTERVAL:
        return AcceptAllProbe.KNOWN if row.refuses_made_up is False else AcceptAllProbe.NONE
    unclaimed = RegistryOrigin.objects.filter(pk=row.pk, made_up_at=row.made_up_at)
    return AcceptAllProbe.TRY if unclaimed.update(made_up_at=now) else AcceptAllProbe.NONE


def record_probe(
    server: Origin, probe: AcceptAllProbe, evidence: Evidence, verdict: Verdict
) -> None:
    """Store the result of the probe. If the check was inconclusive, or asked to wait, the next one
    may probe."""
    refuses = evidence.facts.refuses_made_up
    is_open = not verdict.outcome.is_conclusive or slowed_by(evidence) is not None
    if refuses is not None:
        _set(server, refuses_made_up=refuses)
    elif probe is AcceptAllProbe.TRY and is_open:
        _set(server, made_up_at=None)


def _set(server: Origin, **columns: bool | None) -> None:
    RegistryOrigin.objects.filter(origin=str(server)).update(**columns)


def record_result(
    server: Origin,
    evidence: Evidence,
    verdict: Verdict,
    now: datetime,
    *,
    account: str = "",
    known: Known = NONE_READ,
) -> None:
    """Update the state of each origin that took part in a check. ``account``: the name of the
    account that a refused login counts against.

    ``known``: the rows that were read for this check. If the check changes none of their states,
    nothing is read again: the next check reads what other checks changed meanwhile.
    """
    failed, stored_failed = failed_logins_of(evidence, verdict)
    sign_in = evidence.facts.realm or server
    concerned = {server}
    heard = _as_origins_hear(evidence, verdict)
    at_the_sign_in = heard.outcome in ORIGIN_OUTCOMES and is_about_the_sign_in(evidence)
    if failed or at_the_sign_in or verdict.outcome.is_conclusive:
        concerned.add(sign_in)
    for origin in sorted(concerned):
        about = heard if at_the_sign_in or origin == server else verdict
        update = OriginUpdate(about, now, failed, account if stored_failed else "")
        _update(origin, update, known)


def _as_origins_hear(evidence: Evidence, verdict: Verdict) -> Verdict:
    """The verdict, with the wait that the registry asked for although the login is proved."""
    slowed = slowed_by(evidence) if verdict.outcome.is_conclusive else None
    if slowed is None:
        return verdict
    outcome, retry_after_s = slowed
    return replace(verdict, outcome=outcome, retry_after_s=retry_after_s)


def _update(origin: Origin, update: OriginUpdate, known: Known) -> None:
    if str(origin) not in known:
        known = OriginCache().of([origin])
    row = known[str(origin)]
    before = origin_state(row) if row else OriginState()
    if _next_state(before, origin, update) == before:
        return
    with transaction.atomic():
        RegistryOrigin.objects.get_or_create(origin=str(origin))
        row = RegistryOrigin.objects.select_for_update().get(origin=str(origin))
        _write(row, _next_state(origin_state(row), origin, update))


def _next_state(state: OriginState, origin: Origin, update: OriginUpdate) -> OriginState:
    return after(
        state,
        update.verdict,
        update.now,
        host=origin.host,
        failed=update.failed,
        account=account_hash(origin, update.account),
    )


def _write(row: RegistryOrigin, state: OriginState) -> None:
    row.paused_until, row.why = state.paused_until, state.why
    row.failures, row.successes = state.failures, state.successes
    row.circuit_until = state.circuit_until
    row.failed_logins = _format_times(state.failed_logins)
    row.failed_accounts = {key: _format_times(times) for key, times in state.accounts.items()}
    row.save(update_fields=ORIGIN_COLUMNS)


def _format_times(times: Iterable[datetime]) -> list[str]:
    return [at.isoformat() for at in times]
