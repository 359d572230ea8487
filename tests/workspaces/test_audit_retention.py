"""Old audit events end: exported before, proven by an event of the chain, refused otherwise."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from common.clock import database_now
from tests import cast
from tests.workspaces.test_audit_chain import change, delete, findings, heads, without_rules
from workspaces import audit, audit_chain, audit_heads, audit_retention
from workspaces.models import AuditEvent, Workspace

pytestmark = pytest.mark.django_db


def aged(place: Workspace, old: int, young: int) -> list[AuditEvent]:
    """A chain whose first events are two years old; its workspace was made before them."""
    now = database_now()
    for number in range(old + young):
        at = now - timedelta(days=730 if number < old else 1)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(audit, "database_now", lambda at=at: at)
            audit.record(f"test:thing:number-{number}", workspace=place)
    return list(AuditEvent.objects.filter(workspace_id=place.pk).order_by("seq"))


def a_place() -> Workspace:
    """A workspace whose first event is two years old, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(audit, "database_now", lambda: database_now() - timedelta(days=731))
        return cast.workspace()


def remove(file: Path, days: int = 400) -> str:
    printed = StringIO()
    call_command("audit_remove", older_than=days, export=str(file), stdout=printed)
    return printed.getvalue()


def test_old_events_end_and_the_chain_goes_on(tmp_path: Path) -> None:
    place = a_place()
    events = aged(place, old=4, young=3)
    anchors = audit_chain.read_anchors(audit_heads.anchor_lines())
    assert "are removed here" in remove(tmp_path / "log")
    left = list(AuditEvent.objects.filter(workspace_id=place.pk).order_by("seq"))
    assert [event.id for event in left[:-1]] == [event.id for event in events[-3:]]
    assert left[-1].details["count"] == 5
    assert left[-1].details["through"] == events[-4].number
    assert findings(anchors) == []
    text = (tmp_path / "log").read_text()
    assert all(str(event.id) in text for event in events)
    aged(place, old=0, young=2)
    assert findings(anchors) == []


def test_a_second_time_removes_what_grew_old_since(tmp_path: Path) -> None:
    place = a_place()
    aged(place, old=2, young=1)
    remove(tmp_path / "one")
    assert "; 0 of them" in remove(tmp_path / "two")
    with pytest.MonkeyPatch.context() as patch:
        later = database_now() + timedelta(days=500)
        patch.setattr("workspaces.management.commands.audit_remove.database_now", lambda: later)
        remove(tmp_path / "three")
    assert [event.action for event in AuditEvent.objects.filter(workspace_id=place.pk)] == [
        audit_chain.REMOVE
    ]
    assert findings() == []
    lines = (tmp_path / "three").read_text().splitlines()
    assert audit_chain.verify_export(lines, {})[1] == []


def test_events_behind_a_young_one_stay(tmp_path: Path) -> None:
    place = cast.workspace()
    aged(place, old=2, young=0)
    remove(tmp_path / "log")
    assert AuditEvent.objects.filter(workspace_id=place.pk).count() == 3


def test_of_a_log_that_is_not_whole_nothing_is_removed(tmp_path: Path) -> None:
    events = aged(a_place(), old=4, young=1)
    with without_rules():
        change(events[2], action="test:thing:lie")
    with pytest.raises(CommandError, match=r"Nothing is removed.*changed"):
        remove(tmp_path / "log")
    assert AuditEvent.objects.filter(pk__in=[event.pk for event in events]).count() == 6


def test_tampering_after_a_removal_is_named(tmp_path: Path) -> None:
    place = a_place()
    aged(place, old=3, young=3)
    remove(tmp_path / "log")
    left = list(AuditEvent.objects.filter(workspace_id=place.pk).order_by("seq"))
    with without_rules():
        delete(left[0])
    assert [(each.kind, each.number) for each in findings()] == [("missing", left[0].number)]


def test_a_checkpoint_that_was_changed_proves_nothing(tmp_path: Path) -> None:
    place = a_place()
    aged(place, old=3, young=3)
    remove(tmp_path / "log")
    last = AuditEvent.objects.filter(workspace_id=place.pk, action=audit_chain.REMOVE).get()
    with without_rules():
        change(last, details={**last.details, "through": 99})
    assert {each.kind for each in findings()} == {"changed", "missing"}


def test_only_what_the_head_names_as_removed_is_let_go(tmp_path: Path) -> None:
    events = aged(a_place(), old=3, young=1)
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        delete(events[0])
    heads(events).update(removed=events[1].number)
    delete(*events[:2])
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        delete(events[2])
    assert [each.kind for each in findings()] == ["changed", "missing"]


def test_a_file_that_exists_is_not_replaced_and_young_events_are_not_removed(
    tmp_path: Path,
) -> None:
    (tmp_path / "log").write_text("mine")
    with pytest.raises(CommandError, match="exists"):
        remove(tmp_path / "log")
    with pytest.raises(CommandError, match="--older-than: at least 90 days"):
        remove(tmp_path / "other", days=30)
    with pytest.raises(CommandError, match="--export: "):
        remove(tmp_path / "no" / "folder")
    assert [*tmp_path.iterdir()] == [tmp_path / "log"]


def test_an_event_that_came_after_the_export_stays(tmp_path: Path) -> None:
    place = a_place()
    last = audit_retention.last_numbers()
    aged(place, old=2, young=0)
    assert audit_retention.remove_before(database_now(), exported=last) > 0
    actions = AuditEvent.objects.filter(workspace_id=place.pk).order_by("seq")
    assert [event.action for event in actions] == [
        "test:thing:number-0",
        "test:thing:number-1",
        audit_chain.REMOVE,
    ]
