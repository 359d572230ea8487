"""`make mutate` finds the tests of what it changes, and never writes to the tree."""

import importlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from tests.rules.code import ROOT

SCRIPTS = ROOT / "scripts"
MODULES = [SCRIPTS / "mutate.py", *SCRIPTS.glob("mutation_*.py")]
CODE = '''"""Made up for a test."""


def larger(first: int, second: int) -> int:
    return first if first > second else second
'''
TEST = '''"""Made up for a test."""

from common.made_up import larger


def test_larger() -> None:
    assert larger(2, 1) == 2
    assert larger(1, 2) == 2
'''
SLOW_TEST = """import pathlib, time

from common.made_up import larger


def test_larger() -> None:
    assert larger(2, 1) == 2
    pathlib.Path("{sign}").write_text("")
    time.sleep(60)
"""


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    return importlib.import_module("mutate")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project of one function and its test, in git."""
    texts = {
        **{f"scripts/{path.name}": path.read_text(encoding="utf-8") for path in MODULES},
        "common/__init__.py": "",
        "common/made_up.py": CODE,
        "tests/__init__.py": "",
        "tests/common/__init__.py": "",
        "tests/common/test_made_up.py": TEST,
        "pyproject.toml": "[tool.pytest.ini_options]\nmarkers = ['long: made up']\n",
    }
    root = tmp_path / "tree"
    for name, text in texts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    for command in (("init", "-q"), ("add", ".")):
        subprocess.run(["git", *command], cwd=root, check=True)
    return root


def start(tree: Path, module: str) -> "subprocess.Popen[str]":
    copies = tree.parent / "copies"
    copies.mkdir()
    return subprocess.Popen(
        [sys.executable, "scripts/mutate.py", module],
        cwd=tree,
        env={"PATH": os.environ["PATH"], "HOME": str(copies), "TMPDIR": str(copies)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def changes(tree: Path) -> str:
    """What differs from the files that were added to git, without Python's own files."""
    listed = subprocess.run(
        ["git", "status", "--short", "--", ":!*__pycache__*"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return "".join(line for line in listed if not line.startswith("A  "))


def test_every_area_has_code_and_tests(script: ModuleType) -> None:
    files = script.known_files()
    for name, area in script.AREAS.items():
        chosen = script.select(name, files)
        for place in area.code:
            assert any(code.startswith(place) for code in chosen.code), (name, place)
        assert set(area.further_tests) <= set(files), name
        for test in area.too_slow:
            file, _, function = test.partition("::")
            assert file in chosen.tests
            assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8")
        assert chosen.tests


def test_a_file_is_tested_by_its_mirror_and_by_what_its_area_lists(script: ModuleType) -> None:
    files = script.known_files()
    chosen = script.select("common/fields.py", files)
    assert chosen.code == ("common/fields.py",)
    further = script.AREAS["sealing"].further_tests
    assert set(chosen.tests) == {"tests/common/test_fields.py", *further}
    alone = script.select("common/paging.py", files)
    assert alone.tests == ("tests/common/test_paging.py",)


def test_a_folder_is_all_code_below_it_and_no_migration(script: ModuleType) -> None:
    chosen = script.select("common/", script.known_files())
    assert {"common/crypto.py", "common/outbox.py"} <= set(chosen.code)
    assert not any("migrations" in name for name in chosen.code)


@pytest.mark.parametrize(
    ("module", "says"),
    [
        ("comon/crypto.py", "MODULE=comon/crypto.py is no area"),
        ("tests/cast.py", "MODULE=tests/cast.py is no area"),
        ("common/apps.py", "tests/common/test_apps.py does not exist"),
    ],
)
def test_what_cannot_be_mutated_is_refused_in_one_sentence(
    script: ModuleType, capsys: pytest.CaptureFixture[str], module: str, says: str
) -> None:
    with pytest.raises(SystemExit) as refused:
        script.select(module, script.known_files())
    assert refused.value.code == 2
    told = capsys.readouterr().err
    assert says in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], [""], ["sealing", "leases"]])
def test_without_one_module_the_areas_are_named(
    script: ModuleType, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    with pytest.raises(SystemExit):
        script.main(arguments)
    assert "make mutate MODULE=" in (told := capsys.readouterr().err)
    assert all(area in told for area in script.AREAS)


def test_the_survivors_are_printed_and_the_tree_is_as_before(tree: Path) -> None:
    process = start(tree, "common/made_up.py")
    output, _ = process.communicate(timeout=150)
    # `>` may be `>=`: the larger of two equal numbers is either.
    assert "+    return first if first >= second else second" in output
    assert "+    return first if first > second" not in output.replace(">=", "")
    assert "common/made_up.py: 3 mutants, 2 killed, 1 survived: 66.7 %" in output
    assert process.returncode == 1, "less than 85 % are killed"
    assert changes(tree) == ""
    assert list((tree.parent / "copies").iterdir()) == []


LISTED = """
    common.mutation_control.x_control__mutmut_1: survived
    common.mutation_control.x_control__mutmut_2: {control}
    common.made_up.x_larger__mutmut_1: killed
    common.made_up.x_larger__mutmut_2: {first}
    common.made_up.xǁClassǁlarger__mutmut_1: killed
"""


def reported(script: ModuleType, monkeypatch: pytest.MonkeyPatch, control: str, first: str) -> int:
    listed = LISTED.format(control=control, first=first)
    monkeypatch.setattr(script, "mutmut", lambda _copy, *_command: listed)
    monkeypatch.setattr(script, "differences", lambda _copy, names: "".join(names))
    status: int = script.report("made_up", Path())
    return status


@pytest.mark.parametrize(
    ("first", "says", "status"),
    [
        ("killed", "made_up: 3 mutants, 3 killed: 100.0 %", 0),
        ("survived", "made_up: 3 mutants, 2 killed, 1 survived: 66.7 %", 1),
        ("no tests", "made_up: 3 mutants, 2 killed, 1 no tests: 66.7 %", 1),
        ("timeout", "made_up: 3 mutants, 2 killed, 1 timeout: 66.7 %", 1),
    ],
)
def test_only_what_a_test_noticed_counts_as_killed(
    script: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    first: str,
    says: str,
    status: int,
) -> None:
    assert reported(script, monkeypatch, "survived", first) == status
    told = capsys.readouterr().out
    assert told.endswith(f"\n{says}\n")
    assert ("common.made_up.x_larger__mutmut_2" in told) is (first != "killed")


@pytest.mark.parametrize("control", ["killed", "timeout"])
def test_a_run_whose_tests_fail_for_another_reason_says_so(
    script: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    control: str,
) -> None:
    with pytest.raises(SystemExit):
        reported(script, monkeypatch, control, "killed")
    assert "fail for another reason" in capsys.readouterr().err


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing_behind(tree: Path, sent: signal.Signals) -> None:
    sign = tree.parent / "running"
    slow = SLOW_TEST.format(sign=sign)
    (tree / "tests" / "common" / "test_made_up.py").write_text(slow)
    subprocess.run(["git", "add", "."], cwd=tree, check=True)
    process = start(tree, "common/made_up.py")
    end = time.monotonic() + 40
    while not sign.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert sign.exists(), process.stdout and process.stdout.read()
    process.send_signal(sent)
    process.send_signal(sent)
    process.communicate(timeout=60)
    assert process.returncode == 128 + sent
    assert changes(tree) == ""
    assert list((tree.parent / "copies").iterdir()) == []
