"""What a restore replaces is kept whole, also when its journal cannot be written back."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from config.backup import restore

pytestmark = pytest.mark.django_db(transaction=True)


def rows(file: Path) -> list[tuple[str]]:
    with closing(sqlite3.connect(file)) as opened:
        return opened.execute("select word from said order by word").fetchall()


def test_the_last_writes_are_kept_though_their_journal_stays(tmp_path: Path) -> None:
    database = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(database)) as writer, closing(sqlite3.connect(database)) as reader:
        writer.execute("pragma journal_mode = wal")
        writer.execute("create table said (word text)")
        writer.execute("insert into said values ('first')")
        writer.commit()
        reader.execute("begin")
        reader.execute("select * from said").fetchall()
        writer.execute("insert into said values ('last')")
        writer.commit()
        # The reader holds the journal, as a full disk would.
        restore.keep_former(database)
        assert database.with_name("db.sqlite3.before-restore-wal").stat().st_size
    assert rows(tmp_path / "db.sqlite3.before-restore") == [("first",), ("last",)]


def test_a_database_that_is_at_rest_is_kept_as_one_file(tmp_path: Path) -> None:
    database = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(database)) as writer:
        writer.execute("pragma journal_mode = wal")
        writer.execute("create table said (word text)")
        writer.execute("insert into said values ('first')")
        writer.commit()
    restore.keep_former(database)
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "db.sqlite3",
        "db.sqlite3.before-restore",
    ]
    assert rows(tmp_path / "db.sqlite3.before-restore") == [("first",)]


def test_without_a_database_nothing_is_kept(tmp_path: Path) -> None:
    restore.keep_former(tmp_path / "db.sqlite3")
    assert list(tmp_path.iterdir()) == []
