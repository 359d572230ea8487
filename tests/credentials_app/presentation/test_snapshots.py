"""What a process keeps of overviews: for half a minute, for the same workspaces and changes."""

import time

import pytest
from django.utils import timezone

from credentials_app.models import Credential
from credentials_app.notices import muting
from credentials_app.overview.overview import Overview, read_overview
from credentials_app.overview.scope import OverviewScope
from credentials_app.presentation import snapshots
from credentials_app.presentation.snapshots import LIFE_S, MOST, Snapshots
from tests import cast
from tests.credentials_app import scenes
from workspaces import audit
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    Snapshots.forget_all()


class Reader:
    """Reads empty overviews and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> Overview:
        self.count += 1
        return read_overview(OverviewScope((cast.personal(),)), timezone.now())


def test_a_snapshot_is_read_once_and_again_when_it_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    read, start = Reader(), time.monotonic()
    for seconds, count in ((0, 1), (LIFE_S - 1, 1), (LIFE_S, 2), (LIFE_S + 1, 2)):
        monkeypatch.setattr(snapshots.time, "monotonic", lambda s=seconds: start + s)
        Snapshots.get("here", read)
        assert read.count == count, seconds


def test_other_workspaces_and_newer_changes_have_snapshots_of_their_own() -> None:
    read = Reader()
    web, data = cast.workspace(), cast.workspace("data")
    keys = [OverviewScope(places).key for places in ((web,), (data,), (web, data), (data, web))]
    for key in [(keys[0], 1), (keys[0], 2), (keys[1], 1), (keys[2], 1), (keys[3], 1)]:
        Snapshots.get(key, read)
    assert read.count == 4


def test_only_so_many_are_kept() -> None:
    read = Reader()
    made = read()
    for number in range(MOST + 1):
        Snapshots.get(number, lambda: made)
    Snapshots.get(MOST, read)
    assert read.count == 1
    Snapshots.get(0, read)
    assert read.count == 2


def test_a_page_is_rendered_once_for_each_kind_of_reader() -> None:
    snapshot = Snapshots.get("here", Reader())
    assert snapshot.page("may write", lambda: "with buttons") == "with buttons"
    assert snapshot.page("may read", lambda: "without") == "without"
    assert snapshot.page("may write", lambda: "never rendered") == "with buttons"


def test_the_newest_change_moves_with_what_people_do_and_with_a_status() -> None:
    seat = scenes.seat()
    row = scenes.stored(by=seat)
    seen = [audit.newest_change([seat.workspace])]
    muting.snooze(seat, row, 7)
    seen.append(audit.newest_change([seat.workspace]))
    scenes.checked(row, scenes.verdict())
    assert Credential.objects.get().status == "valid"
    seen.append(audit.newest_change([seat.workspace]))
    assert sorted(set(seen)) == seen


def test_an_opened_secret_is_no_change_and_another_workspace_has_its_own() -> None:
    seat = scenes.seat()
    row = scenes.stored(by=seat)
    scenes.checked(row, scenes.verdict())
    before = audit.newest_change([seat.workspace])
    scenes.checked(row, scenes.verdict())
    audit.record("test:thing:make", seat=cast.seat(cast.workspace("data")))
    assert audit.newest_change([seat.workspace]) == before
    assert audit.newest_change([]) == 0


def test_a_change_that_becomes_visible_after_a_later_one_moves_it_too() -> None:
    """Two people at the same moment: who began first may end last, on PostgreSQL."""
    seat = scenes.seat()
    newest = audit.record("credentials:credential:edit", seat=seat)
    values = {"workspace_id": seat.workspace.pk, "action": "credentials:credential:edit"}
    AuditEvent.objects.create(seq=newest.seq + 100, **values)
    before = audit.newest_change([seat.workspace])
    AuditEvent.objects.create(seq=newest.seq + 50, **values)
    assert audit.newest_change([seat.workspace]) > before
