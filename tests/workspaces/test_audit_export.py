"""The export of the audit log, its verifier on another machine, and the anchors of each day."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from tests import cast
from workspaces import audit, audit_chain, audit_heads, tasks
from workspaces.models import Workspace

pytestmark = pytest.mark.django_db

VERIFIER = Path(audit_chain.__file__)


def filled() -> Workspace:
    place = cast.workspace()
    for number in range(5):
        details = {"ids": ["ä", str(number)], "count": number}
        audit.record("test:thing:make", seat=cast.seat(place), details=details)
        audit.record("test:thing:elsewhere", seat=cast.seat(cast.workspace("other")))
    return place


def exported(*arguments: str) -> str:
    printed = StringIO()
    call_command("audit_export", *arguments, stdout=printed)
    return printed.getvalue()


def verified(*files: Path) -> "subprocess.CompletedProcess[str]":
    """By the one file, without site packages, environment or working folder."""
    command = [sys.executable, "-I", "-S", str(VERIFIER), *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")


def test_an_export_is_verified_by_one_file_alone(tmp_path: Path) -> None:
    filled()
    (tmp_path / "log").write_text(exported())
    (tmp_path / "anchors").write_text(exported("--anchors"))
    done = verified(tmp_path / "log", tmp_path / "anchors")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("events: whole.\n")


def test_the_export_of_one_workspace_has_nothing_of_another(tmp_path: Path) -> None:
    place = filled()
    text = exported("--workspace", str(place.pk))
    assert "elsewhere" not in text
    assert text.count("test:thing:make") == 5
    (tmp_path / "log").write_text(text)
    assert verified(tmp_path / "log").returncode == 0


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (lambda lines: [*lines[:-1], lines[-1].replace("Alice", "Mallory")], "changed"),
        (lambda lines: [*lines[:-3], *lines[-2:]], "missing"),
        (lambda lines: lines[:-1], "cut"),
        (lambda lines: [*lines, lines[-1]], "inserted"),
        (lambda lines: [*lines[:-2], lines[-1], lines[-2]], "swapped"),
    ],
    ids=["a field changed", "a line gone", "the end cut", "a line twice", "two swapped"],
)
def test_a_changed_export_is_not_whole(tmp_path: Path, tamper: object, words: str) -> None:
    place = filled()
    lines = exported("--workspace", str(place.pk)).splitlines()
    assert callable(tamper)
    (tmp_path / "log").write_text("\n".join(tamper(lines)))
    done = verified(tmp_path / "log")
    assert done.returncode == 1
    assert f"{place.pk}: {words}: " in done.stdout


@pytest.mark.parametrize("text", ["no json", "[1]", '{"number": 1}', '{"format": "else"}'])
def test_what_is_no_export_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "log").write_text(text)
    done = verified(tmp_path / "log")
    assert done.returncode == 2
    assert done.stderr.startswith("It cannot be read")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["nonsense", "12b61f34-633c-466d-8fc5-45302a2ad3fb"])
def test_a_workspace_that_is_none_is_named(name: str) -> None:
    with pytest.raises(CommandError, match=f"--workspace: .*{name}"):
        exported("--workspace", name)


def test_the_anchors_of_a_day_are_written_once(tmp_path: Path, settings: LazySettings) -> None:
    filled()
    settings.LOCKKEEPER_AUDIT_ANCHORS = str(tmp_path / "anchors")
    tasks.anchor_the_audit_log()
    [file] = (tmp_path / "anchors").iterdir()
    text = file.read_text()
    assert len(text.splitlines()) == len(audit_heads.heads_of())
    assert {*json.loads(text.splitlines()[0])} == {"at", "chain", "number", "hash"}
    audit.record("test:thing:later")
    tasks.anchor_the_audit_log()
    assert [*(tmp_path / "anchors").iterdir()] == [file]
    assert file.read_text() == text
    call_command("audit_verify", anchors=str(file), stdout=StringIO())


def test_a_folder_that_cannot_be_written_is_named_in_the_log(
    tmp_path: Path, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    settings.LOCKKEEPER_AUDIT_ANCHORS = str(tmp_path / "file" / "anchors")
    tasks.anchor_the_audit_log()
    assert f"cannot be written to {tmp_path}/file/anchors" in caplog.text


def test_without_a_folder_no_anchors_are_written(
    tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LOCKKEEPER_AUDIT_ANCHORS = ""
    monkeypatch.chdir(tmp_path)
    tasks.anchor_the_audit_log()
    assert [*tmp_path.iterdir()] == []


def test_a_file_that_has_no_anchors_is_refused(tmp_path: Path) -> None:
    (tmp_path / "anchors").write_text('{"chain": 1}')
    with pytest.raises(CommandError, match=r"--anchors: .*cannot be read as anchors"):
        call_command("audit_verify", anchors=str(tmp_path / "anchors"), stdout=StringIO())
