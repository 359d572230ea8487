"""A backup of a whole instance comes back; what is wrong is refused, and nothing is touched."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest

from tests.config.backup.place import LONG_S, SHOW, TOKEN, fill, new_machine
from tests.config.installation import KEY, OTHER_KEY, PROJECT, Installation, production
from tests.credentials_app import scenes
from tests.credentials_app.everything_sealed import BODY, SECOND

pytestmark = [pytest.mark.database, pytest.mark.timeout(600)]
MANAGE = "manage.py"


def shown(place: Installation) -> dict[str, Any]:
    """What the tables hold, read by a process of its own."""
    done = place.run(MANAGE, "shell", "-v0", "-c", SHOW)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Installation, Path]]:
    """An installation with rows, and a backup of it."""
    with new_machine(tmp_path_factory.mktemp("filled")) as place:
        fill(place)
        file = place.folder / "first.backup"
        made = place.run(MANAGE, "backup", "--output", str(file))
        assert made.returncode == 0, made.stderr
        yield place, file


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    """Another machine, with the same key and an empty database."""
    with new_machine(tmp_path) as place:
        yield place


def test_the_file_is_for_its_owner_and_has_neither_key_nor_secret(
    filled: tuple[Installation, Path],
) -> None:
    place, file = filled
    assert file.stat().st_mode & 0o777 == 0o600
    again = place.run(MANAGE, "backup", "--output", str(file))
    assert again.returncode == 1
    assert f"{file} exists" in again.stderr
    from config.backup.archive import parts

    content = file.read_bytes() + b"".join(chunk for _, each in parts(file) for chunk in each)
    for secret in (KEY, scenes.PASSWORD, SECOND, BODY, TOKEN, "made-up-session"):
        assert secret.encode() not in content
    assert b"alice@example.org" in content, "the rows are there"


def test_an_instance_comes_back_on_another_machine(
    filled: tuple[Installation, Path], empty: Installation
) -> None:
    source, file = filled
    before = shown(source)
    assert (before["sessions"], before["token"], before["fetches"]) == (1, "works", 1)
    done = empty.run(MANAGE, "restore", str(file), within_s=LONG_S)
    assert done.returncode == 0, done.stderr
    assert "is whole; it needs key" in done.stdout
    after = shown(empty)
    assert after["secrets"] == before["secrets"]
    assert len(after["secrets"]) == 4
    assert (after["people"], after["mails"]) == (before["people"], before["mails"])
    assert (after["sessions"], after["paused"]) == (0, 1)
    assert (after["token"], after["fetches"]) == ("tokens_paused", 1)
    assert after["events"] == before["events"] + 1
    assert after["newest"] == "instance:backup:restore"
    doctor = json.loads(empty.run(MANAGE, "doctor", "--stopped", "--all-seals", "--json").stdout)
    bad = [each for each in doctor["findings"] if each["severity"] == "problem"]
    assert bad == []
    assert [each["severity"] for each in doctor["findings"] if each["name"] == "audit log"] == [
        "ok"
    ]
    again = empty.run(MANAGE, "backup", "--output", str(empty.folder / "second.backup"))
    assert again.returncode == 0, again.stderr
    third = empty.run(MANAGE, "restore", str(empty.folder / "second.backup"), within_s=LONG_S)
    assert third.returncode == 0, third.stderr
    went_on = empty.run(MANAGE, "restore", "--continue")
    assert went_on.returncode == 0, went_on.stderr
    after = shown(empty)
    assert (after["newest"], after["paused"]) == ("instance:backup:continue", 0)
    assert after["token"] == "works"
    assert after["events"] == before["events"] + 3, "new rows get new numbers"
    assert empty.run(MANAGE, "restore", "--continue").returncode == 1
    if not empty.environment["DATABASE_URL"].startswith("postgres"):
        assert (empty.folder / "db.sqlite3.before-restore").exists(), "what was replaced is kept"
        assert not list(empty.folder.glob(".db.sqlite3*"))


def suspended(place: Installation, *words: str) -> None:
    """Write an event of the instance for each word."""
    for word in words:
        assert place.run(MANAGE, "person", word, "mallory@example.org").returncode == 0


def verified(place: Installation, anchors: Path | None = None) -> tuple[int, str]:
    named = ("--anchors", str(anchors)) if anchors else ()
    done = place.run(MANAGE, "audit_verify", *named)
    return done.returncode, done.stdout


def anchored(place: Installation, file: Path) -> Path:
    """Write anchors of now to this file."""
    file.write_text(place.run(MANAGE, "audit_export", "--anchors").stdout)
    return file


def restored(place: Installation, file: Path) -> None:
    done = place.run(MANAGE, "restore", str(file), within_s=LONG_S)
    assert done.returncode == 0, done.stderr


def test_the_log_is_whole_but_for_what_a_restore_took_away(tmp_path: Path) -> None:
    with new_machine(tmp_path) as place:
        fill(place)
        file, anchors = tmp_path / "early.backup", tmp_path / "anchors.jsonl"
        assert place.run(MANAGE, "backup", "--output", str(file)).returncode == 0
        suspended(place, "suspend", "bring-back")
        lost = anchored(place, tmp_path / "lost.jsonl")
        suspended(place, "suspend")
        anchored(place, anchors)
        assert verified(place, anchors)[0] == 0
        restored(place, file)
        code, said = verified(place, anchors)
        assert (code, verified(place)[0]) == (0, 0), said
        assert "1 anchors name events that a restore took away" in said
        assert verified(place, lost)[0] == 0
        never = tmp_path / "never.jsonl"
        last = json.loads(anchors.read_text().splitlines()[-1])
        never.write_text(json.dumps(last | {"hash": "0" * 64}))
        assert verified(place, never)[0] == 1, "this was never the last event"
        suspended(place, "suspend", "bring-back", "suspend", "bring-back")
        assert verified(place, anchors)[0] == 0, "the log has grown past them"
        restored(place, file)
        assert verified(place, anchors)[0] == 0, "the second restore says what the first one said"
        forged = json.loads(lost.read_text().splitlines()[-1])
        for change in ({"number": forged["number"] + 50}, {"at": "2030-01-01T00:00:00+00:00"}):
            lost.write_text(json.dumps(forged | change))
            code, said = verified(place, lost)
            assert (code, "instance: cut:" in said or "forged" in said) == (1, True), said


def test_on_a_new_machine_what_came_after_the_backup_is_the_gap(
    filled: tuple[Installation, Path], empty: Installation
) -> None:
    source, file = filled
    before = anchored(source, empty.folder / "before.jsonl")
    last = json.loads(before.read_text().splitlines()[-1])
    after = empty.folder / "after.jsonl"
    lost = last | {"number": last["number"] + 2, "hash": "1" * 64}
    after.write_text(json.dumps(lost))
    another = "from workspaces import audit; audit.record('test:log:begin', actor='command')"
    for command in (("migrate", "-v0"), ("createcachetable",), ("shell", "-v0", "-c", another)):
        assert empty.run(MANAGE, *command, within_s=LONG_S).returncode == 0
    own = anchored(empty, empty.folder / "own.jsonl")
    restored(empty, file)
    for anchors in (before, after, own):
        code, said = verified(empty, anchors)
        assert code == 0, said
    after.write_text(json.dumps(lost | {"at": "2026-01-01T00:00:00+00:00"}))
    assert verified(empty, after)[0] == 1, "an event of before the backup cannot be lost"


def test_a_backup_goes_through_pipes(
    filled: tuple[Installation, Path], empty: Installation
) -> None:
    source, _ = filled
    out = empty.folder / "piped.backup"
    command = f"{sys.executable} manage.py backup --output - > {out}"
    subprocess.run(["sh", "-c", command], cwd=PROJECT, env=source.variables({}), check=True)
    back = f"{sys.executable} manage.py restore - < {out}"
    subprocess.run(["sh", "-c", back], cwd=PROJECT, env=empty.variables({}), check=True)
    assert shown(empty)["secrets"] == shown(source)["secrets"]


def test_a_link_to_the_database_stays_and_the_rows_come_where_it_leads(tmp_path: Path) -> None:
    place = production(tmp_path)
    fill(place)
    before, file = shown(place), tmp_path / "rows.backup"
    assert place.run(MANAGE, "backup", "--output", str(file)).returncode == 0
    elsewhere, link = tmp_path / "another-disk", tmp_path / "db.sqlite3"
    elsewhere.mkdir(mode=0o700)
    link.rename(elsewhere / "rows.sqlite3")
    link.symlink_to(elsewhere / "rows.sqlite3")
    done = place.run(MANAGE, "restore", str(file), within_s=LONG_S)
    assert done.returncode == 0, done.stderr
    assert link.is_symlink()
    assert (elsewhere / "rows.sqlite3.before-restore").exists()
    assert shown(place)["secrets"] == before["secrets"]


def refused(place: Installation, file: Path, **changes: str) -> str:
    """Restore in vain; the tables are as before."""
    before = shown(place)
    done = place.run(MANAGE, "restore", str(file), changes=changes, within_s=LONG_S)
    assert done.returncode == 1, done.stdout
    assert shown(place) == before
    assert "Nothing was changed." in done.stderr
    return done.stderr


def test_what_is_wrong_is_refused_and_nothing_is_touched(
    filled: tuple[Installation, Path], tmp_path: Path
) -> None:
    place, file = filled
    words = refused(place, file, LOCKKEEPER_KEYS=OTHER_KEY)
    from common.crypto import KeyRing

    assert KeyRing.parse(KEY).names[0] in words
    assert KeyRing.parse(OTHER_KEY).names[0] in words
    damaged = tmp_path / "damaged.backup"
    content = file.read_bytes()
    damaged.write_bytes(content[:-400] + bytes([content[-400] ^ 1]) + content[-399:])
    assert "damaged" in refused(place, damaged)
    damaged.write_bytes(content[: len(content) // 2])
    assert "damaged" in refused(place, damaged)
    damaged.write_bytes(b"made up")
    assert "no backup of Lockkeeper" in refused(place, damaged)
    assert "No such file" in refused(place, tmp_path / "absent.backup")


def test_a_backup_that_is_encrypted_opens_with_the_private_key_only(
    filled: tuple[Installation, Path], empty: Installation
) -> None:
    source, _ = filled
    owner, stranger = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    file, identity = empty.folder / "for-owner.backup", empty.folder / "identity"
    made = source.run(MANAGE, "backup", "--output", str(file), "--to", str(owner.to_public()))
    assert made.returncode == 0, made.stderr
    assert b"alice@example.org" not in file.read_bytes()
    assert "name the private key with --identity" in refused_empty(empty, file)
    identity.write_text(f"# made up\n{stranger}\n")
    assert "does not open this backup" in refused_empty(empty, file, "--identity", str(identity))
    identity.write_text(f"# made up\n{owner}\n")
    done = empty.run(MANAGE, "restore", str(file), "--identity", str(identity), within_s=LONG_S)
    assert done.returncode == 0, done.stderr
    assert shown(empty)["secrets"] == shown(source)["secrets"]
    assert not [name for name in os.listdir(empty.data) if name.startswith("tmp")]
    wrong = source.run(MANAGE, "backup", "--output", str(empty.folder / "x"), "--to", "age1madeup")
    assert "no age public key" in wrong.stderr
    assert not (empty.folder / "x").exists()


def refused_empty(place: Installation, file: Path, *options: str) -> str:
    done = place.run(MANAGE, "restore", str(file), *options, within_s=LONG_S)
    assert done.returncode == 1
    return done.stderr
