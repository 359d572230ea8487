"""Claims what is due, asks the registry, records what it showed. No socket in a transaction."""

import logging
import time
import traceback
from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.db import transaction

from common.crypto import CannotOpen
from credentials_app import claims, network, origins, secrets
from credentials_app.accounts import account_of
from credentials_app.budgets import Turn
from credentials_app.claims import Row
from credentials_app.clock import database_now
from credentials_app.models import Credential, Trial
from credentials_app.records import Look, Recorded, record, record_trial
from credentials_app.secrets import Content, Reason
from registry.check import USER_AGENT, Login, Need, Network, check
from registry.evidence import Evidence
from registry.messages import Message
from registry.outcome import Outcome
from registry.transport import look_up
from registry.verdict import Verdict
from workspaces import audit
from workspaces.models import Workspace

__all__ = ["CheckBroke", "Network", "check_claimed", "check_one", "claim", "open_network"]

log = logging.getLogger(__name__)
ALONE = Turn()


class CheckBroke(Exception):
    """A bug of ours ended a check. It tells the kind of the bug and nothing that it carried."""


def open_network() -> Network:
    """The connections of one batch."""
    return Network(network.policy(look_up), user_agent=USER_AGENT, proxy=settings.LOCKKEEPER_PROXY)


def check_one(model: type[Row], pk: UUID | str) -> Recorded:
    """Check one credential or trial now, if it is due and nobody else has it.

    Each origin has one connection for people who wait; while it is in use, the row queues for it.
    """
    with transaction.atomic():
        rows = claims.claim(model, [pk])
        if not rows:
            return Recorded()
        held = claims.hold_for_person(rows[0].server)
        if held is None:
            claims.put_off(rows[0])
            return Recorded()
        _note_opening(rows)
    try:
        with open_network() as lines:
            done = check_claimed(rows[0], lines)
    finally:
        claims.free_for_person(held)
    return replace(done, then=claims.call_next_person(held.origin)) if done.requests else done


def claim(model: type[Row], pks: Collection[UUID | str], *, server: str = "") -> list[Row]:
    """Take rows; that their secrets will be opened is written down in the same transaction."""
    with transaction.atomic():
        rows = claims.claim(model, pks, server=server)
        _note_opening(rows)
    return rows


def _note_opening(rows: Sequence[Credential | Trial]) -> None:
    by_place: dict[Workspace, list[str]] = {}
    for row in rows:
        by_place.setdefault(row.workspace, []).append(str(row.pk))
    for place, ids in by_place.items():
        audit.record(
            "credentials:secret:open",
            actor="checker",
            workspace=place,
            details={"reason": Reason.CHECK.value, "count": len(ids), "ids": ids},
        )


def check_claimed(row: Credential | Trial, lines: Network, *, beside: Turn = ALONE) -> Recorded:
    """Look at a claimed row and record it; a bug is recorded as a look in vain.

    ``beside`` counts what goes on at the same origin.
    """
    try:
        look = look_at(row, lines, beside=beside)
        if look is None:
            return Recorded()
        return replace(_record(row, look), requests=len(look.evidence.steps))
    except Exception as bug:  # noqa: BLE001  # a task's edge: recorded, then raised without its text
        where = traceback.extract_tb(bug.__traceback__)[-1]
        log.error("A check broke: %s at %s:%s", type(bug).__name__, where.name, where.lineno)
        _record(row, _own(Outcome.BROKEN_ANSWER, "cause_broken_answer"))
        broke = CheckBroke(type(bug).__name__)
    raise broke


def _record(row: Credential | Trial, look: Look) -> Recorded:
    now = database_now()
    if isinstance(row, Trial):
        return record_trial(row, look, now=now)
    return record(row, look, now=now)


def look_at(row: Credential | Trial, lines: Network, *, beside: Turn = ALONE) -> Look | None:
    """Ask the registry; None when its origin must be left alone, and the row is due later."""
    rule = secrets.rule_of(row)
    try:
        content = secrets.open_secret(row, reason=Reason.CHECK)
    except CannotOpen:
        content = None
    if content is None or not secrets.fits(content, row, rule):
        return _own(Outcome.SEALED_MISMATCH, "cause_sealed_mismatch", "do_enter_again")
    started_at = database_now()
    login = _login(row, content, rule.ca_pem if rule else "")
    account = account_of(login)
    turn = replace(beside, asked=row.asked_at is not None, trusted=_trusts(row), account=account)
    until = origins.must_wait({login.server, *(login.recipients or ())}, started_at, turn)
    if until is not None:
        claims.release(row, until=until)
        return None
    began = time.monotonic()
    doubt = origins.doubt_of(login.server, started_at)
    login = replace(login, doubt=doubt)
    evidence, verdict = check(login, Need(row.push, row.repository), lines, now=started_at)
    took_ms = round((time.monotonic() - began) * 1000)
    origins.remember(login.server, evidence, verdict, database_now(), account=account)
    origins.learn_doubt(login.server, doubt, evidence, verdict)
    return Look(started_at, took_ms, evidence, verdict)


def _trusts(row: Credential | Trial) -> bool:
    return isinstance(row, Credential) and row.is_trusted


def _login(row: Credential | Trial, content: Content, ca_pem: str) -> Login:
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


def _own(outcome: Outcome, cause: str, *advice: str) -> Look:
    """A look that never reached a registry."""
    verdict = Verdict(
        outcome=outcome,
        message=Message.of(cause),
        advice=tuple(Message.of(key) for key in advice),
    )
    return Look(database_now(), 0, Evidence(), verdict)
