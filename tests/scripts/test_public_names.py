"""Public names that several modules define are counted, and classes that share a name are named."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.rules.code import ROOT

SCRIPT = ROOT / "scripts" / "public_names.py"
Write = Callable[[dict[str, str]], list[Path]]


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("public_names", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "public_names", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


@pytest.fixture
def write(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    def written(texts: dict[str, str]) -> list[Path]:
        files = [tmp_path / name for name in texts]
        for file, text in zip(files, texts.values(), strict=True):
            file.write_text(text)
        monkeypatch.setattr(script, "modules", lambda: files)
        return files

    return written


def test_only_public_names_at_the_top_of_modules_are_compared(
    script: ModuleType, write: Write
) -> None:
    files = write(
        {
            "a.py": "def go(): ...\ndef _own(): ...\nclass Kept:\n    def run(self): ...\n",
            "b.py": "def go(): ...\ndef _own(): ...\nclass Other:\n    def run(self): ...\n",
        }
    )
    assert script.shared_names(files) == {"go": [("a.py", False), ("b.py", False)]}


def test_one_class_of_two_modules_is_too_many(
    script: ModuleType, write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    write({"a.py": "class Row: ...\n", "b.py": "class Row: ...\n"})
    assert script.main() == 1
    assert "class Row: a.py, b.py" in capsys.readouterr().err


def test_a_class_that_is_a_function_elsewhere_is_too_many_too(
    script: ModuleType, write: Write
) -> None:
    write({"a.py": "class Row: ...\n", "b.py": "def Row(): ...\n"})
    assert script.main() == 1


def test_a_command_may_be_called_as_all_commands_are(script: ModuleType, write: Write) -> None:
    write({"a.py": "class Command: ...\n", "b.py": "class Command: ...\n"})
    assert script.main() == 0


@pytest.mark.parametrize(("shared", "status"), [(20, 0), (21, 1)])
def test_a_few_functions_may_share_a_name(
    script: ModuleType, write: Write, shared: int, status: int
) -> None:
    text = "".join(f"def go_{n}(): ...\n" for n in range(shared))
    write({"a.py": text, "b.py": text})
    assert script.main() == status


def test_the_product_is_what_it_reads() -> None:
    spec = importlib.util.spec_from_file_location("public_names_of_all", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    read = {file.relative_to(ROOT).as_posix() for file in module.modules()}
    assert {"manage.py", "registry/check.py", "credentials_app/tasks.py"} <= read
    assert not any("/migrations/" in name or name.startswith("tests/") for name in read)
