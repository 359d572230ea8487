"""A stored canary, checked at its own registry; and whoever wants it sent somewhere else."""

import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from credentials_app.checks import check as checking
from credentials_app.models import Credential, RegistryOrigin, Trial
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
from workspaces.rights.seat import Seat

FOREIGN = origin("sign-in.example.net")
OWN = origin(HOME)
PIN = origin(SIGN_IN)
AGAIN = Secret(CANARY)
Steps = Generator[None]
Way = Callable[["Vault"], Steps]
"""Tries to move the canary, yields, moves it as people may, and yields again."""


@dataclass
class Vault:
    """``row`` is valid and pinned. ``foreign`` are all who must never see what is in it."""

    servers: NamedServers
    seat: Seat
    foreign: list[PlainRegistry]
    folder: Path
    row: Credential = field(init=False)

    def draft(self, **more: Any) -> Draft:
        """The draft of the stored canary; without its secret unless given."""
        known = {"name": "deploy", "provider": "generic", "server": OWN, "username": "robot"}
        return Draft(**{**known, **more})

    def store(self, name: str = "deploy", **more: Any) -> Credential:
        """Another stored canary, not looked at yet."""
        draft = self.draft(**{"name": name, "secret": AGAIN, **more})
        return credentials.add_credential(self.seat, draft)

    def check(self, *rows: Credential) -> None:
        """Check these, or everything there is, due or not and whatever was remembered."""
        RegistryOrigin.objects.all().delete()
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
        """What came to a foreign listener with the canary in it."""
        return [str(r) for server in self.foreign for r in server.requests if carries(r)]

    def put(self, row: Credential | Trial, **columns: Any) -> None:
        """Write columns as somebody does who holds the database."""
        assert type(row).objects.filter(pk=row.pk).update(**columns) == 1
        row.refresh_from_db()


@contextmanager
def imposter(vault: Vault) -> Iterator[str]:
    """Somebody else stands where our registry stood; gives the authority that vouches for him."""
    folder = Path(tempfile.mkdtemp(dir=vault.folder))
    tls, place = certificate(folder, HOME, SIGN_IN), (HOME, 443)
    answers = {"/v2/": challenged('Basic realm="made-up"')}
    with PlainRegistry(answers, tls=tls) as server:
        vault.foreign.append(server)
        before, vault.servers.places[place] = vault.servers.places[place], server.port
        try:
            yield tls.authority_pem
        finally:
            vault.servers.places[place] = before


@contextmanager
def open_vault(folder: Path) -> Iterator[Vault]:
    """The product over real sockets, with rules that would trust the foreign server as well."""
    with open_servers(folder) as servers, patch.object(checking, "open_network", servers.network):
        seat = cast.seat(cast.workspace())
        for server in (OWN, FOREIGN):
            set_rule(seat, server, allow_http=False, ca_pem=servers.tls.authority_pem)
        foreign = [servers.stranger, servers.plain_stranger, servers.good]
        vault = Vault(servers, seat, foreign, folder)
        vault.row = vault.store()
        vault.check(vault.row)
        assert vault.outcome() == "valid"
        yield vault


def refuse_ways(vault: Vault, count: Figures, ways: dict[str, Way]) -> None:
    """Each way: nothing arrives at a foreign listener; the legitimate way does arrive there."""
    known, proved = list(vault.foreign), 0
    for name, way in ways.items():
        with count.case(name), transaction.atomic():
            vault.servers.forget()
            vault.foreign[:] = known
            vault.row = Credential.objects.get(pk=vault.row.pk)
            steps = way(vault)
            try:
                next(steps)
                vault.check()
                arrived = vault.strays()
                count.strays += len(arrived)
                assert not arrived, arrived
                next(steps)
                vault.check()
                assert vault.strays(), "the legitimate way does not arrive there: nothing is proved"
                proved += 1
            finally:
                steps.close()
                transaction.set_rollback(True)
    count.notes.append(f"{proved} of {len(ways)} listeners get it the legitimate way")
