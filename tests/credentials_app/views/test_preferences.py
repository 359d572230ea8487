"""The page where people choose what they hear."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import outbox
from common.clock import database_now
from common.models import OutgoingMail
from common.outbox import Words
from credentials_app.models import Audience, Delivery, NoticePreference
from credentials_app.notices import preferences
from tests import cast
from tests.credentials_app.scenes import NOON
from workspaces.models import AuditEvent, Workspace

pytestmark = pytest.mark.django_db
PAGE = "/account/notices/"


def said(place: Workspace, pace: str = "daily", reach: str = "own") -> dict[str, str]:
    return {f"{place.pk}-pace": pace, f"{place.pk}-reach": reach}


def test_it_shows_each_workspace_with_what_is_chosen() -> None:
    place = cast.workspace()
    preferences.set_preference(
        cast.alice(), place, pace=Delivery.DAILY, reach=Audience.OWN, now=NOON, caller=cast.CALLER
    )
    page = cast.client_for(cast.alice()).get(PAGE).content.decode()
    assert "Acme / Web" in page
    assert '<option value="daily" selected>' in page
    assert '<option value="own" selected>' in page
    assert "All (by your role)" in page


def test_what_is_chosen_is_stored_with_an_event_and_only_where_it_changed() -> None:
    here, there = cast.workspace(), cast.workspace("ops")
    browser = cast.client_for(cast.alice())
    answer = browser.post(PAGE, {**said(here), **said(there, "at_once", "")})
    assert answer.headers["Location"] == PAGE
    row = NoticePreference.objects.get()
    assert (row.person, row.workspace, row.pace, row.reach) == (
        cast.alice(),
        here,
        Delivery.DAILY,
        Audience.OWN,
    )
    event = AuditEvent.objects.get(action=preferences.CHANGE)
    assert (event.actor_id, event.details) == (cast.alice().pk, {"action": "daily"})


@pytest.mark.parametrize("wrong", [{"pace": "hourly"}, {"reach": "everything"}])
def test_what_is_no_choice_is_refused_at_its_field(wrong: dict[str, str]) -> None:
    place = cast.workspace()
    answer = cast.client_for(cast.alice()).post(PAGE, said(place, **wrong))
    assert answer.status_code == 200
    assert b"is not one of the available choices" in answer.content
    assert not NoticePreference.objects.exists()


def test_nobody_chooses_for_a_workspace_that_is_not_theirs() -> None:
    place = cast.workspace()
    cast.client_for(cast.mallory()).post(PAGE, said(place))
    assert not NoticePreference.objects.exists()


def failed(to: str, subject: str, number: int = 0) -> None:
    mail = outbox.enqueue(
        to=to, words=Words(subject, "text"), dedupe_key=f"{to}{number}", now=database_now()
    )
    OutgoingMail.objects.filter(pk=mail.pk).update(
        failed_at=database_now(), last_error="the address was refused"
    )


def test_it_shows_mails_to_oneself_that_were_given_up_and_nobody_elses() -> None:
    failed("alice@example.org", "deploy: expired")
    failed("bob@example.org", "secret of bob")
    page = cast.client_for(cast.alice()).get(PAGE).content.decode()
    assert "deploy: expired" in page
    assert "the address was refused" in page
    assert "secret of bob" not in page


def test_a_page_asks_the_database_as_often_for_fifty_as_for_one() -> None:
    cast.workspace()
    browser, counts = cast.client_for(cast.alice()), []
    for numbers in (range(0), range(50)):
        for number in numbers:
            cast.workspace(f"number-{number}")
            failed("alice@example.org", "deploy: expired", number)
        browser.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(PAGE).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 8


def test_the_account_and_its_menu_lead_there() -> None:
    page = cast.client_for(cast.alice()).get("/account/").content.decode()
    assert page.count(f'href="{PAGE}"') == 2


def as_shown(text: str) -> dict[str, str]:
    """What a browser would send of this page as it stands."""
    hidden = re.findall(r'name="(initial-[^"]+)"(?: value="([^"]*)")?', text)
    selects = re.findall(r'<select name="([^"]+)".*?</select>', text, re.DOTALL)
    chosen = re.findall(r'<option value="([^"]*)" selected>', text)
    assert len(selects) == len(chosen) == len(hidden)
    return {**dict(hidden), **dict(zip(selects, chosen, strict=True))}


def test_a_page_that_is_old_by_now_takes_nothing_back_that_was_chosen_elsewhere() -> None:
    here, there = cast.workspace(), cast.workspace("ops")
    browser = cast.client_for(cast.alice())
    old = as_shown(browser.get(PAGE).content.decode())
    preferences.set_preference(
        cast.alice(), here, pace=Delivery.NOTHING, now=NOON, caller=cast.CALLER, by_link=True
    )
    browser.post(PAGE, {**old, f"{there.pk}-pace": "daily", f"{here.pk}-reach": "own"})
    rows = NoticePreference.objects.values_list("workspace", "pace", "reach")
    assert set(rows) == {(here.pk, "nothing", "own"), (there.pk, "daily", "")}


def test_as_it_was_shown_it_stores_nothing() -> None:
    cast.workspace()
    browser = cast.client_for(cast.alice())
    browser.post(PAGE, as_shown(browser.get(PAGE).content.decode()))
    assert not NoticePreference.objects.exists()


def test_who_has_three_hundred_workspaces_can_save_too() -> None:
    home = cast.workspace().organization
    Workspace.objects.bulk_create(
        Workspace(organization=home, name=f"W{number}", slug=f"w{number}") for number in range(300)
    )
    browser = cast.client_for(cast.alice())
    said = as_shown(browser.get(PAGE).content.decode())
    last = next(name for name in reversed(said) if name.endswith("-pace"))
    assert browser.post(PAGE, {**said, last: "daily"}).status_code == 302
    assert NoticePreference.objects.get().pace == Delivery.DAILY
