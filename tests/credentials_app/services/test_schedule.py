"""Setting how often and when: what it writes, whom it hastens, and what it leaves alone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import Settings

from credentials_app import tasks
from credentials_app.models import Credential, WorkspaceRule
from credentials_app.services import credentials
from credentials_app.services.actions import pause_credential
from credentials_app.services.schedule import set_workspace_rule, workspace_rule_of
from tests import cast
from tests.credentials_app import scenes
from workspaces.models import AuditEvent
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
AS_USUAL = "; keep a replaced secret: as usual; tell of new addresses: no"

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def looked_at(
    name: str, *, hours_ago: float, due_in: timedelta, by: Seat | None = None, **more: Any
) -> Credential:
    """A credential that was looked at so long ago and is due in so long."""
    row, now = scenes.stored(name, by=by), timezone.now()
    values = {
        "last_checked_at": now - hours_ago * HOUR,
        "next_check_at": now + due_in,
        "asked_at": None,
        **more,
    }
    Credential.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    return row


def wait(row: Credential) -> timedelta:
    """How long until the next look, from now."""
    row.refresh_from_db()
    assert row.next_check_at is not None
    return row.next_check_at - timezone.now()


def is_about(found: timedelta, expected: timedelta) -> bool:
    return abs(found - expected) < MINUTE


def test_the_rule_is_made_once_and_then_changed() -> None:
    seat = scenes.seat()
    assert workspace_rule_of(seat.workspace) is None
    set_workspace_rule(seat, check_every=2 * HOUR, remind_before=[7, 1])
    set_workspace_rule(seat, check_every=None, remind_before=[])
    rule = WorkspaceRule.objects.get()
    assert (rule.check_every, rule.remind_before) == (None, [])
    assert rule.changed_by == seat.user.email
    events = AuditEvent.objects.filter(action="credentials:schedule:edit")
    assert [event.details for event in events] == [
        {
            "fields": ["check_every", "remind_before"],
            "old": "check every: 2h; remind before: 7, 1" + AS_USUAL,
            "new": "check every: as the instance; remind before: never" + AS_USUAL,
        },
        {
            "fields": ["check_every", "remind_before"],
            "old": "check every: as the instance; remind before: as the instance" + AS_USUAL,
            "new": "check every: 2h; remind before: 7, 1" + AS_USUAL,
        },
    ]


def test_what_changes_nothing_is_no_event() -> None:
    seat = scenes.seat()
    set_workspace_rule(seat, check_every=2 * HOUR, remind_before=None)
    set_workspace_rule(seat, check_every=2 * HOUR, remind_before=None)
    assert AuditEvent.objects.filter(action="credentials:schedule:edit").count() == 1


HASTENED: dict[str, tuple[dict[str, Any], timedelta]] = {
    "looked at an hour ago": ({"hours_ago": 1, "due_in": 11 * HOUR}, HOUR),
    "looked at before an interval": ({"hours_ago": 5, "due_in": 7 * HOUR}, timedelta()),
    "due sooner anyway": ({"hours_ago": 1, "due_in": 10 * MINUTE}, 10 * MINUTE),
    "due already": ({"hours_ago": 13, "due_in": -HOUR}, -HOUR),
    "with an interval of its own": (
        {"hours_ago": 1, "due_in": 11 * HOUR, "check_every": 12 * HOUR},
        11 * HOUR,
    ),
    "refused, so slowed down": (
        {"hours_ago": 1, "due_in": 23 * HOUR, "rejections": 3},
        23 * HOUR,
    ),
    "waiting because a person asked": (
        {"hours_ago": 1, "due_in": 3 * HOUR, "asked_at": timezone.now()},
        3 * HOUR,
    ),
    "never looked at": ({"hours_ago": 1, "due_in": 5 * HOUR, "last_checked_at": None}, 5 * HOUR),
}


@pytest.mark.parametrize("name", HASTENED)
def test_a_shorter_interval_brings_the_next_look_forward(name: str) -> None:
    values, expected = HASTENED[name]
    row = looked_at("one", **values)
    set_workspace_rule(scenes.seat(), check_every=2 * HOUR, remind_before=None)
    assert is_about(wait(row), expected)


def test_what_is_paused_stays_so() -> None:
    seat = scenes.seat()
    row = looked_at("one", by=seat, hours_ago=1, due_in=11 * HOUR)
    pause_credential(seat, row)
    set_workspace_rule(seat, check_every=15 * MINUTE, remind_before=None)
    row.refresh_from_db()
    assert row.next_check_at is None


def test_a_longer_interval_puts_nothing_off() -> None:
    row = looked_at("one", hours_ago=1, due_in=11 * HOUR)
    set_workspace_rule(scenes.seat(), check_every=30 * DAY, remind_before=None)
    assert is_about(wait(row), 11 * HOUR)


def test_back_to_the_instances_interval_is_sooner_too() -> None:
    seat = scenes.seat()
    set_workspace_rule(seat, check_every=30 * DAY, remind_before=None)
    row = looked_at("one", by=seat, hours_ago=1, due_in=29 * DAY)
    set_workspace_rule(seat, check_every=None, remind_before=None)
    assert is_about(wait(row), 11 * HOUR)


def test_another_workspace_is_left_alone() -> None:
    row = looked_at("one", hours_ago=1, due_in=11 * HOUR)
    other = cast.seat(cast.workspace("other"))
    set_workspace_rule(other, check_every=15 * MINUTE, remind_before=None)
    assert is_about(wait(row), 11 * HOUR)


def edited(row: Credential, **values: Any) -> None:
    seat = scenes.seat()
    draft = replace(credentials.draft_of(row), **values)
    credentials.edit_credential(seat, row, draft)


def test_a_credentials_own_shorter_interval_brings_its_next_look_forward() -> None:
    row = looked_at("one", hours_ago=1, due_in=11 * HOUR)
    other = looked_at("two", hours_ago=1, due_in=11 * HOUR)
    edited(row, check_every=2 * HOUR)
    assert is_about(wait(row), HOUR)
    assert is_about(wait(other), 11 * HOUR)
    event = AuditEvent.objects.first()
    assert event is not None
    assert event.details == {"fields": ["check_every"]}
    assert row.asked_at is None


def test_giving_up_its_own_interval_goes_by_the_workspace() -> None:
    row = looked_at("one", hours_ago=1, due_in=9 * DAY, check_every=10 * DAY)
    set_workspace_rule(scenes.seat(), check_every=3 * HOUR, remind_before=None)
    assert is_about(wait(row), 9 * DAY)
    edited(row, check_every=None)
    assert is_about(wait(row), 2 * HOUR)


def test_reminders_of_its_own_are_stored_and_hasten_nothing() -> None:
    row = looked_at("one", hours_ago=1, due_in=11 * HOUR)
    edited(row, remind_before=[5, 2])
    row.refresh_from_db()
    assert row.remind_before == [5, 2]
    assert is_about(wait(row), 11 * HOUR)


@pytest.mark.parametrize("interval", [14 * MINUTE, 30 * DAY + MINUTE])
def test_the_database_takes_no_interval_out_of_bounds(interval: timedelta) -> None:
    row, seat = scenes.stored("one"), scenes.seat()
    with pytest.raises(IntegrityError), transaction.atomic():
        Credential.objects.filter(pk=row.pk).update(check_every=interval)
    with pytest.raises(IntegrityError), transaction.atomic():
        set_workspace_rule(seat, check_every=interval, remind_before=None)


@pytest.mark.parametrize("interval", [15 * MINUTE, 30 * DAY])
def test_the_bounds_themselves_are_stored(interval: timedelta) -> None:
    set_workspace_rule(scenes.seat(), check_every=interval, remind_before=None)
    Credential.objects.filter(pk=scenes.stored("one").pk).update(check_every=interval)
    assert WorkspaceRule.objects.get().check_every == interval


def test_a_shorter_interval_of_the_instance_is_followed_once(settings: Settings) -> None:
    seat = scenes.seat()
    set_workspace_rule(seat, check_every=10 * HOUR, remind_before=None)
    silent = cast.seat(cast.personal())
    by_the_instance = looked_at("one", by=silent, hours_ago=1, due_in=11 * HOUR)
    own = looked_at("two", by=silent, hours_ago=1, due_in=11 * HOUR, check_every=12 * HOUR)
    by_the_workspace = looked_at("three", by=seat, hours_ago=1, due_in=9 * HOUR)
    tasks.follow_the_instance()
    assert is_about(wait(by_the_instance), 11 * HOUR)
    settings.LOCKKEEPER_CHECK_INTERVAL = 2 * HOUR
    tasks.follow_the_instance()
    assert is_about(wait(by_the_instance), HOUR)
    assert is_about(wait(own), 11 * HOUR)
    assert is_about(wait(by_the_workspace), 9 * HOUR)
    Credential.objects.update(next_check_at=timezone.now() + 11 * HOUR)
    tasks.follow_the_instance()
    assert is_about(wait(by_the_instance), 11 * HOUR)
