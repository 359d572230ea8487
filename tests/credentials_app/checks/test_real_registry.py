"""The whole way down: stored credentials checked against a real registry with passwords."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from common.clock import database_now
from credentials_app import tasks
from credentials_app.models import CheckRun, Credential
from credentials_app.presentation.badge import badge
from credentials_app.services.actions import check_now
from credentials_app.services.server_rules import set_rule
from credentials_app.status import COULD_NOT_CHECK, STATUS_LABELS, Status
from registry.addresses.origins import Origin
from registry.secret import Secret
from tests.credentials_app import scenes
from tests.servers.docker_registry import RunningRegistry, registry
from tests.servers.tls import Certificate, certificate

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tls(tmp_path: Path) -> Certificate:
    return certificate(tmp_path, "127.0.0.1")


@pytest.fixture
def running(tmp_path: Path, tls: Certificate, settings: Settings) -> Iterator[RunningRegistry]:
    settings.LOCKKEEPER_PRIVATE_NETWORKS = "127.0.0.0/8:*"
    with registry(tmp_path, htpasswd={"ci-robot": scenes.PASSWORD}, tls=tls) as server:
        yield server


def stored(server: RunningRegistry, secret: str, name: str = "deploy") -> Credential:
    origin = Origin.parse(server.url)
    return scenes.stored(name, server=origin, secret=Secret(secret))


def rung(row: Credential) -> Credential:
    tasks.check_credential(row.pk)
    row.refresh_from_db()
    return row


def test_a_good_password_is_valid_a_bad_one_refused_and_an_outage_neither(
    running: RunningRegistry, tls: Certificate
) -> None:
    authority = tls.authority.read_text()
    set_rule(scenes.seat(), Origin.parse(running.url), allow_http=False, ca_pem=authority)
    good = rung(stored(running, scenes.PASSWORD))
    assert good.status == Status.VALID
    assert rung(stored(running, "made-up-password-2", "bad")).status == Status.REFUSED
    running.program.stop()
    again = rung(check_now(scenes.seat(), good))
    assert (again.status, again.could_not_look_why) == (Status.VALID, "unreachable")
    shown = badge(again, database_now())
    assert (shown.label, shown.note) == (STATUS_LABELS[Status.VALID], COULD_NOT_CHECK)
    outcomes = CheckRun.objects.order_by("started_at").values_list("outcome", flat=True)
    assert list(outcomes) == ["valid", "rejected", "unreachable"]


def test_an_authority_that_nobody_named_is_not_believed(running: RunningRegistry) -> None:
    row = rung(stored(running, scenes.PASSWORD))
    assert (row.status, row.could_not_look_why) == (Status.UNVERIFIED, "tls_failed")


def test_plain_http_goes_only_where_a_rule_and_the_allow_list_say_so(
    tmp_path: Path, settings: Settings
) -> None:
    with registry(tmp_path, htpasswd={"ci-robot": scenes.PASSWORD}) as server:
        set_rule(scenes.seat(), Origin.parse(server.url), allow_http=True, ca_pem="")
        settings.LOCKKEEPER_PRIVATE_NETWORKS = ""
        row = rung(stored(server, scenes.PASSWORD))
        assert row.could_not_look_why == "forbidden_address"
        settings.LOCKKEEPER_PRIVATE_NETWORKS = "127.0.0.0/8:*"
        assert rung(check_now(scenes.seat(), row)).status == Status.VALID
