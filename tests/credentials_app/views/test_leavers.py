"""The page of leavers, and what the report and its mail say of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.clock import database_now
from credentials_app import tasks
from credentials_app.reports.mail import report_mail
from credentials_app.reports.queries import collect
from credentials_app.reports.scope import ReportScope
from credentials_app.services import leavers
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.services.test_leavers import bob_works, remove
from workspaces.models import Workspace
from workspaces.models.roles import Role

pytestmark = pytest.mark.django_db
PAGE = "/o/acme/web/credentials/leavers/"


def text(answer: object) -> str:
    return " ".join(getattr(answer, "content", b"").decode().split())


@pytest.fixture
def left() -> Workspace:
    place = bob_works()
    remove(place, cast.bob())
    tasks.list_leavers()
    return place


def test_the_page_says_who_left_and_what_they_knew(left: Workspace) -> None:
    page = text(cast.client_for(cast.alice()).get(PAGE))
    assert "<strong>3</strong> secrets to replace" in page
    assert 'Bob<small class="wrap">bob@example.org</small>' in page
    assert "was removed from the workspace" in page
    for why in ("Stored the secret.", "Opened the secret.", "Owned the credential."):
        assert why in page
    assert "It has no owner here now: <a" in page


def test_a_reader_reads_it_and_ticks_nothing_off(left: Workspace) -> None:
    cast.participant(left, cast.person("vera@example.org"), Role.VIEWER)
    browser = cast.client_for(cast.person("vera@example.org"))
    page = text(browser.get(PAGE))
    assert "Stored the secret." in page
    assert "Tick off" not in page
    assert browser.post(PAGE, {"whole": "on", "reason": "no"}).status_code == 403
    assert leavers.known_secrets(left.pk).count() == 3


def test_what_is_ticked_is_ticked_off_with_a_reason(left: Workspace) -> None:
    browser = cast.client_for(cast.alice())
    key = str(leavers.known_secrets(left.pk).get(credential__name="stored").pk)
    page = text(browser.post(PAGE, {"pk": key, "reason": ""}))
    assert "Say why these secrets stay as they are." in page
    assert f'value="{key}" aria-label="Select stored, known to Bob" checked' in page
    page = text(browser.post(PAGE, {"reason": "closed there"}))
    assert "Tick the secrets that stay as they are." in page
    assert 'value="closed there"' in page
    page = text(browser.post(PAGE, {"pk": [key, "no key"], "reason": "closed there"}, follow=True))
    assert "1 secret was ticked off." in page
    page = text(browser.post(PAGE, {"whole": "on", "reason": "all closed"}, follow=True))
    assert "2 secrets were ticked off." in page
    assert "Nothing to replace" in page
    page = text(browser.post(PAGE, {"pk": key, "reason": "again"}, follow=True))
    assert "somebody did it before" in page


def test_the_page_asks_as_much_for_three_as_for_fifty(left: Workspace) -> None:
    browser = cast.client_for(cast.alice())
    with CaptureQueriesContext(connection) as few:
        browser.get(PAGE)
    bob = cast.participant(left, cast.bob(), Role.MAINTAINER)
    for number in range(50):
        scenes.stored(f"more-{number}", by=cast.seat(left, bob))
    remove(left, bob)
    tasks.list_leavers()
    with CaptureQueriesContext(connection) as many:
        page = text(browser.get(PAGE))
    assert page.count('name="pk"') == 50
    assert "<strong>53</strong>" in page
    assert len(many) == len(few) <= 8


def test_the_report_and_its_mail_name_them_until_the_list_is_empty(left: Workspace) -> None:
    page = text(cast.client_for(cast.alice()).get("/o/acme/web/credentials/report/"))
    assert "Known to people who left" in page
    assert "3 to replace" in page
    assert "Bob left and may know the secret." in page
    assert PAGE in page
    scope = ReportScope(cast.alice(), left)
    now = database_now()
    words = report_mail(scope, collect(scope, since=now, now=now))
    assert "3 to replace" in words.subject
    assert "KNOWN TO PEOPLE WHO LEFT: 3" in words.text
    owned = "- owned, Bob left and may know the secret: replace it, and choose an owner"
    assert owned in words.text
    assert "- stored, Bob left and may know the secret: replace it\n" in words.text
    assert "Known to people who left: 3" in words.html
    leavers.settle_known(cast.seat(left), None, reason="done")
    words = report_mail(scope, collect(scope, since=now, now=now))
    assert "to replace" not in words.subject
    assert "WHO LEFT" not in words.text
    assert "who left" not in words.html


def test_the_people_page_leads_there() -> None:
    cast.workspace()
    assert PAGE in text(cast.client_for(cast.alice()).get("/o/acme/web/people/"))


def test_one_s_own_credentials_have_no_such_page() -> None:
    browser = cast.client_for(cast.alice())
    assert browser.get("/me/credentials/leavers/").status_code == 404
