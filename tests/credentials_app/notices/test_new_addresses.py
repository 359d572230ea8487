"""Who hears of a new address, what they read, and that they hear of it once."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.fields import open_sealed
from common.models import OutgoingMail
from credentials_app import notices, tasks
from credentials_app.checks.use_rows import delete_old_addresses
from credentials_app.models import Credential, Delivery, Notice, NoticePreference, SeenAddress
from credentials_app.notices import announce_addresses
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import NOON
from workspaces import tasks as mail_tasks
from workspaces.models import Participant, User

pytestmark = pytest.mark.django_db
ADDRESS, SECOND = "203.0.113.7", "2001:db8::7"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_tasks.deliver_mail, "delay_on_commit", lambda *_: None)


def seen(row: Credential, address: str = ADDRESS, *, tell: bool = True) -> SeenAddress:
    return SeenAddress.objects.create(
        credential=row, address=address, first_at=NOON, last_at=NOON, tell=tell
    )


def person(role: str, pace: Delivery | None = None) -> User:
    """Somebody who gets notices about all credentials."""
    found = cast.participant(cast.workspace(), cast.person(f"{role}@example.org"), role)
    NoticePreference.objects.create(
        person=found,
        workspace=cast.workspace(),
        pace=pace or Delivery.AT_ONCE,
        reach="all",
        changed_at=NOON,
    )
    return found


def told(now: datetime = NOON) -> dict[str, str]:
    """The texts of the mails that are due now, by recipient."""
    announce_addresses(now=now)
    for pk in notices.waiting_people(now):
        notices.mail_due_notices(pk, now=now)
    return {
        mail.to: json.loads(open_sealed(mail, "body"))[0] for mail in OutgoingMail.objects.all()
    }


def test_a_new_address_is_told_once_with_what_to_do() -> None:
    row = scenes.stored()
    seen(row)
    text = told()["alice@example.org"]
    [mail] = OutgoingMail.objects.all()
    assert "deploy was used from a new address" in mail.subject
    assert ADDRESS in text
    assert "replace the secret and revoke the old one" in text
    assert scenes.PASSWORD not in text
    assert ADDRESS not in mail.subject
    for later in range(1, 4):
        told(NOON + later * DAY)
    assert OutgoingMail.objects.count() == 1


def test_addresses_that_are_not_to_be_told_are_not() -> None:
    seen(scenes.stored(), tell=False)
    assert told() == {}
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("role", "pace", "hears"),
    [
        ("maintainer", Delivery.AT_ONCE, True),
        ("admin", Delivery.AT_ONCE, True),
        ("user", Delivery.AT_ONCE, False),
        ("viewer", Delivery.AT_ONCE, False),
        ("maintainer", Delivery.DAILY, False),
        ("maintainer", Delivery.EXPIRY, False),
        ("maintainer", Delivery.NOTHING, False),
    ],
)
def test_only_people_who_may_write_and_want_it_hear_at_once(
    role: str, pace: Delivery, hears: bool
) -> None:
    seen(scenes.stored())
    found = person(role, pace)
    assert (found.email in told()) is hears


def test_who_reads_once_a_day_hears_in_the_morning() -> None:
    seen(scenes.stored())
    found = person("maintainer", Delivery.DAILY)
    assert found.email not in told()
    assert ADDRESS in told(NOON + DAY)[found.email]


def test_who_may_no_longer_write_when_the_mail_is_due_does_not_get_it() -> None:
    seen(scenes.stored())
    found = person("maintainer", Delivery.DAILY)
    told()
    Participant.objects.filter(user=found).update(role="viewer")
    assert found.email not in told(NOON + DAY)


def test_two_addresses_of_one_credential_are_both_told() -> None:
    row = scenes.stored()
    seen(row), seen(row, SECOND)
    text = told()["alice@example.org"]
    assert ADDRESS in text
    assert SECOND in text


def test_a_credential_that_is_paused_or_acknowledged_is_still_told() -> None:
    for name, columns in (
        ("paused", {"status": "paused"}),
        ("known", {"acknowledged_at": NOON, "status_since": NOON - DAY}),
    ):
        row = scenes.stored(name)
        Credential.objects.filter(pk=row.pk).update(**columns)
        seen(row)
    text = told()["alice@example.org"]
    assert "paused was used from a new address" in text
    assert "known was used from a new address" in text


def test_the_sweep_of_every_minute_makes_the_notices(monkeypatch: pytest.MonkeyPatch) -> None:
    seen(scenes.stored())
    mailed: list[str] = []
    monkeypatch.setattr(tasks.mail_notices, "delay", mailed.append)
    tasks.sweep_unannounced()
    assert mailed == [str(cast.alice().pk)]
    tasks.sweep_unannounced()
    assert len(mailed) == 1


def test_a_notice_goes_with_its_address() -> None:
    seen(scenes.stored())
    announce_addresses(now=NOON)
    delete_old_addresses(now=NOON + 91 * DAY)
    assert not Notice.objects.exists()


@pytest.mark.parametrize("count", [1, 50])
def test_notices_of_many_addresses_are_made_with_the_same_few_statements(count: int) -> None:
    row = scenes.stored()
    for number in range(count):
        seen(row, f"198.51.100.{number}")
    with CaptureQueriesContext(connection) as asked:
        announce_addresses(now=NOON)
    assert Notice.objects.count() == count
    assert len(asked) <= 10
    assert not any('"sealed"' in query["sql"] for query in asked)
