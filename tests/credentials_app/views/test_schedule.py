"""The page of the schedule: who sees it, who changes it, what it says, what it costs."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from credentials_app.models import Credential, WorkspaceRule
from credentials_app.services.schedule import set_workspace_rule
from tests import cast
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
MOST = 8
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def page(visitor: Client, seat: Seat) -> str:
    answer = visitor.get(credentials_url(seat.workspace, "schedule"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_typed_holds_from_then_on(visitor: Client, seat: Seat) -> None:
    address = credentials_url(seat.workspace, "schedule")
    answer = visitor.post(address, {"check_every": "90m", "remind_before": "10, 2, 0"})
    assert answer.url == address
    rule = WorkspaceRule.objects.get()
    assert (rule.check_every, rule.remind_before) == (1.5 * HOUR, [10, 2, 0])
    told = page(visitor, seat)
    assert 'value="90m"' in told
    assert 'value="10, 2, 0"' in told


def test_empty_fields_go_back_to_the_instance(visitor: Client, seat: Seat) -> None:
    set_workspace_rule(seat, check_every=HOUR, remind_before=[])
    assert 'name="remind_before" value="none"' in page(visitor, seat)
    visitor.post(
        credentials_url(seat.workspace, "schedule"), {"check_every": "", "remind_before": ""}
    )
    rule = WorkspaceRule.objects.get()
    assert (rule.check_every, rule.remind_before) == (None, None)
    assert "Empty: every 12 hours, as everywhere here." in page(visitor, seat)


def test_what_cannot_stand_is_told_and_stored_nowhere(visitor: Client, seat: Seat) -> None:
    values = {"check_every": "5m", "remind_before": "soon"}
    told = visitor.post(credentials_url(seat.workspace, "schedule"), values).content.decode()
    assert "2 things need your attention" in told
    assert "At least 15 minutes and at most 30 days" in told
    assert "whole days parted by commas" in told
    assert 'value="5m"' in told
    assert not WorkspaceRule.objects.exists()


def test_a_viewer_reads_what_holds_and_changes_nothing(seat: Seat) -> None:
    set_workspace_rule(seat, check_every=3 * DAY, remind_before=[7, 1])
    viewer = cast.client_for(cast.participant(seat.workspace, cast.bob(), "viewer"))
    told = page(viewer, seat)
    assert "<dd>3 days<small>set for the workspace</small></dd>" in told
    assert "<dd>7 and 1 days before<small>set for the workspace</small></dd>" in told
    assert "schedule_form" not in told
    answer = viewer.post(credentials_url(seat.workspace, "schedule"), {"check_every": "1h"})
    assert answer.status_code == 403
    assert WorkspaceRule.objects.get().check_every == 3 * DAY


def test_those_with_a_schedule_of_their_own_are_named(visitor: Client, seat: Seat) -> None:
    scenes.stored("plain", by=seat)
    scenes.stored("often", by=seat, check_every=HOUR)
    scenes.stored("quiet", by=seat, remind_before=[])
    scenes.stored("elsewhere", by=cast.seat(cast.personal()), check_every=HOUR)
    told = page(visitor, seat)
    assert told.index(">often</a>") < told.index(">quiet</a>")
    assert ">plain</a>" not in told
    assert ">elsewhere</a>" not in told
    assert "1 hour<small>set for this credential</small>" in told
    assert "never<small>set for this credential</small>" in told


@pytest.mark.parametrize("rows", [1, 60])
def test_the_page_costs_the_same_for_one_and_for_many(
    visitor: Client, seat: Seat, rows: int
) -> None:
    for number in range(rows):
        scenes.stored(f"row-{number:02}", by=seat)
    Credential.objects.update(check_every=HOUR)
    page(visitor, seat)
    with CaptureQueriesContext(connection) as seen:
        told = page(visitor, seat)
    assert len(seen) <= MOST
    assert told.count("row-link") == min(rows, 50)
    assert ("The first 50 by name." in told) == (rows > 50)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0", timedelta()), ("7d", 7 * DAY), ("36 hours", 36 * HOUR), ("", None)],
)
def test_the_time_that_a_replaced_secret_is_kept_is_set_here(
    visitor: Client, seat: Seat, typed: str, kept: timedelta | None
) -> None:
    set_workspace_rule(seat, check_every=None, remind_before=None, keep_former=HOUR)
    visitor.post(credentials_url(seat.workspace, "schedule"), {"keep_former": typed})
    assert WorkspaceRule.objects.get().keep_former == kept
    told = page(visitor, seat)
    assert "Empty: 3 days." in told
    assert ('name="keep_former" value="0"' in told) == (typed == "0")


@pytest.mark.parametrize(
    ("typed", "words"),
    [("for ever", "Write a number of hours or days"), ("31d", "At most 30 days")],
)
def test_a_time_that_is_none_or_too_long_is_told(
    visitor: Client, seat: Seat, typed: str, words: str
) -> None:
    address = credentials_url(seat.workspace, "schedule")
    told = visitor.post(address, {"keep_former": typed}).content.decode()
    assert words in told
    assert not WorkspaceRule.objects.exists()


def test_a_viewer_reads_how_long_a_replaced_secret_is_kept(seat: Seat) -> None:
    viewer = cast.client_for(cast.participant(seat.workspace, cast.bob(), "viewer"))
    assert "<dt>Keep a replaced secret for</dt><dd>3 days</dd>" in page(viewer, seat)
    set_workspace_rule(seat, check_every=None, remind_before=None, keep_former=timedelta())
    assert "<dt>Keep a replaced secret for</dt><dd>not at all</dd>" in page(viewer, seat)


def test_new_addresses_are_told_only_where_somebody_has_chosen_it(
    visitor: Client, seat: Seat
) -> None:
    address = credentials_url(seat.workspace, "schedule")
    box = 'name="tell_new_address"'
    assert " checked" not in page(visitor, seat).partition(box)[2].partition(">")[0]
    visitor.post(address, {"check_every": "", "remind_before": "", "tell_new_address": "on"})
    assert WorkspaceRule.objects.get().tell_new_address
    assert " checked" in page(visitor, seat).partition(box)[2].partition(">")[0]
    viewer = cast.client_for(cast.participant(seat.workspace, cast.bob(), "viewer"))
    assert "<dt>Notices of new addresses</dt><dd>yes</dd>" in page(viewer, seat)
    visitor.post(address, {"check_every": "", "remind_before": ""})
    assert not WorkspaceRule.objects.get().tell_new_address


def test_the_page_says_when_a_credential_is_checked_next(visitor: Client, seat: Seat) -> None:
    set_workspace_rule(seat, check_every=6 * HOUR, remind_before=[7, 0])
    with time_machine.travel(datetime(2026, 11, 2, 12, tzinfo=UTC), tick=False):
        found = visitor.get(credentials_url(seat.workspace, "schedule")).context["next_checks"]
    assert [at.strftime("%d %H") for at in found] == ["02 18", "03 00", "03 06", "03 12"]
    assert "checked again every 6 hours" in page(visitor, seat)
