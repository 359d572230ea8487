"""The copy of the tree in which `make mutate` works: with a control, and a database made once."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mutation_selection import PACKAGES, ROOT, Selection

CONTROL = "common/mutation_control.py"
CONTROL_CODE = '''"""No test can notice the mutants of this function."""


def control() -> None:
    unread = 1
'''
CONTROL_TEST = "tests/common/test_mutation_control.py"
CONTROL_TEST_CODE = '''"""Runs the control."""

from common.mutation_control import control


def test_the_control_runs() -> None:
    assert control() is None
'''
DATABASE_CODE = '''

from django.conf import settings as _settings
from django.db import connection as _connection
from django.test.utils import setup_databases as _setup_databases

_MADE = Path(__file__).resolve().parent / "made.sqlite3"


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """The migrations run for the first mutant; the others copy that database."""
    used = Path(_settings.DATABASES["default"]["TEST"]["NAME"])
    with django_db_blocker.unblock():
        if not _MADE.exists():
            _setup_databases(verbosity=0, interactive=False)
            _connection.close()
            _MADE.write_bytes(used.read_bytes())
        for old in used.parent.glob(f"{used.name}*"):
            old.unlink()
        used.write_bytes(_MADE.read_bytes())
        _connection.settings_dict["NAME"] = str(used)
'''
"""Appended to the copy's tests/conftest.py."""


@contextmanager
def copy_of_the_tree(files: list[str], selection: Selection) -> Iterator[Path]:
    """A folder with the files, the control and the configuration of mutmut; deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="lockkeeper-mutate-") as folder:
        copy = Path(folder)
        for name in files:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
            (copy / name).chmod((ROOT / name).stat().st_mode)
        (copy / CONTROL).write_text(CONTROL_CODE, encoding="utf-8")
        (copy / CONTROL_TEST).write_text(CONTROL_TEST_CODE, encoding="utf-8")
        _append(copy / "pyproject.toml", configuration(files, selection))
        if "tests/conftest.py" in files:
            _append(copy / "tests/conftest.py", DATABASE_CODE)
        yield copy


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


def configuration(files: list[str], selection: Selection) -> str:
    """The section of mutmut in pyproject.toml."""
    tops = {name.split("/")[0] for name in files}
    left_out = [f"--deselect={test}" for test in selection.too_slow]
    values: dict[str, list[str]] = {
        "source_paths": sorted(tops & set(PACKAGES)),
        "also_copy": sorted(tops - set(PACKAGES) - {"tests", "pyproject.toml"}),
        "only_mutate": [*selection.code, CONTROL],
        "pytest_add_cli_args_test_selection": [*selection.tests, CONTROL_TEST],
        # mutmut limits the time; pytest-timeout would report a slow machine as a failed test.
        # The plug-in spends half of a short run on collecting garbage.
        "pytest_add_cli_args": [
            "-m",
            "not long",
            "--timeout=0",
            "-p",
            "no:unraisableexception",
            *left_out,
        ],
    }
    lines = [f"{name} = {value!r}" for name, value in values.items()]
    # A mutant may take 15 times as long as its tests, and two minutes more.
    lines += ['process_isolation = "forkserver"', "timeout_constant = 8.0"]
    return "\n[tool.mutmut]\n" + "\n".join(lines) + "\n"
