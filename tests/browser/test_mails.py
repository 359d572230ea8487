"""The mails of notices as a mail program shows them: in the light, in the dark, on a phone."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page

from common.fields import open_sealed
from common.models import OutgoingMail
from credentials_app import notices
from credentials_app.models import Credential, Delivery
from credentials_app.status import Status
from registry.outcome import Outcome
from registry.words.message import Message
from tests import cast
from tests.browser.visits import barriers, overflow
from tests.credentials_app import scenes
from tests.credentials_app.notices.test_delivery import bobs, chose, minute, turned
from tests.credentials_app.notices.test_outages import in_vain, worked
from workspaces import tasks as mail_tasks
from workspaces.models import User

pytestmark = pytest.mark.django_db(transaction=True)
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOOKS = [("light", 800), ("dark", 800), ("light", 390), ("dark", 390)]


def newest() -> str:
    mail = OutgoingMail.objects.order_by("-created_at").first()
    assert mail is not None
    html: str = json.loads(open_sealed(mail, "body"))[1]
    return html


def told(people: list[object], now: datetime) -> str:
    for person in people:
        notices.mail_due_notices(str(person), now=now)
    return newest()


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """One of each kind, as Bob in Berlin gets them."""
    monkeypatch.setattr(mail_tasks.deliver_mail, "delay_on_commit", lambda *_: None)
    chose(cast.alice(), Delivery.NOTHING)
    row = bobs("a-rather-long-name-for-a-credential-of-some-pipeline")
    User.objects.filter(pk=cast.bob().pk).update(time_zone="Europe/Berlin")
    deep = "team/some/deep/project/with-a-rather-long-name/and-another-part/image"
    Credential.objects.filter(pk=row.pk).update(repository=deep)
    advice = (Message.of("do_new_scopes", scopes="read_registry and write_registry"),)
    lacks = Message.of("cause_missing_scope", missing="write_registry")
    needs = scenes.verdict(Outcome.MISSING_SCOPE, message=lacks, advice=advice)
    change = scenes.checked(row, needs).changes.exclude(tell="").get()
    found = {"bad": told([*notices.announce(change.pk, now=NOON)], NOON)}
    turned(row, Status.VALID, now=NOON + HOUR)
    found["good"] = newest()
    ends = {"status": Status.VALID, "expires_on": NOON.date() + 9 * DAY}
    Credential.objects.filter(pk=bobs("build").pk).update(**ends)
    morning = NOON + 2 * DAY
    found["ends"] = told([*notices.remind(now=morning)], morning)
    away = [bobs(f"mirror-{number}") for number in range(12)]
    Credential.objects.update(last_conclusive_at=NOON)
    in_vain(*away, since=NOON + 3 * DAY)
    later = NOON + 3 * DAY + 3 * HOUR
    found["outage"] = told([*notices.update_outages(now=later)], later)
    worked(away[0], later + HOUR)
    notices.update_outages(now=later + HOUR)
    for name, status in (("one", Status.EXPIRED), ("two", Status.REVOKED), ("three", Status.VALID)):
        turned(bobs(name), status, now=later + HOUR, mail=False)
    minute(later + HOUR)
    return found | {"digest": newest()}


@pytest.mark.parametrize(("scheme", "width"), LOOKS)
def test_every_mail_reads_well(page: Page, mails: dict[str, str], scheme: str, width: int) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 700})
    found = {}
    for name, html in mails.items():
        page.set_content(html)
        # A mail has no landmarks: the program that shows it has its own.
        broken = [each for each in barriers(page) if not each.startswith(("region", "landmark"))]
        found[name] = (broken, overflow(page))
        if folder := os.environ.get("LOCKKEEPER_SCREENSHOTS"):
            path = Path(folder) / f"mail-{name}-{scheme}-{width}.png"
            page.screenshot(path=path, full_page=True)
    assert found == {name: ([], 0) for name in mails}
