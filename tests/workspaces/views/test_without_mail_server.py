"""Without a mail server no page says that a mail is on its way, and a link reaches people."""

import re
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from tests import cast
from tests.workspaces.mailing import sent
from tests.workspaces.walking import PEOPLE, said, text
from workspaces.models import AuditEvent, Invitation, Participant, User

pytestmark = pytest.mark.django_db
LINK = re.compile(r'value="http://localhost:8000(/invitations?/[^"]+)"')
RESET = "/account/password/reset/"


@pytest.fixture(autouse=True)
def no_mail_server(settings: Settings, tmp_path: Path) -> None:
    settings.MAIL_FOLDER = tmp_path


@pytest.fixture
def owner() -> Client:
    cast.workspace()
    return cast.client_for(cast.alice())


def test_an_invitation_shows_its_link_once_and_is_audited_so(owner: Client) -> None:
    assert "Make a link of invitation" in text(owner, PEOPLE)
    page = said(owner, f"{PEOPLE}invite/", email="carol@example.org", role="maintainer")
    found = LINK.search(page)
    assert found, page
    link = found[1]
    assert "on its way" not in page
    assert "pass this link on yourself" in page
    assert link not in text(owner, PEOPLE)
    assert sent() == []
    event = AuditEvent.objects.get(action="workspaces:invitation:send")
    assert event.details == {"role": "maintainer", "delivery": "by link"}
    assert link.split("/")[-2] not in repr(list(AuditEvent.objects.values()))
    assert link.split("/")[-2] not in repr(list(Invitation.objects.values()))
    Client().post(link, {"name": "Carol", "password": cast.PASSWORD})
    assert Participant.objects.get(user__email="carol@example.org").role == "maintainer"


def test_what_is_refused_shows_no_link(owner: Client) -> None:
    said(owner, f"{PEOPLE}invite/", email="carol@example.org", role="viewer")
    again = said(owner, f"{PEOPLE}invite/", email="carol@example.org", role="viewer")
    assert LINK.search(again) is None
    assert 'id="error_summary"' in again


def test_the_page_of_the_reset_asks_for_an_administrator_and_shows_no_link() -> None:
    cast.alice()
    page = text(Client(), RESET)
    assert "Ask its administrator" in page
    assert "password_link" in page
    assert "<form" not in page
    after = said(Client(), RESET, email=cast.alice().email)
    assert "on its way" not in after
    assert "Ask its administrator" in after
    assert "/key/" not in after


def test_a_command_prints_a_link_that_works_once_and_is_audited(
    capsys: pytest.CaptureFixture[str],
) -> None:
    person = cast.alice()
    call_command("password_link", person.email.upper())
    link = capsys.readouterr().out.strip().removeprefix("http://localhost:8000")
    event = AuditEvent.objects.get(action="accounts:password:link")
    assert (event.target_id, event.via, event.details) == (str(person.pk), "command", {})
    browser = Client()
    form = browser.get(link, follow=True)
    new = {"password1": "made-up new passphrase", "password2": "made-up new passphrase"}
    assert browser.post(form.redirect_chain[-1][0], new).status_code == 302
    assert User.objects.get(pk=person.pk).check_password("made-up new passphrase")
    assert "no longer good" in Client().get(link, follow=True).content.decode()


@pytest.mark.parametrize("suspended", [True, False])
def test_the_command_names_what_is_wrong(suspended: bool) -> None:
    person = cast.alice()
    User.objects.filter(pk=person.pk).update(is_active=not suspended)
    address = person.email if suspended else "nobody@example.org"
    with pytest.raises(CommandError, match="suspended" if suspended else "No account"):
        call_command("password_link", address)
    assert not AuditEvent.objects.filter(action="accounts:password:link").exists()


def test_a_deleted_account_gets_no_link_and_the_way_back_is_named() -> None:
    person = cast.bob()
    User.objects.filter(pk=person.pk).update(is_active=False, deleted_at=timezone.now())
    with pytest.raises(CommandError, match=r"account deleted. Run person bring-back bob@"):
        call_command("password_link", person.email)


def test_a_report_is_only_a_file_and_says_so(owner: Client) -> None:
    page = said(owner, "/o/acme/web/credentials/report/", act="send")
    assert "on its way" not in page
    assert "the report for alice@example.org is only a file" in page


def test_another_address_is_not_promised_a_mail(owner: Client) -> None:
    page = said(owner, "/account/email/", action_add="", email="new@example.org")
    assert "on its way" not in page
    assert "No mail leaves this Lockkeeper" in page


def test_a_test_mail_is_a_file_and_not_on_its_way() -> None:
    administrator = cast.person("root@example.org", administrator=True)
    browser = cast.client_for(administrator)
    page = said(browser, "/admin/mail/")
    assert "On its way" not in page
    assert "It becomes a file" in page
    sent()
    assert "The mail server took it" not in text(browser, "/admin/mail/")


def test_with_a_mail_server_the_words_are_the_usual_ones(owner: Client, settings: Settings) -> None:
    settings.MAIL_FOLDER = None
    page = said(owner, f"{PEOPLE}invite/", email="carol@example.org", role="viewer")
    assert "An invitation is on its way to carol@example.org" in page
    assert LINK.search(page) is None
    assert len(sent()) == 1
    assert "<form" in text(Client(), RESET)
