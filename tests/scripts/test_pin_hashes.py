"""The hashes of packages: a pin without its own fails, and pip refuses another file."""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from scripts import pin_hashes
from scripts.pin_hashes import faults_of, hashes_of, pins_in, with_hashes

TEXT = """# What we chose.

one==1.0
two[extra]==2.0
# A comment between.
three==3.0
"""
HASHES = {"one": ("1" * 64,), "two": ("2" * 64, "3" * 64), "three": ("4" * 64,)}


def file(name: str, digest: str) -> dict[str, Any]:
    return {"filename": name, "hashes": {"sha256": digest}}


def test_a_file_with_its_hashes_has_no_fault_and_stays_the_same() -> None:
    text = with_hashes(TEXT, HASHES)
    assert list(faults_of(text)) == []
    assert with_hashes(text, HASHES) == text
    assert {pin.name: pin.hashes for pin in pins_in(text)} == HASHES
    assert "# A comment between.\nthree==3.0 \\\n    --hash=sha256:444" in text
    assert "two[extra]==2.0 \\\n    --hash=sha256:222" in text


CHANGES = {
    "a version was changed": ("two[extra]==2.0", "two[extra]==2.1"),
    "a hash was changed": ("1" * 64, "5" * 64),
    "a hash was removed": (f" \\\n    --hash=sha256:{'3' * 64}", ""),
    "all hashes of a pin were removed": (f" \\\n    --hash=sha256:{'4' * 64}", ""),
    "a pin was added": ("# A comment between.", "four==4.0"),
    "a pin was removed": (f"one==1.0 \\\n    --hash=sha256:{'1' * 64}\n", ""),
    "the digest was removed": ("# digest of", "# nothing of"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_stale_or_missing_hash_is_a_fault(name: str) -> None:
    before, after = CHANGES[name]
    text = with_hashes(TEXT, HASHES)
    assert before in text
    found = list(faults_of(text.replace(before, after)))
    assert found
    assert all("run .venv/bin/python scripts/pin_hashes.py" in sentence for sentence in found)


def test_the_check_fails_by_its_exit_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pin_hashes, "ROOT", tmp_path)
    for name in pin_hashes.FILES:
        (tmp_path / name).write_text(with_hashes(TEXT, HASHES))
    assert pin_hashes.main(["--check"]) == 0
    (tmp_path / "requirements.txt").write_text(TEXT)
    assert pin_hashes.main(["--check"]) == 1
    assert "requirements.txt: one has no hash" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "fits"),
    [
        ("some-1.0-py3-none-any.whl", True),
        ("some-1.0-py2.py3-none-any.whl", True),
        ("some-1.0-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", True),
        ("some-1.0-cp314-cp314-manylinux_2_28_aarch64.whl", True),
        ("some-1.0-cp39-abi3-manylinux_2_28_x86_64.whl", True),
        ("some-1.0-py3-none-manylinux_2_28_x86_64.whl", True),
        ("some-1.0-cp310-cp310-manylinux_2_28_x86_64.whl", False),
        ("some-1.0-cp313-cp313t-manylinux_2_28_x86_64.whl", False),
        ("some-1.0-cp311-cp311-musllinux_1_2_x86_64.whl", False),
        ("some-1.0-cp311-cp311-macosx_11_0_arm64.whl", False),
        ("some-1.0-cp311-cp311-win_amd64.whl", False),
        ("some-1.0-cp311-cp311-manylinux_2_28_s390x.whl", False),
        ("some-1.1-py3-none-any.whl", False),
    ],
)
def test_which_wheels_are_taken(name: str, fits: bool) -> None:
    files = [file(name, "a"), file("some-1.0-cp312-cp312-manylinux_2_28_x86_64.whl", "b")]
    assert ("a" in hashes_of("some", "1.0", files)) is fits


def test_a_package_without_a_wheel_has_its_source_archive() -> None:
    files = [file("some-1.0.tar.gz", "s"), file("some-1.0-cp311-cp311-win_amd64.whl", "w")]
    assert hashes_of("some", "1.0", files) == ("s",)
    with pytest.raises(SystemExit, match=r"no file of some 2\.0"):
        hashes_of("some", "2.0", [*files, file("some-1.0.exe", "x")])


@pytest.mark.parametrize("changed", [False, True], ids=["the same file", "another file"])
def test_pip_refuses_a_file_with_another_hash(changed: bool, tmp_path: Path) -> None:
    wheel = tmp_path / "madeup_package-1.0-py3-none-any.whl"
    info = "madeup_package-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: madeup-package\nVersion: 1.0"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    pins = with_hashes("madeup-package==1.0\n", {"madeup-package": (digest,)})
    (tmp_path / "requirements.txt").write_text(pins)
    if changed:
        with zipfile.ZipFile(wheel, "a") as archive:
            archive.writestr("madeup.py", "raise SystemExit")
    options = ["--no-index", "--find-links", str(tmp_path), "--target", str(tmp_path / "out")]
    pip = [sys.executable, "-m", "pip", "install", "--quiet", *options, "--require-hashes"]
    ended = subprocess.run(
        [*pip, "-r", str(tmp_path / "requirements.txt")],
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert (ended.returncode == 0) is not changed, ended.stderr
    assert ("DO NOT MATCH THE HASHES" in ended.stderr) is changed
