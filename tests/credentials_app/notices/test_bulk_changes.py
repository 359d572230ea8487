"""Changes of many: each writes what the same action writes for one, and can be undone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache

from common.clock import database_now
from credentials_app import tasks
from credentials_app.models import BulkChange, Credential, StatusChange, tags_of
from credentials_app.notices import bulk_changes, muting
from credentials_app.notices.bulk_changes import RIGHTS, Change, change_many, undo
from credentials_app.services import actions, credentials, tags
from credentials_app.services.errors import (
    NothingToChange,
    NothingToUndo,
    OwnerNotHere,
    TagsRefused,
    TokenInPlainField,
    TooManyAtOnce,
)
from credentials_app.status import Status
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from tests.token_samples import SAMPLES
from workspaces.models import AuditEvent
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
DAY = date(2030, 1, 31)
ONE_BY_ONE: dict[str, Callable[[Seat, Credential], Any]] = {
    "pause": actions.pause_credential,
    "resume": actions.resume_credential,
    "snooze": lambda seat, row: muting.snooze(seat, row, 7),
    "acknowledge": muting.acknowledge,
    "owner": lambda seat, row: _edit(seat, row, owner=cast.bob()),
    "ends": lambda seat, row: _edit(seat, row, expires_on=DAY),
    "tag": lambda seat, row: _edit(seat, row, tags=("ci", "prod")),
    "untag": lambda seat, row: _edit(seat, row, tags=("ci",)),
}
VARIES = {"id", "name", "searched_text", "sealed", "asked_at"}
"""What tells two rows apart. Nobody waits at the page of one of many: ``asked_at``."""


def _edit(seat: Seat, row: Credential, **values: Any) -> Credential:
    return credentials.edit_credential(seat, row, replace(credentials.draft_of(row), **values))


@pytest.fixture
def seat() -> Seat:
    cache.clear()
    found = scenes.seat()
    cast.participant(found.workspace, cast.bob())
    return found


def change(action: str) -> Change:
    return Change(action, days=7, owner=cast.bob(), day=DAY, tags=("Prod",))


def bad(seat: Seat, name: str, action: str) -> Credential:
    names = ("ci", "prod") if action == "untag" else ("ci",)
    row = scenes.checked(scenes.stored(name, by=seat, tags=names), Outcome.REJECTED)
    if action == "resume":
        row = actions.pause_credential(seat, row)
    return Credential.objects.get(pk=row.pk)


def values(row: Credential) -> dict[str, Any]:
    row.refresh_from_db()
    names = {"tags": tags_of(Credential.objects.get(pk=row.pk))}
    return names | {f.attname: getattr(row, f.attname) for f in Credential._meta.concrete_fields}


def _without_times(found: dict[str, Any]) -> dict[str, Any]:
    """Each time as whether there is one."""
    kept = {name: value for name, value in found.items() if name not in VARIES}
    return {k: "a time" if isinstance(v, datetime) else v for k, v in kept.items()}


def rows(*found: Credential) -> Any:
    return Credential.objects.filter(pk__in=[row.pk for row in found])


@pytest.mark.parametrize("action", sorted(RIGHTS))
def test_it_writes_what_the_action_writes_for_one(seat: Seat, action: str) -> None:
    one, many = bad(seat, "one", action), bad(seat, "many", action)
    before = values(many)
    ONE_BY_ONE[action](seat, one)
    done = change_many(seat, rows(many), change(action))
    together = values(many)
    assert _without_times(values(one)) == _without_times(together)
    assert together != before
    assert set(done.before) == {str(many.pk)}
    old, new = (list(row.changes.values_list("old", "new", "why")) for row in (one, many))
    assert sorted(old) == sorted(new)


@pytest.mark.parametrize("action", sorted(RIGHTS))
def test_undo_brings_every_value_back(seat: Seat, action: str) -> None:
    found = [bad(seat, f"row-{number}", action) for number in range(3)]
    before = [values(row) for row in found]
    done = change_many(seat, rows(*found), change(action))
    assert undo(seat, done) == 3
    left = {"ends": {"status", "status_since", "next_check_at", "changed_at"}}
    left |= {key: {"changed_at"} for key in ("owner", "tag", "untag")}
    for row, was in zip(found, before, strict=True):
        now = values(row)
        assert {k for k in now if now[k] != was[k]} <= left.get(action, set())
    with pytest.raises(NothingToUndo):
        undo(seat, done)


def test_undo_leaves_what_changed_since(seat: Seat) -> None:
    paused, resumed = bad(seat, "paused", "pause"), bad(seat, "resumed", "pause")
    done = change_many(seat, rows(paused, resumed), change("pause"))
    actions.resume_credential(seat, Credential.objects.get(pk=resumed.pk))
    assert undo(seat, done) == 1
    assert values(paused)["status"] == Status.REFUSED
    assert values(resumed)["status"] == Status.UNVERIFIED


def test_undo_brings_no_status_back_that_was_found_of_another_need(seat: Seat) -> None:
    row = scenes.checked(scenes.stored("row", by=seat), Outcome.VALID)
    done = change_many(seat, rows(row), change("pause"))
    _edit(seat, row, push=True)
    assert undo(seat, done) == 0
    assert values(row)["status"] == Status.PAUSED


def test_undoing_a_resume_pauses_what_was_checked_since(seat: Seat) -> None:
    found = [bad(seat, name, "resume") for name in ("checked", "paused", "edited")]
    done = change_many(seat, rows(*found), change("resume"))
    checked, paused, edited = (Credential.objects.get(pk=row.pk) for row in found)
    scenes.checked(checked, Outcome.VALID)
    actions.pause_credential(seat, paused)
    _edit(seat, edited, push=True)
    assert undo(seat, done) == 1
    now = values(checked)
    assert (now["status"], now["next_check_at"]) == (Status.PAUSED, None)
    assert values(edited)["status"] == Status.UNVERIFIED


def test_another_end_resumes_nothing(seat: Seat) -> None:
    row = bad(seat, "row", "resume")
    done = change_many(seat, rows(row), change("ends"))
    now = values(row)
    assert (now["expires_on"], now["status"], now["next_check_at"]) == (DAY, Status.PAUSED, None)
    assert undo(seat, done) == 1
    assert values(row)["expires_on"] is None


def test_a_status_that_comes_back_is_in_the_history(seat: Seat) -> None:
    row = bad(seat, "row", "pause")
    undo(seat, change_many(seat, rows(row), change("pause")))
    newest = StatusChange.objects.filter(credential=row).order_by("-at").first()
    assert newest
    assert (newest.old, newest.new, newest.why, newest.tell) == ("paused", "refused", "resumed", "")


def test_only_its_person_undoes_it_and_only_for_ten_minutes(seat: Seat) -> None:
    row = bad(seat, "row", "pause")
    done = change_many(seat, rows(row), change("pause"))
    cast.participant(seat.workspace, cast.bob(), "maintainer")
    with pytest.raises(NothingToUndo):
        undo(cast.seat(seat.workspace, cast.bob()), done)
    BulkChange.objects.update(at=database_now() - timedelta(minutes=11))
    with pytest.raises(NothingToUndo):
        undo(seat, done)
    assert values(row)["status"] == Status.PAUSED


def test_what_it_does_not_apply_to_is_left_alone(seat: Seat) -> None:
    row = scenes.checked(scenes.stored("fine", by=seat), Outcome.VALID)
    for action in ("resume", "acknowledge"):
        with pytest.raises(NothingToChange):
            change_many(seat, rows(row), change(action))
    assert not BulkChange.objects.exists()


def test_another_workspace_is_never_changed(seat: Seat) -> None:
    theirs = scenes.stored("theirs", by=cast.seat(cast.workspace("ops")))
    mine = bad(seat, "mine", "pause")
    done = change_many(seat, rows(theirs, mine), change("pause"))
    assert set(done.before) == {str(mine.pk)}
    assert values(theirs)["status"] == Status.UNVERIFIED


def test_a_stranger_becomes_no_owner(seat: Seat) -> None:
    row = bad(seat, "row", "owner")
    with pytest.raises(OwnerNotHere):
        change_many(seat, rows(row), Change("owner", owner=cast.mallory()))


def test_too_many_are_refused_and_nothing_is_changed(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_changes, "MOST_AT_ONCE", 1)
    found = [bad(seat, f"row-{number}", "pause") for number in range(2)]
    with pytest.raises(TooManyAtOnce, match="At most 1 "):
        change_many(seat, rows(*found), change("pause"))
    assert values(found[0])["status"] == Status.REFUSED


def test_one_event_names_all(seat: Seat) -> None:
    found = [bad(seat, f"row-{number}", "pause") for number in range(2)]
    undo(seat, change_many(seat, rows(*found), change("pause")))
    events = AuditEvent.objects.filter(action__startswith="credentials:many:").order_by("seq")
    ids = sorted(str(row.pk) for row in found)
    assert [(event.action, event.details) for event in events] == [
        ("credentials:many:pause", {"count": 2, "ids": ids, "change": "pause"}),
        ("credentials:many:undo", {"count": 2, "ids": ids, "change": "pause"}),
    ]


def test_each_change_of_tags_is_in_the_log_of_its_credential_and_so_is_its_undoing(
    seat: Seat,
) -> None:
    found = [bad(seat, "one", "tag"), bad(seat, "two", "untag")]
    done = change_many(seat, rows(*found), change("tag"))
    assert set(done.before) == {str(found[0].pk)}
    assert undo(seat, done) == 1
    events = AuditEvent.objects.filter(target_id=str(found[0].pk), action__contains=":tags:")
    assert [each.details for each in events.order_by("seq")] == [
        {"old": ["ci"], "new": ["ci", "prod"]},
        {"old": ["ci", "prod"], "new": ["ci"]},
    ]


def test_undo_leaves_tags_that_somebody_changed_since(seat: Seat) -> None:
    row = bad(seat, "row", "tag")
    done = change_many(seat, rows(row), change("tag"))
    _edit(seat, row, tags=("other",))
    assert undo(seat, done) == 0
    assert values(row)["tags"] == ("other",)


def test_one_credential_with_too_many_tags_refuses_the_change_of_all(seat: Seat) -> None:
    full = tuple(f"t{number}" for number in range(20))
    free, laden = bad(seat, "free", "tag"), scenes.stored("laden", by=seat, tags=full)
    with pytest.raises(TagsRefused, match="“laden” would have 21 tags, and 20 are allowed"):
        change_many(seat, rows(free, laden), change("tag"))
    assert values(free)["tags"] == ("ci",)
    assert not BulkChange.objects.exists()


def test_a_bulk_change_stores_no_token_and_no_more_tags_than_a_workspace_may_have(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = bad(seat, "row", "tag")
    with pytest.raises(TokenInPlainField):
        change_many(seat, rows(row), Change("tag", tags=(SAMPLES[0],)))
    monkeypatch.setattr(tags, "MOST_OF_WORKSPACE", 1)
    with pytest.raises(TagsRefused, match="1 different tags"):
        change_many(seat, rows(row), change("tag"))
    assert values(row)["tags"] == ("ci",)


def test_old_ones_are_deleted_by_the_hourly_task(seat: Seat) -> None:
    change_many(seat, rows(bad(seat, "row", "pause")), change("pause"))
    tasks.prune()
    assert BulkChange.objects.count() == 1
    BulkChange.objects.update(at=database_now() - timedelta(days=2))
    tasks.prune()
    assert not BulkChange.objects.exists()
