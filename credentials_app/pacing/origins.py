"""The stored state of registry origins: read before a check, written after one."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from credentials_app.models import RegistryOrigin
from credentials_app.pacing.accounts import provider_at
from credentials_app.pacing.rules import (
    OriginState,
    after,
    is_about_the_sign_in,
    wait_of_state,
)
from credentials_app.pacing.waits import Wait, longest
from registry.addresses.origins import Origin
from registry.evidence import Evidence
from registry.login import AcceptAllProbe
from registry.outcome import Outcome
from registry.providers import GENERIC
from registry.verdicts.verdict import Verdict, slowed_by

PROBE_INTERVAL = timedelta(days=1)
ORIGIN_COLUMNS = ["paused_until", "why", "failures", "successes", "circuit_until"]
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
    )


def wait_for(known: Known, now: datetime, *, asked: bool) -> Wait | None:
    """The wait for the origins of these rows; None: a login may go to each of them."""
    rows = [row for row in known.values() if row is not None]
    return longest(*(wait_of_state(origin_state(row), now, asked=asked) for row in rows))


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
    is_ours = bool(unclaimed.update(made_up_at=now))
    row.made_up_at = now  # the other checks that share this row need not try to claim it
    return AcceptAllProbe.TRY if is_ours else AcceptAllProbe.NONE


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
    known: Known = NONE_READ,
) -> None:
    """Update the state of each origin that took part in a check.

    ``known``: the rows that were read for this check. If the check changes none of their states,
    nothing is read again: the next check reads what other checks changed meanwhile.
    """
    concerned = {server}
    heard = _as_origins_hear(evidence, verdict)
    at_the_sign_in = heard.outcome in ORIGIN_OUTCOMES and is_about_the_sign_in(evidence)
    if at_the_sign_in or _sign_in_answered(evidence, verdict):
        concerned.add(evidence.facts.realm or server)
    for origin in sorted(concerned):
        about = heard if at_the_sign_in or origin == server else verdict
        _update(origin, about, now, known)


def _as_origins_hear(evidence: Evidence, verdict: Verdict) -> Verdict:
    """The verdict, with the wait that the registry asked for although the login is proved."""
    slowed = slowed_by(evidence) if verdict.outcome.is_conclusive else None
    if slowed is None:
        return verdict
    outcome, retry_after_s = slowed
    return replace(verdict, outcome=outcome, retry_after_s=retry_after_s)


def _sign_in_answered(evidence: Evidence, verdict: Verdict) -> bool:
    """True if a conclusive check says something about the sign-in host.

    A check that only the registry answered does not: a hostile registry may name any host.
    """
    realm = str(evidence.facts.realm) if evidence.facts.realm else ""
    answered = any(step.to == realm and step.status is not None for step in evidence.steps)
    return verdict.outcome.is_conclusive and answered


def _update(origin: Origin, verdict: Verdict, now: datetime, known: Known) -> None:
    if str(origin) not in known:
        known = OriginCache().of([origin])
    row = known[str(origin)]
    before = origin_state(row) if row else OriginState()
    if after(before, verdict, now, host=origin.host) == before:
        return
    with transaction.atomic():
        RegistryOrigin.objects.get_or_create(origin=str(origin))
        row = RegistryOrigin.objects.select_for_update().get(origin=str(origin))
        _write(row, after(origin_state(row), verdict, now, host=origin.host))


def _write(row: RegistryOrigin, state: OriginState) -> None:
    row.paused_until, row.why = state.paused_until, state.why
    row.failures, row.successes = state.failures, state.successes
    row.circuit_until = state.circuit_until
    row.save(update_fields=ORIGIN_COLUMNS)
