"""An instance in which everything has happened once: good and bad logins, faults, mails."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.canary.echo import echoing
from tests.canary.queue_stream import Monitor
from tests.canary.secrets import new_canaries, new_canary
from tests.canary.spellings import Canary
from tests.canary.stores import Stores
from tests.canary.visitor import Visitor
from tests.journeys.person import EMAIL, NAME
from tests.journeys.product import Product, eventually
from tests.stand_ins.plain_registry import PlainRegistry

BASE = "/o/acme/web/credentials/"
CHECK_LIMIT_S = 30


@dataclass
class Instance:
    """The product, the monitor of its queue, and the canaries that were added."""

    product: Product
    monitor: Monitor
    registry: PlainRegistry
    ada: Visitor
    carol: Visitor
    canaries: list[Canary] = field(default_factory=list)
    operators: dict[str, Canary] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)

    @property
    def stores(self) -> Stores:
        return Stores(self.product)

    def ask(self, question: str) -> list[tuple[object, ...]]:
        """Run a statement in its database."""
        return self.stores.ask(question)

    def register(self, canary: Canary) -> Canary:
        self.canaries.append(canary)
        self.registry.people[canary.username] = canary.secret
        return canary

    def send(self, canary: Canary, **more: str) -> int:
        """Send the form of *Add credentials*; returns the status of the response, 302 if stored.

        How often a person may ask for a check is no matter here: what counted so far is forgotten.
        """
        self.ask("delete from lockkeeper_cache")
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
        """The id of this credential in URLs."""
        [(key,)] = self.ask(f"select id from credentials_app_credential where name = '{name}'")
        return uuid.UUID(str(key))

    def wait_for_checks(self, count: int) -> None:
        """Wait until this number of checks is recorded."""
        runs = "select count(*) from credentials_app_checkrun"
        eventually(lambda: self.ask(runs) >= [(count,)], CHECK_LIMIT_S, self.product.words)


def use_everything(instance: Instance) -> None:
    """Use secrets in all the ways that a day brings."""
    with echoing() as echo:
        _set_up(instance, instance.registry.url, echo.url)
        _good_logins(instance)
        _a_refused_login(instance, echo.url)
        _a_new_secret_and_a_deletion(instance)
        _a_replacement_and_a_way_back(instance)
        _mistakes(instance)
        _faults(instance)
    for log in ("/o/acme/web/audit-log/", "/admin/audit-log/"):
        for kind in ("csv", "jsonl"):
            assert instance.ada.post(f"{log}export/", at=log, format=kind).status_code == 200
    instance.paths = instance.ada.crawl("/", "/me/credentials/", "/admin/")


def _set_up(instance: Instance, *servers: str) -> None:
    ada, password = instance.ada, new_canary("account")
    instance.canaries.append(password)
    code = instance.product.code
    ada.post("/set-up/", code=code, name=NAME, email=EMAIL, password=password.secret)
    ada.post("/organizations/add/", name="Acme", slug="acme")
    ada.post("/organizations/acme/workspaces/add/", name="Web", slug="web")
    for server in servers:
        ada.post(f"{BASE}servers/add/", server=server, allow_http="on")
    people = "/o/acme/web/people/"
    ada.post(f"{people}invite/", at=people, email="bob@example.org", role="viewer")


def _good_logins(instance: Instance) -> None:
    canaries = [instance.register(canary) for canary in new_canaries()]
    for canary in canaries:
        assert instance.send(canary, act="check") == 200
        assert instance.send(canary) == 302
    instance.wait_for_checks(len(canaries))
    states = instance.ask("select distinct status from credentials_app_credential")
    assert states == [("valid",)], instance.product.words()


def _a_refused_login(instance: Instance, server: str) -> None:
    echoed = new_canary("echoed")
    instance.canaries.append(echoed)
    assert instance.send(echoed, server=server) == 302
    instance.wait_for_checks(len(new_canaries()) + 1)
    report = f"{BASE}report/"
    instance.ada.post(report, at=report, act="send")
    mails = instance.product.data / "mails"
    eventually(lambda: len(list(mails.glob("*.eml"))) >= 2, otherwise=instance.product.words)


def _a_new_secret_and_a_deletion(instance: Instance) -> None:
    replaced = instance.register(new_canary("replaced"))
    values = {"provider": "generic", "need": "pull", "server": instance.registry.url, "act": "add"}
    values |= {"name": "plain", "username": replaced.username, "secret": replaced.secret}
    before = len(instance.ask("select 1 from credentials_app_checkrun"))
    instance.ada.post(f"{BASE}{instance.key_of('plain')}/edit/", **values)
    instance.wait_for_checks(before + 1)
    assert instance.ada.post(f"{BASE}{instance.key_of('gitlab')}/delete/", name="gitlab").ok


def _a_replacement_and_a_way_back(instance: Instance) -> None:
    """A wrong secret is refused, a right one replaces the stored one, which comes back."""
    instance.ask("delete from lockkeeper_cache")
    address, login = f"{BASE}{instance.key_of('html')}/", "robot-html"
    refused, works = new_canary("tried"), new_canary("works")
    instance.canaries += [refused, works]
    instance.ada.post(f"{address}replace/", secret=refused.secret, act="check")
    tried = "select outcome from credentials_app_trial where replaces and outcome != ''"
    eventually(lambda: instance.ask(tried) == [("rejected",)], CHECK_LIMIT_S)
    instance.registry.people[login] = works.secret
    instance.ada.post(f"{address}replace/", secret=works.secret, act="check")
    former = "select id from credentials_app_formersecret where secret_version = 1"
    stored = f"{former} and credential_id = '{instance.key_of('html').hex}'"
    eventually(lambda: len(instance.ask(stored)) == 1, CHECK_LIMIT_S)
    [(key,)] = instance.ask(stored)
    before = len(instance.ask("select 1 from credentials_app_checkrun"))
    answer = instance.ada.post(f"{address}bring-back/", at=address, former=str(uuid.UUID(str(key))))
    assert answer.ok
    instance.wait_for_checks(before + 1)
    kept = "select secret_version from credentials_app_formersecret"
    assert instance.ask(kept) == [(2,)], "the one that was replaced by it"


def _mistakes(instance: Instance) -> None:
    """Send forms that are refused, each with a secret in it."""
    for kind, more in {
        "twice": {"name": "has spaces"},
        "taken": {"name": "plain"},
        "elsewhere": {"server": "https://bob@registry.example.org/team"},
    }.items():
        canary = new_canary(kind)
        instance.canaries.append(canary)
        assert instance.send(canary, **more) == 200
    broken, large, forged = new_canary("broken"), new_canary("large"), new_canary("forged")
    instance.canaries += [broken, large, forged]
    assert instance.send(broken, secret=f"{broken.secret}\nmore") == 200
    assert instance.send(large, secret=large.secret * 80_000) == 413
    assert instance.send(broken, **{f"field-{number}": "" for number in range(4000)}) == 400
    assert instance.send(forged, token="made-up") == 403
    assert instance.ada.get(f"{BASE}nothing/here/").status_code == 404


@contextmanager
def _fault(instance: Instance, table: str) -> Iterator[None]:
    """Let each INSERT into the table fail."""
    instance.stores.break_inserts(table)
    try:
        yield
    finally:
        instance.stores.mend_inserts(table)


def _faults(instance: Instance) -> None:
    """Let a page fail while it has a secret, and then a worker."""
    page, worker = (
        instance.register(new_canary("page-fault")),
        instance.register(new_canary("worker-fault")),
    )
    with _fault(instance, "credentials_app_trial"):
        assert instance.send(page, act="check") == 500
    log = instance.product.data / "logs" / "worker.log"
    with _fault(instance, "credentials_app_checkrun"):
        assert instance.send(worker) == 302
        eventually(
            lambda: "It cannot be recorded either: IntegrityError" in log.read_text(),
            otherwise=log.read_text,
        )
