"""A mail server that is silent holds up mails one at a time, and checks not at all."""

from collections.abc import Iterator
from typing import Any

import pytest

from common import mail_pause, outbox
from common.clock import database_now
from common.mail_failures import FAILURES
from common.models import OutgoingMail
from common.outbox import Words
from config.mail.url import settings_for
from tests.servers.process import free_port
from tests.servers.smtp import Mailbox, smtp
from workspaces import tasks

pytestmark = pytest.mark.django_db
MANY, PATIENCE_S = 20, 1.5


@pytest.fixture
def silent(settings: Any) -> Iterator[Mailbox]:
    """A mail server that does not say that it took a mail."""
    with smtp() as server:
        use(settings, server.url)
        server.silent_s = 30
        yield server
        server.silent_s = 0


def use(settings: Any, url: str) -> None:
    for name, value in settings_for(url).items():
        setattr(settings, name, value)
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = PATIENCE_S


def fill(count: int = MANY) -> list[str]:
    now, said = database_now(), Words("Subject", "words")
    rows = [
        outbox.enqueue(to="a@example.org", words=said, dedupe_key=f"{number}", now=now)
        for number in range(count)
    ]
    return [str(row.pk) for row in rows]


def tried() -> int:
    return OutgoingMail.objects.filter(attempts__gt=0).count()


def test_a_sweep_asks_a_silent_server_once(silent: Mailbox) -> None:
    fill()
    tasks.sweep_outbox()
    assert (tried(), silent.offered) == (1, 1)


def test_after_that_nobody_is_held_up_by_it(silent: Mailbox) -> None:
    keys = fill()
    for pk in keys:
        tasks.deliver_mail(pk)
    assert (tried(), silent.offered) == (1, 1)


def test_every_sweep_tries_another_mail_and_all_leave_when_it_is_back(
    silent: Mailbox, settings: Any
) -> None:
    fill()
    tasks.sweep_outbox()
    tasks.sweep_outbox()
    assert tried() == 2
    with smtp() as well:
        use(settings, well.url)
        mail_pause.pause()  # this process does not know yet
        tasks.sweep_outbox()
        assert len(well.wait_for(MANY - 2)) == MANY - 2
        assert not mail_pause.is_paused()


def test_after_a_rest_mails_are_sent_at_once_again(
    silent: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks.deliver_mail(fill(1)[0])
    assert mail_pause.is_paused()
    monkeypatch.setattr(mail_pause, "PAUSE_S", 0.0)
    mail_pause.pause()
    assert not mail_pause.is_paused()


def test_an_address_that_is_refused_holds_up_nobody(settings: Any) -> None:
    with smtp() as server:
        use(settings, server.url)
        server.refuse_recipients = "550 No such user"
        fill()
        tasks.sweep_outbox()
    assert tried() == MANY
    assert not mail_pause.is_paused()


def test_the_failure_of_one_server_is_not_that_of_another(settings: Any) -> None:
    use(settings, f"smtp://127.0.0.1:{free_port()}")
    tasks.deliver_mail(fill(1)[0])
    assert mail_pause.is_paused()
    use(settings, f"smtp://127.0.0.1:{free_port()}")
    assert not mail_pause.is_paused()


def test_what_is_about_one_mail_is_no_failure_of_the_server() -> None:
    about_one = {failure.word for failure in FAILURES if not failure.of_server}
    assert about_one == {
        "the mail could not be opened",
        "the address was refused",
        "our own address was refused",
        "the mail server refused the mail",
        "the mail server hung up",
        "the mail server did not go along",
        "the mail could not be sent",
    }
