"""What `make mutate` changes and which tests it runs: areas, files, and the mirrored tree."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("api", "common", "config", "credentials_app", "registry", "workspaces")


@dataclass(frozen=True)
class Area:
    """Code that one property depends on, and the tests of it that the mirrored tree does not name.

    The mirrored tree: the tests of ``a/b.py`` are in ``tests/a/test_b.py``. ``too_slow``: single
    tests that are left out, because each takes seconds: thousands of rows, or a server that waits.
    """

    code: tuple[str, ...]
    further_tests: tuple[str, ...] = ()
    too_slow: tuple[str, ...] = ()


MAIL = "tests/common/test_mail_failures.py"
DUE = "tests/credentials_app/checks/test_due.py"
AREAS = {
    "permission": Area(("workspaces/rights/",)),
    "sealing": Area(
        ("common/crypto.py", "common/fields.py", "credentials_app/secrets.py"),
        ("tests/common/test_secret_columns.py",),
    ),
    "transport": Area(
        ("registry/transport/",),
        (
            "tests/registry/transport/test_answers.py",
            "tests/registry/transport/test_kept_connections.py",
        ),
    ),
    "leases": Area(
        ("credentials_app/checks/leases.py", "credentials_app/checks/due.py"),
        (
            "tests/credentials_app/checks/test_due_work.py",
            "tests/credentials_app/checks/test_leases_that_wait.py",
        ),
        (
            f"{DUE}::test_the_three_are_checked_in_the_first_batch_of_ten_thousand",
            f"{DUE}::test_a_round_without_anything_due_asks_the_same_of_few_and_of_many",
        ),
    ),
    "budgets": Area(
        ("credentials_app/pacing/",),
        ("tests/credentials_app/pacing/test_accept_all_probe.py",),
    ),
    "lifecycle": Area(
        (
            "credentials_app/lifecycle.py",
            "credentials_app/schedule.py",
            "credentials_app/expiry.py",
            "credentials_app/status.py",
        ),
    ),
    "outbox": Area(
        ("common/outbox.py", "common/mail_failures.py", "common/mail_pause.py"),
        ("tests/common/test_outbox_rows.py", "tests/common/test_mail_limits.py"),
        (
            f"{MAIL}::test_what_became_of_a_mail",
            f"{MAIL}::test_a_mail_that_is_sent_again_is_the_same_mail",
        ),
    ),
}


@dataclass(frozen=True)
class Selection:
    """The files to mutate, the test files to run, and the tests in them to leave out."""

    code: tuple[str, ...]
    tests: tuple[str, ...]
    too_slow: tuple[str, ...] = ()


def refuse(sentence: str) -> NoReturn:
    """Stop with a sentence for the person who called."""
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(2)


def known_files() -> list[str]:
    """The files that git knows, without the ignored ones."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return sorted(name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())


def select(module: str, files: list[str]) -> Selection:
    """The code and the tests that ``module`` names: an area, a file or a folder."""
    named = AREAS[module].code if module in AREAS else (module,)
    code = tuple(name for name in files if _is_code(name) and _is_under(name, named))
    if not code:
        areas = ", ".join(sorted(AREAS))
        refuse(f"MODULE={module} is no area ({areas}), and no file or folder of the product.")
    mirrored = {mirror for name in code if (mirror := mirror_of(name)) in files}
    areas = [area for area in AREAS.values() if any(_is_under(name, area.code) for name in code)]
    further = {test for area in areas for test in area.further_tests}
    if not mirrored | further:
        refuse(f"MODULE={module} has no tests: {mirror_of(code[0])} does not exist.")
    too_slow = tuple(test for area in areas for test in area.too_slow)
    return Selection(code, tuple(sorted(mirrored | further)), too_slow)


def mirror_of(name: str) -> str:
    """The test file of a file: ``tests/a/test_b.py`` for ``a/b.py``."""
    folder, _, file = name.rpartition("/")
    return f"tests/{folder}/test_{file}"


def _is_code(name: str) -> bool:
    package = name.split("/")[0] in PACKAGES
    return package and name.endswith(".py") and "/migrations/" not in name


def _is_under(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(f"{place.rstrip('/')}/") for place in places)
