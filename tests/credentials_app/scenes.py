"""Drafts, stored credentials, and a fake registry whose answers a test decides."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from credentials_app import secrets
from credentials_app.checks import check as checking
from credentials_app.models import Credential, Trial
from credentials_app.services import credentials
from credentials_app.services.draft import Draft
from credentials_app.services.server_rules import set_rule
from registry.addresses.origins import Origin
from registry.evidence import Evidence, Facts, Follow, NextRequest, Step, StepName
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.providers import GENERIC
from registry.providers.provider import Provider
from registry.secret import Secret
from registry.verdicts.verdict import Verdict
from registry.words.message import Message
from tests import cast
from workspaces.rights.seat import Seat

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
REGISTRY = Origin.parse("https://registry.example.org")
SIGN_IN = Origin.parse("https://gitlab.example.org")
STRANGER = Origin.parse("https://sign-in.example.net")
PASSWORD = "made-up-password-1"
CAUSES = {
    Outcome.VALID: "cause_valid",
    Outcome.REJECTED: "cause_rejected",
    Outcome.EXPIRED: "cause_expired",
    Outcome.UNREACHABLE: "cause_no_connection",
    Outcome.THROTTLED: "cause_throttled",
    Outcome.BANNED: "cause_banned",
}


def verdict(outcome: Outcome = Outcome.VALID, **more: Any) -> Verdict:
    """A verdict of this outcome."""
    message = Message.of(CAUSES.get(outcome, "cause_broken_answer"))
    return replace(Verdict(outcome=outcome, message=message), **more)


def step(name: StepName = StepName.SIGN_IN, status: int | None = 200, *, rule: str = "ok") -> Step:
    """One request and its answer."""
    message = Message.of("cause_valid")
    return Step(name, "https://registry.example.org", "GET", "/v2/", status, "", 3, rule, message)


def evidence(*steps: Step, realm: Origin | None = SIGN_IN, **facts: Any) -> Evidence:
    """Evidence whose recipient is the sign-in host of the realm."""
    recipients = frozenset({realm}) if realm else frozenset()
    usual = Facts(scheme="bearer", realm=realm, recipients=recipients)
    return Evidence(steps or (step(StepName.PING, 401), step()), replace(usual, **facts))


def draft(**more: Any) -> Draft:
    """A draft for the example registry."""
    values = Draft(
        name="deploy",
        provider="generic",
        server=REGISTRY,
        username="ci-robot",
        secret=Secret(PASSWORD),
    )
    return replace(values, **more)


def seat() -> Seat:
    """Alice's seat in her organization's workspace."""
    return cast.seat(cast.workspace())


def stored(name: str = "deploy", *, by: Seat | None = None, **more: Any) -> Credential:
    """A stored credential that is due, and that a person waits for, however many there are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(credentials, "may_ask_now", lambda _seat: True)
        return credentials.add_credential(by or seat(), draft(name=name, **more))


def opened(row: Credential, *, by: Seat) -> secrets.SealedContent:
    """The content of this row, opened by a person for a trial, with its audit event."""
    return secrets.opens_secrets(secrets.open_secret)(row, reason=secrets.Reason.TRY, seat=by)


def stored_in_the_clear(name: str = "plain", *, by: Seat | None = None) -> Credential:
    """A stored credential of a server for which a rule allows plain http."""
    owner, server = by or seat(), Origin.parse("http://10.1.2.3:5000")
    set_rule(owner, server, allow_http=True, ca_pem="")
    return stored(name, by=owner, server=server)


def due(name: str, *, at: datetime = NOON, by: Seat | None = None, **columns: Any) -> Credential:
    """A stored credential that is due at this time and that nobody waits for."""
    return _changed(stored(name, by=by), **{"next_check_at": at, "asked_at": None, **columns})


def trial(*, at: datetime = NOON, **columns: Any) -> Trial:
    """A trial of the values of a credential; it is due at this time, and its person waits."""
    model = due(f"model-{uuid.uuid4().hex[:8]}", next_check_at=None)
    place = seat()
    row = Trial(
        workspace=place.workspace,
        person=place.user,
        provider="generic",
        server=str(REGISTRY),
        sealed=model.sealed,
        started_at=NOON,
        **{"next_check_at": at, "asked_at": at, **columns},
    )
    row.save(force_insert=True)
    return row


def _changed(row: Credential, **columns: Any) -> Credential:
    Credential.objects.filter(pk=row.pk).update(**columns)
    row.refresh_from_db()
    return row


@dataclass
class FakeRegistry:
    """Replaces ``registry.check.check``: returns ``answers`` and notes each login and need.

    Logins go to ``sign_in``; None: to their own server.
    """

    answers: Callable[[Login, Need], tuple[Evidence, Verdict]]
    logins: list[Login] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    sign_in: Origin | None = SIGN_IN
    shown: Provider = GENERIC
    delay_s: float = 0
    most_at_once: int = 0
    _in_flight: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def check(
        self,
        login: Login,
        need: Need,
        network: Any,
        *,
        now: datetime,
        may_sign_in: Callable[[Origin, Provider], None],
        follow: Follow,
    ) -> tuple[Evidence, Verdict]:
        """It has the signature of the real function."""
        assert now.tzinfo is not None
        follow(NextRequest(StepName.PING, login.server, (), GENERIC.slug))
        may_sign_in(self.sign_in or login.server, self.shown)
        with self._lock:
            self.logins.append(login)
            self.needs.append(need)
            self._in_flight += 1
            self.most_at_once = max(self.most_at_once, self._in_flight)
        try:
            time.sleep(self.delay_s)
            return self.answers(login, need)
        finally:
            with self._lock:
                self._in_flight -= 1


@contextmanager
def registry_says(
    outcome: Outcome | Verdict | Callable[[Login, Need], tuple[Evidence, Verdict]],
    seen: Evidence | None = None,
    *,
    delay_s: float = 0,
    sign_in: Origin | None = SIGN_IN,
) -> Iterator[FakeRegistry]:
    """Inside the block every check gets this answer."""
    if callable(outcome) and not isinstance(outcome, Outcome):
        fake = FakeRegistry(outcome, delay_s=delay_s, sign_in=sign_in)
    else:
        given = outcome if isinstance(outcome, Verdict) else verdict(outcome)
        fake = FakeRegistry(
            lambda login, need: (seen or evidence(), given), delay_s=delay_s, sign_in=sign_in
        )
    real = checking.check
    checking.check = fake.check
    try:
        yield fake
    finally:
        checking.check = real


def checked(
    row: Credential, outcome: Outcome | Verdict, seen: Evidence | None = None
) -> Credential:
    """Check the row now, due or not, with this answer. Returns the row as it is afterwards."""
    Credential.objects.filter(pk=row.pk).update(next_check_at=row.created_at)
    with registry_says(outcome, seen):
        checking.check_one(Credential, row.pk)
    row.refresh_from_db()
    return row
