"""A hostile registry delays and harms nobody's credential but its own."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from credentials_app.checks.check import check_one
from credentials_app.models import Credential, RegistryOrigin, SignInAttempt
from credentials_app.services.server_rules import set_rule
from registry.outcome import Outcome
from tests.hostile.figures import Figures
from tests.hostile.named_servers import GOOD, HOME, SIGN_IN, open_servers, origin, run_check
from tests.hostile.stored_credential import OWN, StoredCredential, store_credential
from tests.stand_ins.answers import (
    challenged,
    hanging_up,
    page,
    plain,
    silent,
    throttled,
)
from tests.stand_ins.wire import Answer

SIGNS_IN = challenged(f'Bearer realm="https://{SIGN_IN}/token"')
DRIPS = Answer(200, b" " * 20, drip_s=0.1)
NEXT_DOOR = "other.example.org"
# What our registry answers from now on; a neighbor of it shares its sign-in host.
RUDE: dict[str, list[Answer]] = {
    "too busy for ever, at the door": [throttled("9" * 20)],
    "too busy for ever, at the entry": [SIGNS_IN, throttled("9" * 20)],
    "banned, at the entry": [SIGNS_IN, plain(403, "Forbidden: too many attempts")],
    "broken, at the door": [plain(503)],
    "broken, at the entry": [SIGNS_IN, plain(503)],
    "hangs up": [hanging_up()],
    "hangs up at the entry": [SIGNS_IN, hanging_up()],
    "refuses at the entry": [SIGNS_IN, challenged('Basic realm="x"')],
    "names the other as its sign-in host": [challenged(f'Bearer realm="https://{GOOD}/v2/"')],
    "names the other over and over": [challenged(f'Bearer realm="https://{GOOD}/token"')] * 5,
    "a page": [page()],
}


def check(row: Credential) -> str:
    """Check what is due, as the worker does: an origin that must rest rests."""
    Credential.objects.filter(pk=row.pk).update(
        next_check_at=timezone.now(), asked_at=None, lease_id=None, lease_until=None
    )
    before = Credential.objects.get(pk=row.pk).last_checked_at
    check_one(Credential, row.pk)
    row.refresh_from_db()
    return "not looked at" if row.last_checked_at == before else row.last_outcome


@pytest.mark.django_db
def test_no_other_credential_is_delayed_or_harmed(
    figures: Callable[[str], Figures], tmp_path: Path
) -> None:
    count = figures("Neighbors of a hostile registry")
    with store_credential(tmp_path) as stored, count.memory():
        far, near = neighbors(stored)
        for name, answers in RUDE.items():
            with count.case(name):
                stored.servers.forget()
                RegistryOrigin.objects.all().delete()
                SignInAttempt.objects.all().delete()
                for _ in range(6):
                    RegistryOrigin.objects.filter(origin=str(OWN)).update(
                        paused_until=None, circuit_until=None
                    )
                    stored.servers.home.answers["/v2/"] = list(answers)
                    assert check(stored.row) != "valid"
                for row in (far, near):
                    began = time.monotonic()
                    assert (check(row), row.status) == ("valid", "valid")
                    assert time.monotonic() - began < 5
                others = RegistryOrigin.objects.exclude(origin=str(OWN))
                resting = others.exclude(paused_until=None, circuit_until=None)
                assert not resting.exists(), "somebody else has to rest for it"
                count.strays += len(stored.strays())
                stored.servers.good.requests.clear()
    count.conclude(limit_s=20)


def neighbors(stored: StoredCredential) -> tuple[Credential, Credential]:
    """A credential of a registry elsewhere, and of one with the same sign-in host."""
    stored.foreign.remove(stored.servers.good)
    stored.servers.places[(NEXT_DOOR, 443)] = stored.servers.sign_in.port
    rows = []
    for host in (GOOD, NEXT_DOOR):
        pem = stored.servers.tls.authority_pem
        set_rule(stored.seat, origin(host), allow_http=False, ca_pem=pem)
        row = stored.store(host.split(".")[0] + "-1", server=origin(host))
        assert check(row) == "valid"
        rows.append(row)
    return rows[0], rows[1]


def test_a_silent_registry_holds_up_nobody_beside_it(
    figures: Callable[[str], Figures], tmp_path: Path
) -> None:
    count = figures("Neighbors of a silent registry")
    with open_servers(tmp_path) as servers, servers.network() as net, count.memory():
        for name, answer in {"silent": silent(2), "dripping": DRIPS}.items():
            servers.home.answers["/v2/"] = answer
            ended: list[Outcome] = []

            def suffer(into: list[Outcome] = ended) -> None:
                into.append(run_check(servers, net, host=HOME).outcome)

            slow = [threading.Thread(target=suffer, daemon=True) for _ in range(4)]
            for each in slow:
                each.start()
            while not servers.home.requests and any(each.is_alive() for each in slow):
                time.sleep(0.01)
            for turn in range(3):
                with count.case(f"beside a {name} one, {turn}"):
                    assert run_check(servers, net, host=GOOD).outcome is Outcome.VALID
                    assert turn or not ended, "it was not slow at all"
            with count.case(f"the {name} one itself"):
                for each in slow:
                    each.join(15)
                assert len(ended) == 4
                assert Outcome.VALID not in ended
            servers.forget()
    count.conclude(limit_s=15)
