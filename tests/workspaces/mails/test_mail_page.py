"""The mail page: how mail leaves, what is in its way, and a test mail that goes the usual way."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common import outbox
from common.models import OutgoingMail
from common.outbox import Words
from config.mail.url import settings_for
from tests import cast
from workspaces import tasks
from workspaces.mails import status, trial_mail
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db
PAGE = "/admin/mail/"
PASSWORD = "made-up-mail-password"


@pytest.fixture
def ada() -> Client:
    return cast.client_for(cast.administrator())


def words(browser: Client, address: str = PAGE) -> str:
    return " ".join(browser.get(address).content.decode().split())


def use(settings: Any, url: str) -> None:
    for name, value in settings_for(url).items():
        setattr(settings, name, value)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MAIL_FOLDER = None


def waiting(number: int, **state: Any) -> OutgoingMail:
    row = outbox.enqueue(
        to=f"number-{number}@example.org",
        words=Words(f"Subject {number}", "words"),
        dedupe_key=f"a:{number}",
        now=timezone.now() - timedelta(hours=2),
    )
    OutgoingMail.objects.filter(pk=row.pk).update(**state)
    return row


class TestTheWayOut:
    def test_it_is_told_and_the_password_never(self, ada: Client, settings: Any) -> None:
        use(settings, f"smtp+tls://postmaster:{PASSWORD}@mail.example.org")
        page = words(ada)
        for text in ("mail.example.org:587", "STARTTLS", "With user name and password"):
            assert text in page
        assert PASSWORD not in page
        assert "None: whoever is on the way" not in page

    def test_what_is_not_encrypted_says_so(self, ada: Client, settings: Any) -> None:
        use(settings, f"smtp://postmaster:{PASSWORD}@mail.example.org")
        assert "can read the mails and the password" in words(ada)
        use(settings, "smtp+ssl://mail.example.org")
        page = words(ada)
        assert "mail.example.org:465" in page
        assert "can read the mails" not in page

    def test_without_a_mail_server_it_says_where_the_files_are(
        self, ada: Client, settings: Any, tmp_path: Path
    ) -> None:
        settings.MAIL_FOLDER = tmp_path
        page = words(ada)
        assert "nobody receives anything" in page
        assert str(tmp_path) in page


class TestWhatIsInTheWay:
    def test_numbers_reasons_and_advice_are_shown(self, ada: Client) -> None:
        now = timezone.now()
        waiting(1)
        waiting(2, attempts=3, last_error="the mail server could not be reached")
        waiting(3, attempts=1, last_error="the address was refused", failed_at=now)
        waiting(4, attempts=1, sent_at=now)
        page = words(ada)
        for text in (
            "Compare host and port", "number-2@example.org", "Subject 2",
            "number-3@example.org", "the address was refused", "2 hours ago",
        ):  # fmt: skip
            assert text in page
        assert "number-1@example.org" not in page
        assert "number-4@example.org" not in page
        found = status.numbers(now)
        assert (found.waiting, found.failed, found.last_sent) == (2, 1, now)

    def test_old_failures_are_not_told_for_ever(self) -> None:
        now = timezone.now()
        waiting(1, failed_at=now - timedelta(days=31), last_error="the address was refused")
        assert status.numbers(now).failed == 0
        assert status.in_trouble(now) == ([], [])

    @pytest.mark.parametrize("count", [1, 50])
    def test_it_costs_the_same_however_many_wait(self, ada: Client, count: int) -> None:
        for number in range(count):
            waiting(number, last_error="the mail server hung up")
            waiting(-number - 1, last_error="the address was refused", failed_at=timezone.now())
        ada.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            ada.get(PAGE)
        assert len(asked) == 6
        assert not any('"body"' in query["sql"] for query in asked)


class TestTheTestMail:
    @pytest.fixture
    def press(self, ada: Client, django_capture_on_commit_callbacks: Any) -> Callable[..., str]:
        def pressed() -> str:
            with django_capture_on_commit_callbacks(execute=False):
                answer = ada.post(PAGE)
            assert answer.status_code == 302
            return str(answer["Location"])

        return pressed

    def test_it_goes_the_way_of_every_mail_and_the_page_tells_how(
        self, ada: Client, press: Callable[..., str]
    ) -> None:
        address = press()
        assert mail.outbox == []
        fragment = ada.get(address, headers={"HX-Request": "true"}).content.decode()
        assert "On its way" in fragment
        assert 'hx-trigger="every 2s"' in fragment
        assert fragment.strip() in ada.get(address).content.decode()
        tasks.sweep_outbox()
        [letter] = mail.outbox
        assert letter.to == ["ada@example.org"]
        assert letter.subject == "Test mail of Lockkeeper at localhost"
        fragment = ada.get(address, headers={"HX-Request": "true"}).content.decode()
        assert "The mail server took it" in fragment
        assert "hx-get" not in fragment

    @pytest.mark.parametrize(
        ("state", "text", "asks_again"),
        [
            ({"last_error": "the mail server hung up"}, "It has not left yet", True),
            (
                {"last_error": "the address was refused", "failed_at": timezone.now()},
                "It failed for good: the address was refused",
                False,
            ),
        ],
    )
    def test_what_is_in_its_way_is_told(
        self,
        ada: Client,
        press: Callable[..., str],
        state: dict[str, Any],
        text: str,
        asks_again: bool,
    ) -> None:
        address = press()
        OutgoingMail.objects.update(**state)
        page = words(ada, address)
        assert text in page
        assert ("hx-get" in page) is asks_again

    def test_it_is_written_down(self, press: Callable[..., str]) -> None:
        press()
        event = AuditEvent.objects.get(action="mails:test_mail:send")
        assert event.actor_label == "Ada <ada@example.org>"

    def test_whoever_keeps_pressing_is_told_to_wait(
        self, ada: Client, press: Callable[..., str]
    ) -> None:
        for _ in range(trial_mail.MAX_TEST_MAILS):
            press()
        assert press() == PAGE
        assert "often enough for now" in words(ada)
        assert OutgoingMail.objects.count() == trial_mail.MAX_TEST_MAILS

    def test_nobody_looks_at_another_ones(self, press: Callable[..., str]) -> None:
        address = press()
        other = cast.client_for(cast.person("second@example.org", administrator=True))
        assert "On its way" not in words(other, address)

    @pytest.mark.parametrize("asked", ["nonsense", "00000000-0000-0000-0000-000000000007", "%00"])
    def test_what_is_no_test_mail_is_not_shown(self, ada: Client, asked: str) -> None:
        assert 'id="test_mail"' not in words(ada, f"{PAGE}?sent={asked}")


def test_auditors_and_others_do_not_look_after_mail() -> None:
    assert cast.client_for(cast.auditor()).get(PAGE).status_code == 403
    assert cast.client_for(cast.alice()).get(PAGE).status_code == 404


def test_the_first_page_leads_there_who_may_open_it(ada: Client) -> None:
    assert 'href="mail/"' in words(ada, "/admin/")
    assert 'href="mail/"' not in words(cast.client_for(cast.auditor()), "/admin/")
