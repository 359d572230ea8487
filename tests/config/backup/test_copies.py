"""The copies that Lockkeeper makes by itself: one a day, and one before each migration."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from common.crypto import get_key_ring
from config import tasks
from config.backup import backup, content
from config.backup.archive import verify
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _embedded(settings: LazySettings, tmp_path: Path) -> None:
    settings.LOCKKEEPER_EMBEDDED, settings.LOCKKEEPER_DATA = True, tmp_path
    cast.alice()


def test_a_copy_is_made_once_a_day_and_kept_for_seven_days() -> None:
    now = timezone.now()
    first = backup.copy_if_due(now)
    assert first is not None
    assert verify(first, get_key_ring()).database
    assert first.stat().st_mode & 0o777 == 0o600
    assert first.parent.stat().st_mode & 0o777 == 0o700
    assert backup.copy_if_due(now + timedelta(hours=22)) is None
    day_later = backup.copy_if_due(now + timedelta(hours=24))
    assert day_later is not None
    old = (now - timedelta(days=6)).timestamp()
    os.utime(first, (old, old))
    third = backup.copy_if_due(now + timedelta(days=2))
    assert backup.copies(backup.DAILY) == [third, day_later], "the first is older than seven days"


def test_a_copy_that_was_interrupted_is_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(backup, "write_to", full)
        with pytest.raises(OSError, match="No space left"):
            backup.copy_if_due(timezone.now())
    assert list(backup.backup_folder().iterdir()) == []
    assert backup.copy_if_due(timezone.now()) is not None


def test_what_a_killed_process_left_behind_is_deleted_with_a_later_copy() -> None:
    folder, now = backup.backup_folder(), timezone.now()
    folder.mkdir()
    for name in (".daily-1.backup.unfinished", ".backup-old/copy", ".backup-new/copy"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("made up")
    old = (now - timedelta(days=1)).timestamp()
    for name in (".daily-1.backup.unfinished", ".backup-old"):
        os.utime(folder / name, (old, old))
    made = backup.copy_if_due(now)
    assert made is not None
    assert sorted(folder.iterdir()) == [folder / ".backup-new", made]


@pytest.mark.embedded  # PostgreSQL needs no copy
def test_the_copy_that_sqlite_needs_is_beside_the_output_and_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere, seen = tmp_path / "another-disk", []
    chunks_of = content.chunks_of

    def looked_at(copy: Path) -> Iterator[bytes]:
        modes = [path.stat().st_mode & 0o777 for path in (copy, copy.parent)]
        seen.append((copy.parent.parent, modes))
        return chunks_of(copy)

    monkeypatch.setattr(content, "chunks_of", looked_at)
    backup.write_backup(elsewhere / "one.backup")
    assert seen == [(elsewhere, [0o600, 0o700])]
    assert [file.name for file in elsewhere.iterdir()] == ["one.backup"]
    monkeypatch.setattr(content, "chunks_of", lambda copy: iter([b"", copy.read_text()]))
    with pytest.raises(UnicodeDecodeError):
        backup.write_backup(elsewhere / "two.backup")
    assert [file.name for file in elsewhere.iterdir()] == ["one.backup"]


def fill_a_disk(folder: Path, *, by_django: bool) -> None:
    """SQLite says that there is no room; Django says the same in an error of its own."""
    with closing(sqlite3.connect(folder / "small.sqlite3")) as small:
        small.execute("PRAGMA max_page_count = 2")
        try:
            small.execute("CREATE TABLE t AS SELECT zeroblob(100000)")
        except sqlite3.OperationalError as full:
            if by_django:
                raise OperationalError from full
            raise


@pytest.mark.parametrize("by_django", [True, False])
def test_a_full_disk_is_named_when_sqlite_says_it(tmp_path: Path, *, by_django: bool) -> None:
    words = f"No space left on device: '{tmp_path}'"
    with pytest.raises(OSError, match=words), content.full_disk_named(tmp_path):
        fill_a_disk(tmp_path, by_django=by_django)


def test_other_faults_of_the_database_stay_what_they_are(tmp_path: Path) -> None:
    opened = sqlite3.connect(":memory:")
    missing = pytest.raises(sqlite3.OperationalError, match="no such table")
    with closing(opened), missing, content.full_disk_named(tmp_path):
        opened.execute("SELECT * FROM absent")


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_the_commands_say_where_the_disk_is_full(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        with content.full_disk_named(tmp_path):
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("config.management.commands.restore.restore_backup", full)
    monkeypatch.setattr(backup, "write_to", full)
    given = tmp_path / "given"
    given.write_bytes(b"made up")
    words = [str(given)] if command == "restore" else ["--output", str(tmp_path / "new.backup")]
    with pytest.raises(CommandError, match=f"No space left on device: {tmp_path}"):
        call_command(command, *words)


def test_the_timetable_makes_it_in_the_embedded_mode_only(settings: LazySettings) -> None:
    settings.LOCKKEEPER_EMBEDDED = False
    tasks.make_daily_copy()
    assert backup.copies(backup.DAILY) == []
    settings.LOCKKEEPER_EMBEDDED = True
    tasks.make_daily_copy()
    assert len(backup.copies(backup.DAILY)) == 1


def test_before_a_migration_a_copy_is_made_and_three_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = timezone.now()
    assert not backup.write_before_migration(backup.new_file(backup.BEFORE_MIGRATION, now))
    assert backup.copies(backup.BEFORE_MIGRATION) == [], "no migration is due"
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["one"])
    for day in range(4):
        file = backup.new_file(backup.BEFORE_MIGRATION, now + timedelta(days=day))
        assert backup.write_before_migration(file)
    kept = backup.copies(backup.BEFORE_MIGRATION)
    assert len(kept) == 3
    assert kept[0] == file
    assert verify(file, get_key_ring())
