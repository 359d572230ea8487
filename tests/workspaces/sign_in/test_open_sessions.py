"""A person sees where they are signed in, and ends what they do not know."""

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.tasks import forget_old_sessions
from tests import cast
from workspaces.models import AuditEvent, BrowserSession
from workspaces.sign_in import open_sessions

pytestmark = pytest.mark.django_db
PAGE = "/account/sessions/"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"


@pytest.fixture(autouse=True)
def _no_throttle() -> None:
    cache.clear()


def browser(agent: str = FIREFOX, *, email: str = "alice@example.org", at: str = "") -> Client:
    cast.person(email)
    made = Client(headers={"user-agent": agent}, REMOTE_ADDR=at or "192.0.2.7")
    said = {"login": email, "password": cast.PASSWORD}
    assert made.post("/account/login/", said).status_code == 302
    return made


def is_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def own_row(client: Client) -> BrowserSession:
    found = open_sessions.open_sessions(cast.alice(), client.session)
    return BrowserSession.objects.get(pk=next(each.id for each in found if each.is_this))


def test_each_browser_is_a_line_and_ones_own_comes_first() -> None:
    mine, other = browser(FIREFOX), browser(SAFARI, at="198.51.100.7")
    page = mine.get(PAGE).content.decode()
    assert page.index("Firefox on Linux") < page.index("Safari on iPhone")
    assert "192.0.2.7" in page
    assert "198.51.100.7" in page
    theirs = open_sessions.open_sessions(cast.alice(), other.session)
    assert [each.browser for each in theirs] == ["Safari on iPhone", "Firefox on Linux"]


def test_no_column_of_the_table_is_a_cookie() -> None:
    client = browser()
    row = BrowserSession.objects.get()
    assert client.session.session_key not in {str(value) for value in vars(row).values()}


def test_another_browser_is_ended_and_this_one_goes_on() -> None:
    mine, other = browser(), browser(SAFARI)
    assert mine.post(f"{PAGE}{own_row(other).pk}/end/").status_code == 302
    assert is_in(mine)
    assert not is_in(other)
    assert AuditEvent.objects.filter(action="accounts:sessions:end").count() == 1


def test_all_others_are_ended_with_one_button() -> None:
    mine, others = browser(), [browser(SAFARI), browser(FIREFOX)]
    mine.post(f"{PAGE}end-others/")
    assert is_in(mine)
    assert not any(is_in(other) for other in others)
    assert Session.objects.count() == BrowserSession.objects.count() == 1
    assert AuditEvent.objects.get(action="accounts:sessions:end").details == {"count": 2}
    mine.post(f"{PAGE}end-others/")
    assert AuditEvent.objects.filter(action="accounts:sessions:end").count() == 1


def test_a_session_of_somebody_else_looks_like_none() -> None:
    mine, bobs = browser(), browser(email="bob@example.org")
    foreign = mine.post(f"{PAGE}{BrowserSession.objects.get(person=cast.bob()).pk}/end/")
    absent = mine.post(f"{PAGE}{UUID(int=7)}/end/")
    assert foreign.status_code == absent.status_code == 404
    assert TOKEN.sub(b"", foreign.content) == TOKEN.sub(b"", absent.content)
    assert is_in(bobs)
    assert "bob" not in mine.get(PAGE).content.decode()


def test_a_sign_out_and_a_session_that_is_over_leave_the_list() -> None:
    mine, left = browser(), browser(SAFARI)
    left.post("/account/logout/")
    assert len(open_sessions.open_sessions(cast.alice(), mine.session)) == 1
    forget_old_sessions()
    assert BrowserSession.objects.count() == 1


def test_a_changed_password_ends_the_others_and_keeps_the_line_of_this_one() -> None:
    mine, other = browser(), browser(SAFARI)
    before = own_row(mine).pk
    new = "another-made-up-password"
    said = {"oldpassword": cast.PASSWORD, "password1": new, "password2": new}
    assert mine.post("/account/password/change/", said).status_code == 302
    assert is_in(mine)
    assert not is_in(other)
    assert own_row(mine).pk == before
    assert BrowserSession.objects.count() == 1


def test_the_last_use_is_written_every_five_minutes_with_its_address() -> None:
    noon = datetime(2026, 11, 2, 12, tzinfo=UTC)
    with time_machine.travel(noon, tick=False) as clock:
        client = browser()
        clock.shift(timedelta(minutes=4))
        client.get(PAGE, REMOTE_ADDR="198.51.100.9")
        assert BrowserSession.objects.get().seen_at == noon
        clock.shift(timedelta(minutes=1))
        client.get(PAGE, REMOTE_ADDR="198.51.100.9")
    row = BrowserSession.objects.get()
    assert (row.seen_at, row.address) == (noon + timedelta(minutes=5), "198.51.100.9")


def test_what_a_browser_calls_itself_is_shown_as_text_and_cut() -> None:
    client = browser("<script>alert(1)</script>" + "x" * 400)
    assert len(BrowserSession.objects.get().agent) == 200
    page = client.get(PAGE).content.decode()
    assert "<script>alert" not in page
    assert "A browser that says nothing about itself" in page


def test_the_page_asks_as_much_for_one_session_as_for_fifty() -> None:
    client = browser()
    with CaptureQueriesContext(connection) as one:
        assert client.get(PAGE).content.decode().count("<tr>") == 2
    for _ in range(49):
        cast.client_for(cast.alice())
    with CaptureQueriesContext(connection) as fifty:
        assert client.get(PAGE).content.decode().count("<tr>") == 51
    assert len(fifty) == len(one) <= 8


WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/130.0 Safari/537.36", "Chrome on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/130.0 Edg/130.0", "Edge on Windows"),
        (f"Mozilla/5.0 (X11; CrOS x86_64) {WEBKIT} Chrome/130.0", "Chrome on ChromeOS"),
        (f"Mozilla/5.0 (Linux; Android 15) {WEBKIT} Chrome/130.0", "Chrome on Android"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) Version/18.0 Safari/605.1",
            "Safari on macOS",
        ),
        ("Mozilla/5.0 (iPhone; like Mac OS X) FxiOS/140.0 Safari/604.1", "Firefox on iPhone"),
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} OPR/115.0 Chrome/130.0", "Opera on Linux"),
        ("curl/8.10", "curl"),
        ("", "A browser that says nothing about itself"),
    ],
)
def test_browser_and_system_are_named(agent: str, name: str) -> None:
    assert open_sessions.browser_name(agent) == name
