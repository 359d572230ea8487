"""A product in which everything has happened once: good logins, bad ones, faults and mails."""

import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from tests.canary.echo import echoing
from tests.canary.needles import Canary
from tests.canary.places import DATABASE
from tests.canary.queue_stream import Monitor
from tests.canary.secrets import new_canaries, new_canary
from tests.canary.visitor import Visitor
from tests.journeys.person import EMAIL, NAME
from tests.journeys.product import Product, eventually
from tests.stand_ins.plain_registry import PlainRegistry

BASE = "/o/acme/web/credentials/"
CHECK_LIMIT_S = 30


@dataclass
class House:
    """The product, what watches it, and the canaries that were let in."""

    product: Product
    monitor: Monitor
    registry: PlainRegistry
    ada: Visitor
    canaries: list[Canary] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)

    def ask(self, question: str) -> list[tuple[object, ...]]:
        """Ask the database."""
        with closing(sqlite3.connect(self.product.data / DATABASE, timeout=20)) as database:
            answer = database.execute(question).fetchall()
            database.commit()
        return answer

    def register(self, canary: Canary) -> Canary:
        self.canaries.append(canary)
        self.registry.people[canary.username] = canary.secret
        return canary

    def send(self, canary: Canary, **more: str) -> int:
        """Send the form of *Add credentials*; gives the status of the answer, 302 for stored."""
        values = {
            "name": canary.kind,
            "provider": "generic",
            "username": canary.username,
            "secret": canary.secret,
            "server": self.registry.url,
            "need": "pull",
            "act": "add",
        }
        answer = self.ada.post(f"{BASE}add/", **{**values, **more})
        return answer.history[0].status_code if answer.history else answer.status_code

    def key_of(self, name: str) -> uuid.UUID:
        """What stands for this credential in addresses."""
        [(key,)] = self.ask(f"select id from credentials_app_credential where name = '{name}'")
        return uuid.UUID(str(key))

    def wait_for_checks(self, count: int) -> None:
        """Until so many checks were recorded."""
        runs = "select count(*) from credentials_app_checkrun"
        eventually(lambda: self.ask(runs) >= [(count,)], CHECK_LIMIT_S, self.product.words)


def live(house: House) -> None:
    """Everything that happens to secrets in a day."""
    with echoing() as echo:
        _move_in(house, house.registry.url, echo.url)
        _good_logins(house)
        _a_refused_login(house, echo.url)
        _a_new_secret_and_a_deletion(house)
        _mistakes(house)
        _faults(house)
    house.paths = house.ada.crawl("/", "/me/credentials/", "/admin/")


def _move_in(house: House, *servers: str) -> None:
    ada, password = house.ada, new_canary("account")
    house.canaries.append(password)
    code = house.product.code
    ada.post("/set-up/", code=code, name=NAME, email=EMAIL, password=password.secret)
    ada.post("/organizations/add/", name="Acme", slug="acme")
    ada.post("/organizations/acme/workspaces/add/", name="Web", slug="web")
    for server in servers:
        ada.post(f"{BASE}servers/add/", server=server, allow_http="on")
    people = "/o/acme/web/people/"
    ada.post(f"{people}invite/", at=people, email="bob@example.org", role="viewer")


def _good_logins(house: House) -> None:
    canaries = [house.register(canary) for canary in new_canaries()]
    for canary in canaries:
        assert house.send(canary, act="check") == 200
        assert house.send(canary) == 302
    house.wait_for_checks(len(canaries))
    states = house.ask("select distinct status from credentials_app_credential")
    assert states == [("valid",)], house.product.words()


def _a_refused_login(house: House, server: str) -> None:
    echoed = new_canary("echoed")
    house.canaries.append(echoed)
    assert house.send(echoed, server=server) == 302
    house.wait_for_checks(len(new_canaries()) + 1)
    mails = house.product.data / "mails"
    eventually(lambda: len(list(mails.glob("*.eml"))) >= 2, otherwise=house.product.words)


def _a_new_secret_and_a_deletion(house: House) -> None:
    replaced = house.register(new_canary("replaced"))
    values = {"provider": "generic", "need": "pull", "server": house.registry.url, "act": "add"}
    values |= {"name": "plain", "username": replaced.username, "secret": replaced.secret}
    before = len(house.ask("select 1 from credentials_app_checkrun"))
    house.ada.post(f"{BASE}{house.key_of('plain')}/edit/", **values)
    house.wait_for_checks(before + 1)
    assert house.ada.post(f"{BASE}{house.key_of('gitlab')}/delete/", name="gitlab").ok


def _mistakes(house: House) -> None:
    """What is refused: each with a secret in it."""
    for kind, more in {
        "twice": {"name": "has spaces"},
        "taken": {"name": "plain"},
        "elsewhere": {"server": "https://bob@registry.example.org/team"},
    }.items():
        canary = new_canary(kind)
        house.canaries.append(canary)
        assert house.send(canary, **more) == 200
    broken, large, forged = new_canary("broken"), new_canary("large"), new_canary("forged")
    house.canaries += [broken, large, forged]
    assert house.send(broken, secret=f"{broken.secret}\nmore") == 200
    assert house.send(large, secret=large.secret * 80_000) == 400
    assert house.send(forged, token="made-up") == 403
    assert house.ada.get(f"{BASE}nothing/here/").status_code == 404


@contextmanager
def _fault(house: House, table: str) -> Iterator[None]:
    """While this lasts, nothing can be added to the table."""
    says = f"begin select raise(abort, 'made-up fault of {table}'); end"
    house.ask(f"create trigger made_up_fault before insert on {table} {says}")
    try:
        yield
    finally:
        house.ask("drop trigger made_up_fault")


def _faults(house: House) -> None:
    """A page that breaks with a secret in its hands, and a worker that does."""
    page, worker = (
        house.register(new_canary("page-fault")),
        house.register(new_canary("worker-fault")),
    )
    with _fault(house, "credentials_app_trial"):
        assert house.send(page, act="check") == 500
    log = house.product.data / "logs" / "worker.log"
    with _fault(house, "credentials_app_checkrun"):
        assert house.send(worker) == 302
        eventually(
            lambda: "It cannot be recorded either: IntegrityError" in log.read_text(),
            otherwise=log.read_text,
        )
