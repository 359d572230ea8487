"""A stored credential with the canary, and attempts to send it to another server."""

import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core.cache import cache
from django.utils import timezone

from credentials_app.checks import check as checking
from credentials_app.models import (
    Credential,
    RefusedLogin,
    RegistryOrigin,
    SignInAttempt,
    Trial,
)
from credentials_app.services import credentials
from credentials_app.services.draft import Draft
from credentials_app.services.server_rules import set_rule
from registry.secret import Secret
from tests import cast
from tests.hostile.asking import CANARY
from tests.hostile.figures import Figures
from tests.hostile.named_servers import HOME, SIGN_IN, NamedServers, carries, open_servers, origin
from tests.servers.tls import certificate
from tests.stand_ins.answers import challenged
from tests.stand_ins.plain_registry import PlainRegistry
from tests.undone import undone
from workspaces.rights.seat import Seat

FOREIGN = origin("sign-in.example.net")
OWN = origin(HOME)
PIN = origin(SIGN_IN)
SECRET = Secret(CANARY)
Steps = Generator[None]
Way = Callable[["StoredCredential"], Steps]
"""Tries to move the canary, yields, moves it in the legitimate way, and yields again."""


@dataclass
class StoredCredential:
    """``row`` is valid and pinned. The ``foreign`` servers must never receive its secret."""

    servers: NamedServers
    seat: Seat
    foreign: list[PlainRegistry]
    folder: Path
    row: Credential = field(init=False)

    def draft(self, **more: Any) -> Draft:
        """The draft of the stored credential; without its secret unless given."""
        known = {"name": "deploy", "provider": "generic", "server": OWN, "username": "robot"}
        return Draft(**{**known, **more})

    def store(self, name: str = "deploy", **more: Any) -> Credential:
        """Store another credential, not checked yet."""
        draft = self.draft(**{"name": name, "secret": SECRET, **more})
        return credentials.add_credential(self.seat, draft)

    def check(self, *rows: Credential) -> None:
        """Check these rows, or all rows and trials, due or not, without cached state."""
        for remembered in (RegistryOrigin, SignInAttempt, RefusedLogin):
            remembered.objects.all().delete()
        cache.clear()
        due = {"next_check_at": timezone.now() - timedelta(seconds=1), "lease_id": None}
        Credential.objects.update(**due, lease_until=None, status="unverified")
        for row in rows or Credential.objects.all():
            checking.check_one(Credential, row.pk)
            row.refresh_from_db()
        Trial.objects.update(**due, lease_until=None)
        for trial in () if rows else Trial.objects.all():
            checking.check_one(Trial, trial.pk)

    def outcome(self, row: Credential | None = None) -> str:
        """The outcome of the last check of the row."""
        return Credential.objects.get(pk=(row or self.row).pk).last_outcome

    def strays(self) -> list[str]:
        """The requests with the canary that foreign servers received."""
        return [str(r) for server in self.foreign for r in server.requests if carries(r)]

    def put(self, row: Credential | Trial, **columns: Any) -> None:
        """Write columns as a person with access to the database could."""
        assert type(row).objects.filter(pk=row.pk).update(**columns) == 1
        row.refresh_from_db()


@contextmanager
def imposter(stored: StoredCredential) -> Iterator[str]:
    """Another server takes the name of our registry; yields the authority of its certificate."""
    folder = Path(tempfile.mkdtemp(dir=stored.folder))
    tls, name = certificate(folder, HOME, SIGN_IN), (HOME, 443)
    answers = {"/v2/": challenged('Basic realm="made-up"')}
    with PlainRegistry(answers, tls=tls) as server:
        stored.foreign.append(server)
        before, stored.servers.places[name] = stored.servers.places[name], server.port
        try:
            yield tls.authority_pem
        finally:
            stored.servers.places[name] = before


@contextmanager
def store_credential(folder: Path) -> Iterator[StoredCredential]:
    """Store the credential, with server rules that would trust the foreign server, too."""
    with open_servers(folder) as servers, patch.object(checking, "open_network", servers.network):
        seat = cast.seat(cast.workspace())
        for server in (OWN, FOREIGN):
            set_rule(seat, server, allow_http=False, ca_pem=servers.tls.authority_pem)
        foreign = [servers.stranger, servers.plain_stranger, servers.good]
        stored = StoredCredential(servers, seat, foreign, folder)
        stored.row = stored.store()
        stored.check(stored.row)
        assert stored.outcome() == "valid"
        yield stored


def refuse_ways(stored: StoredCredential, count: Figures, ways: dict[str, Way]) -> None:
    """Each way: no foreign server gets the canary, but the legitimate way reaches one."""
    known, proved = list(stored.foreign), 0
    for name, way in ways.items():
        with count.case(name), undone():
            stored.servers.forget()
            stored.foreign[:] = known
            stored.row = Credential.objects.get(pk=stored.row.pk)
            steps = way(stored)
            try:
                next(steps)
                stored.check()
                arrived = stored.strays()
                count.strays += len(arrived)
                assert not arrived, arrived
                next(steps)
                stored.check()
                assert stored.strays(), (
                    "the legitimate way does not arrive there: nothing is proved"
                )
                proved += 1
            finally:
                steps.close()
    count.notes.append(f"{proved} of {len(ways)} listeners get it the legitimate way")
