"""A credential's own interval and reminders: in its form, and on its page."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from credentials_app.models import Credential
from credentials_app.services import credentials
from credentials_app.services.schedule import set_workspace_rule
from tests.credentials_app import scenes
from tests.credentials_app.forms.test_refused_input import GOOD
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)

BAD: dict[str, tuple[str, str, str]] = {
    "a number alone": ("check_every", "12", "minutes, hours or days, such as 45m"),
    "a word": ("check_every", "often", "minutes, hours or days"),
    "a time of day": ("check_every", "12:00", "minutes, hours or days"),
    "far too long a text": ("check_every", "1" * 31, "minutes, hours or days"),
    "14 minutes": ("check_every", "14m", "At least 15 minutes and at most 30 days"),
    "31 days": ("check_every", "31d", "At least 15 minutes and at most 30 days"),
    "days with words": ("remind_before", "7 days", "whole days parted by commas"),
    "half a day": ("remind_before", "0.5", "whole days"),
    "a day after the end": ("remind_before", "-1", "whole days"),
    "only commas": ("remind_before", ",,", "whole days"),
    "more than a year": ("remind_before", "30, 366", "at most 365 days"),
    "never and sometimes": ("remind_before", "none, 7", "whole days"),
}
GOOD_ONES: dict[str, tuple[str, Any, str, Any]] = {
    "both": ("45m", timedelta(minutes=45), "30, 7,1", [30, 7, 1]),
    "out of order and twice": ("7 days", timedelta(days=7), "1 7 1 0", [7, 1, 0]),
    "never": ("", None, "None", []),
    "neither": ("", None, "", None),
    "the bounds": ("30d", timedelta(days=30), "365 0", [365, 0]),
}


def add(visitor: Client, seat: Seat, **values: str) -> Any:
    return visitor.post(credentials_url(seat.workspace, "add"), {**GOOD, "act": "add", **values})


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_schedule_is_told_at_its_field(seat: Seat, visitor: Client, case: str) -> None:
    field, typed, sentence = BAD[case]
    page = add(visitor, seat, **{field: typed}).content.decode()
    told = re.search(rf'<div id="id_{field}_error">(.*?)</div>', page, re.DOTALL)
    assert told
    assert sentence in told[1]
    assert '<details class="more" id="own_schedule" open>' in page
    assert not Credential.objects.exists()


@pytest.mark.parametrize("case", GOOD_ONES)
def test_what_is_typed_is_stored(seat: Seat, visitor: Client, case: str) -> None:
    every, interval, before, days = GOOD_ONES[case]
    assert add(visitor, seat, check_every=every, remind_before=before).status_code == 302
    row = Credential.objects.get()
    assert (row.check_every, row.remind_before) == (interval, days)


def test_the_form_shows_what_is_stored_and_keeps_it(seat: Seat, visitor: Client) -> None:
    row = scenes.stored("deploy", by=seat, check_every=36 * HOUR, remind_before=[7, 0])
    address = credentials_url(seat.workspace, "edit", pk=row.pk)
    page = visitor.get(address).content.decode()
    assert '<details class="more" id="own_schedule" open>' in page
    values = dict(re.findall(r'name="(check_every|remind_before|seen)" value="([^"]*)"', page))
    assert values["check_every"] == "36h"
    assert values["remind_before"] == "7, 0"
    assert visitor.post(address, {**GOOD, **values, "secret": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.check_every, row.remind_before) == (36 * HOUR, [7, 0])


def test_who_wants_no_reminders_reads_so(seat: Seat, visitor: Client) -> None:
    row = scenes.stored("deploy", by=seat, remind_before=[])
    page = visitor.get(credentials_url(seat.workspace, "edit", pk=row.pk)).content.decode()
    assert 'name="remind_before" value="none"' in page


def test_an_empty_field_says_what_holds_instead(seat: Seat, visitor: Client) -> None:
    address = credentials_url(seat.workspace, "add")
    page = visitor.get(address).content.decode()
    assert "Empty: every 12 hours, as everywhere here." in page
    assert '<details class="more" id="own_schedule">' in page
    set_workspace_rule(seat, check_every=2 * HOUR, remind_before=[5])
    page = visitor.get(address).content.decode()
    assert "Empty: every 2 hours, set for the workspace." in page
    assert "Empty: 5 days before, set for the workspace." in page


def test_the_second_of_two_tabs_sees_the_schedule_that_is_stored(
    seat: Seat, visitor: Client
) -> None:
    row = scenes.stored("deploy", by=seat)
    address = credentials_url(seat.workspace, "edit", pk=row.pk)
    seen = re.search(r'name="seen" value="([^"]*)"', visitor.get(address).content.decode())
    assert seen
    theirs = scenes.draft(secret=None, check_every=6 * HOUR, remind_before=[3, 0])
    credentials.edit_credential(seat, row, theirs)
    page = visitor.post(address, {**GOOD, "secret": "", "seen": seen[1]}).content.decode()
    assert re.search(r"<dt>Check every</dt><dd[^>]*>(<p>)?6 hours", page)
    assert "3 days before, and on the last day" in page
