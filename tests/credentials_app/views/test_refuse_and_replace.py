"""A corrected secret is judged at once, after all the mistakes that people make before it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from credentials_app import tasks
from credentials_app.models import Credential, Trial
from registry.evidence import Evidence, StepName
from registry.login import Login, Need
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from tests.credentials_app.scenes import FakeRegistry, evidence, registry_says, step, verdict
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
RIGHT = "made-up-right-one"
FORM = {"name": "deploy", "provider": "generic", "username": "ci-robot", "need": "pull"}
FORM |= {"server": "registry.example.org"}


def by_secret(login: Login, _need: Need) -> tuple[Evidence, Verdict]:
    """A registry that knows one password."""
    if login.secret.reveal() == RIGHT:
        return evidence(), verdict(Outcome.VALID)
    return evidence(step(StepName.PING, 401), step(status=401)), verdict(Outcome.REJECTED)


@pytest.fixture(autouse=True)
def registry() -> Iterator[FakeRegistry]:
    cache.clear()
    with registry_says(by_secret) as fake:
        yield fake


def work() -> None:
    """The worker checks what is due."""
    for trial in Trial.objects.filter(outcome=""):
        tasks.check_trial(str(trial.pk))
    for row in Credential.objects.filter(asked_at__isnull=False):
        tasks.check_credential(str(row.pk))


def typed(visitor: Client, seat: Seat, secret: str, act: str) -> str:
    """Send *Add credentials*; returns the page."""
    address = credentials_url(seat.workspace, "add")
    trial = str(Trial.objects.order_by("-started_at").values_list("pk", flat=True).first() or "")
    values = {**FORM, "secret": secret, "act": act, "trial": trial}
    answer = visitor.post(address, values, follow=True)
    work()
    return answer.content.decode()


def replaced(visitor: Client, secret: str) -> str:
    """Send *Replace the secret*; returns the page that shows what came of it."""
    row = Credential.objects.get()
    address = credentials_url(row.workspace, "replace", pk=row.pk)
    answer: Any = visitor.post(address, {"secret": secret, "act": "check"})
    work()
    return visitor.get(answer.url, follow=True).content.decode()


def sent_again(visitor: Client) -> None:
    row = Credential.objects.get()
    told = visitor.get(credentials_url(row.workspace, "detail", pk=row.pk)).content.decode()
    assert "Send it again" in told
    visitor.post(credentials_url(row.workspace, "check", pk=row.pk), {"again": "1"})
    work()


def state() -> tuple[str, int]:
    row = Credential.objects.get()
    return row.status, row.secret_version


def test_refuse_refuse_replace(visitor: Client, seat: Seat, registry: FakeRegistry) -> None:
    typed(visitor, seat, "made-up-wrong-one", "add")
    assert state() == ("refused", 1)
    sent_again(visitor)
    assert state() == ("refused", 1)
    assert "Works again." in replaced(visitor, RIGHT)
    assert state() == ("valid", 2)
    assert len(registry.logins) == 3


def test_two_typos_in_the_form_then_the_right_one(visitor: Client, seat: Seat) -> None:
    for number in range(2):
        typed(visitor, seat, f"made-up-typo-{number}", "check")
        assert Trial.objects.latest("started_at").outcome == "rejected"
    typed(visitor, seat, RIGHT, "add")
    assert state() == ("valid", 1)


def test_a_typo_in_the_form_and_one_in_the_replacement(visitor: Client, seat: Seat) -> None:
    typed(visitor, seat, "made-up-typo-1", "add")
    assert "The old one stays as it was." in replaced(visitor, "made-up-typo-2")
    assert "Works again." in replaced(visitor, RIGHT)
    assert state() == ("valid", 2)


def test_two_typos_in_the_form_are_not_sent_twice_by_adding_and_checking(
    visitor: Client, seat: Seat, registry: FakeRegistry
) -> None:
    """Refused twice in the form, added as it is, checked, and replaced: two failed logins."""
    for number in range(2):
        typed(visitor, seat, f"made-up-typo-{number}", "check")
    typed(visitor, seat, "", "add")
    assert state() == ("refused", 1)
    visitor.post(credentials_url(seat.workspace, "check", pk=Credential.objects.get().pk))
    work()
    assert state() == ("refused", 1)
    assert len(registry.logins) == 2
    assert "Works again." in replaced(visitor, RIGHT)
    assert state() == ("valid", 2)


def test_when_one_more_could_lock_the_account_the_wait_is_told_at_once(
    visitor: Client, seat: Seat, registry: FakeRegistry
) -> None:
    typed(visitor, seat, "made-up-wrong-one", "add")
    sent_again(visitor)
    replaced(visitor, "made-up-typo-1")
    told = replaced(visitor, RIGHT)
    assert len(registry.logins) == 3
    assert "Lockkeeper waits so that the account is not locked." in told
    assert "Here 3 logins of this account failed in the last hour." in told
    assert re.search(r"Waiting until <time [^>]*>[^<]*\d\d:\d\d</time> \(in \d+\s+minutes\)", told)
    assert "Replace it anyway, and it is checked then by itself" in told
    assert state() == ("refused", 1)
