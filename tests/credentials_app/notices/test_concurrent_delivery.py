"""Many workers, two timetables, and deaths in between: everything is told, and once."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from common.models import OutgoingMail
from credentials_app import notices
from credentials_app.models import Delivery, Notice, Outage
from credentials_app.notices import delivery
from credentials_app.status import Status
from tests import cast
from tests.credentials_app.notices.test_delivery import bobs, chose, turned
from tests.credentials_app.notices.test_outages import in_vain, stored
from tests.credentials_app.notices.test_reminders import ending
from workspaces import tasks as mail_tasks

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CREW = 4


@pytest.fixture(autouse=True)
def only_bob(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_tasks.deliver_mail, "delay_on_commit", lambda *_: None)
    chose(cast.alice(), Delivery.NOTHING)


def all_at_once(deed: Callable[[], Any]) -> None:
    start, wrong = threading.Barrier(CREW), []

    def work() -> None:
        start.wait()
        try:
            deed()
        except Exception as problem:  # noqa: BLE001  # whatever it is, the test shows it
            wrong.append(problem)
        finally:
            connection.close()

    crew = [threading.Thread(target=work) for _ in range(CREW)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert wrong == []


def test_of_many_who_mail_at_once_one_does() -> None:
    for name in ("deploy", "build", "mirror"):
        turned(bobs(name), now=NOON, mail=False)
    all_at_once(lambda: notices.mail_due_notices(cast.bob().pk, now=NOON))
    assert [mail.subject for mail in OutgoingMail.objects.all()] == ["3 turned bad (Acme / Web)"]


def test_a_change_announced_by_many_is_one_notice_each() -> None:
    change = turned(bobs(), Status.EXPIRED, now=NOON, mail=False)
    type(change).objects.update(told_at=None)
    Notice.objects.all().delete()
    all_at_once(lambda: notices.announce(change.pk, now=NOON))
    assert Notice.objects.count() == 1


def test_reminders_made_by_many_are_made_once() -> None:
    ending()
    all_at_once(lambda: notices.remind(now=NOON))
    assert Notice.objects.count() == 1


def test_an_outage_noted_by_many_is_noted_once() -> None:
    bobs("bobs")
    in_vain(stored(), since=NOON)
    all_at_once(lambda: notices.update_outages(now=NOON + timedelta(hours=3)))
    assert (Outage.objects.count(), Notice.objects.count()) == (1, 1)


def test_a_death_between_mail_and_mark_leaves_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    turned(bobs(), now=NOON, mail=False)

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(delivery, "_close", killed)
        with pytest.raises(KeyboardInterrupt):
            notices.mail_due_notices(cast.bob().pk, now=NOON)
    assert not OutgoingMail.objects.exists()
    notices.mail_due_notices(cast.bob().pk, now=NOON)
    assert OutgoingMail.objects.count() == 1
