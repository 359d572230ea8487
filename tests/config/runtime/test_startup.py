"""A process that must not run says why in one sentence and ends with status 78."""

import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from common.crypto import EXAMPLE_KEY, KeyRing
from config import env
from tests.config.installation import KEY, OTHER_KEY, PROJECT, SECRET_KEY, Installation, production
from tests.servers.process import short_folder

NAME, OTHER_NAME = (KeyRing.parse(key).names[0] for key in (KEY, OTHER_KEY))

MANAGE = ("manage.py",)
KINDS = {
    "web": (
        "-m",
        "gunicorn",
        "-c",
        "config/runtime/gunicorn_conf.py",
        "-b",
        "127.0.0.1:0",
        "config.wsgi",
    ),
    "worker": ("-m", "celery", "-A", "config", "worker", "-P", "threads"),
    "beat": ("-m", "celery", "-A", "config", "beat"),
    "migrate": (*MANAGE, "migrate", "--check"),
    "shell": (*MANAGE, "shell", "-c", "print('ran')"),
}

SETTINGS = [
    ("no key", {"LOCKKEEPER_KEYS": None}, "No sealing key is given"),
    ("too short", {"LOCKKEEPER_KEYS": "abcdef"}, "it must have 32"),
    ("all equal", {"LOCKKEEPER_KEYS": "00" * 32}, "must be random"),
    ("the example", {"LOCKKEEPER_KEYS": EXAMPLE_KEY}, "example of the documentation"),
    ("SECRET_KEY again", {"LOCKKEEPER_KEYS": SECRET_KEY}, "a key of its own"),
    ("allow list", {"LOCKKEEPER_PRIVATE_NETWORKS": "10.0.0.0/8,ten/8"}, "'ten/8'"),
    ("metadata", {"LOCKKEEPER_PRIVATE_NETWORKS": "169.254.169.254"}, "169.254.169.254"),
    ("DEBUG", {"DEBUG": "1"}, "DEBUG is on"),
    ("no SECRET_KEY", {"SECRET_KEY": None}, "SECRET_KEY is missing"),
    ("weak SECRET_KEY", {"SECRET_KEY": "a" * 60}, "SECRET_KEY is weak"),
    ("default SECRET_KEY", {"SECRET_KEY": f"django-insecure-{SECRET_KEY}"}, "SECRET_KEY is weak"),
    ("no SITE_URL", {"SITE_URL": None}, "SITE_URL is missing"),
    ("SITE_URL in the open", {"SITE_URL": "http://keys.example.org"}, "must begin with https://"),
    ("SITE_URL with a path", {"SITE_URL": "https://keys.example.org/a"}, "without a path"),
    ("any host", {"ALLOWED_HOSTS": "*"}, "without \\*"),
    ("any host below", {"ALLOWED_HOSTS": "*.example.org"}, "without \\*"),
    ("a file that is not there", {"SECRET_KEY_FILE": "/nowhere"}, "SECRET_KEY_FILE names /nowhere"),
    ("a port that is a word", {"LOCKKEEPER_PORT": "http"}, "must be a whole number"),
    ("nobody's organizations", {"LOCKKEEPER_ORGANIZATIONS": "nobody"}, "anyone or administrators"),
    (
        "only a server with a port",
        {"LOCKKEEPER_ONLY_HOSTS": "a.example:5000"},
        "leave scheme and p",
    ),
    ("a wide NAT64 prefix", {"LOCKKEEPER_NAT64_PREFIX": "64:ff9b::/64"}, "is no /96"),
    ("no interval", {"LOCKKEEPER_CHECK_INTERVAL": "often"}, "minutes, hours or days, such as 12h"),
    ("too short an interval", {"LOCKKEEPER_CHECK_INTERVAL": "14m"}, "from 15m to 30d"),
    ("an outage told at once", {"LOCKKEEPER_OUTAGE_NOTICE_HOURS": "0"}, "from 1 to 168"),
    ("too long an interval", {"LOCKKEEPER_CHECK_INTERVAL": "31 days"}, "from 15m to 30d"),
    ("no mail server", {"EMAIL_URL": "mail.example.org:25"}, "EMAIL_URL must begin with smtp://"),
    ("sign-up half open", {"LOCKKEEPER_SIGN_UP": "ajar"}, "open or closed"),
]


@pytest.fixture(scope="module")
def sealed_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that knows the first key, and has one value sealed with it."""
    installation = production(tmp_path_factory.mktemp("sealed"))
    assert installation.run(*MANAGE, "migrate", "-v0").returncode == 0
    script = "from tests.common.test_fields import mail; mail().save()"
    sealed = installation.run(*MANAGE, "shell", "-v0", "-c", script)
    assert sealed.returncode == 0, sealed.stderr
    return installation.folder


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return production(tmp_path)


@pytest.fixture
def sealed_place(sealed_database: Path, tmp_path: Path) -> Installation:
    shutil.copytree(sealed_database, tmp_path / "installation")
    return production(tmp_path / "installation")


def assert_refused(
    installation: Installation, kind: str, changes: dict[str, str | None], says: str
) -> None:
    ended = installation.run(*KINDS[kind], changes=changes)
    assert ended.returncode == 78, ended.stderr
    sentences = [line for line in ended.stderr.splitlines() if line.startswith("Lockkeeper does")]
    assert len(sentences) == 1
    assert re.search(says, sentences[0]), sentences[0]
    assert "Traceback" not in ended.stderr
    for key in (KEY, OTHER_KEY, SECRET_KEY):
        assert key not in ended.stderr + ended.stdout


@pytest.mark.parametrize(
    ("changes", "says"), [pytest.param(*row[1:], id=row[0]) for row in SETTINGS]
)
def test_settings_that_are_not_safe_are_refused(
    installation: Installation, changes: dict[str, str | None], says: str
) -> None:
    assert_refused(installation, "shell", changes, says)


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("changes", "says"), [pytest.param(*row[1:], id=row[0]) for row in SETTINGS]
)
def test_every_kind_of_process_refuses_all_of_them(
    installation: Installation, kind: str, changes: dict[str, str | None], says: str
) -> None:
    assert_refused(installation, kind, changes, says)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_process_refuses_a_missing_key(installation: Installation, kind: str) -> None:
    assert_refused(installation, kind, {"LOCKKEEPER_KEYS": None}, "No sealing key")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_process_refuses_the_wrong_key(sealed_place: Installation, kind: str) -> None:
    assert_refused(
        sealed_place,
        kind,
        {"LOCKKEEPER_KEYS": OTHER_KEY},
        f"sealed with key {NAME}; the key given is {OTHER_NAME}",
    )


def test_the_right_key_starts(sealed_place: Installation) -> None:
    ran = sealed_place.run(*KINDS["shell"])
    assert (ran.returncode, ran.stdout.split()[-1]) == (0, "ran"), ran.stderr


SECRET_FILES = {
    "SECRET_KEY": SECRET_KEY,
    "SECRET_KEY_FALLBACKS": f"former-{SECRET_KEY}",
    "LOCKKEEPER_KEYS": KEY,
    "DATABASE_URL": "",
    "REDIS_URL": "redis://:made-up@127.0.0.1:6379/0",
    "EMAIL_URL": "smtp://somebody:made-up@127.0.0.1:25",
    "LOCKKEEPER_PROXY": "http://somebody:made-up@127.0.0.1:3128",
}


def test_every_setting_with_a_secret_is_known_as_one() -> None:
    assert set(SECRET_FILES) == env.SECRETS


@pytest.mark.parametrize("name", SECRET_FILES)
def test_a_secret_file_that_others_can_read_is_refused(
    installation: Installation, name: str
) -> None:
    file = installation.folder / "secret"
    file.write_text(SECRET_FILES[name] or installation.environment["DATABASE_URL"])
    changes: dict[str, str | None] = {name: None, f"{name}_FILE": str(file)}
    for mode in (0o644, 0o640) if name != "LOCKKEEPER_KEYS" else (0o644, 0o640, 0o604, 0o602):
        file.chmod(mode)
        assert_refused(installation, "shell", changes, f"{name}_FILE names .* others can read")
    file.chmod(0o600)
    ran = installation.run(*KINDS["shell"], changes=changes)
    assert ran.returncode == 0, ran.stderr


def test_a_file_of_a_setting_that_is_no_secret_may_be_read(installation: Installation) -> None:
    file = installation.folder / "site"
    file.write_text("https://keys.example.org")
    file.chmod(0o644)
    changes: dict[str, str | None] = {"SITE_URL": None, "SITE_URL_FILE": str(file)}
    assert installation.run(*KINDS["shell"], changes=changes).returncode == 0


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_owner_reads_what_a_process_writes(installation: Installation, kind: str) -> None:
    database = installation.folder / "elsewhere.sqlite3"
    changes: dict[str, str | None] = {"DATABASE_URL": f"sqlite:///{database}"}
    assert _mode_of_first_file(database, [*KINDS[kind]], installation.variables(changes)) == 0o600


def test_without_the_check_at_start_others_could_read_it(installation: Installation) -> None:
    database = installation.folder / "elsewhere.sqlite3"
    script = "import django; django.setup(); from django.db import connection as c; c.connect()"
    environment = installation.variables(
        {"DATABASE_URL": f"sqlite:///{database}", "DJANGO_SETTINGS_MODULE": "config.settings"}
    )
    assert _mode_of_first_file(database, ["-c", script], environment) == 0o644


def _mode_of_first_file(file: Path, command: list[str], environment: dict[str, str]) -> int:
    """The mode of a file that the process makes, whose parent has the usual umask."""
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=PROJECT,
        env=environment,
        umask=0o022,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 30
        while not file.exists():
            assert time.monotonic() < until
            time.sleep(0.05)
        return stat.S_IMODE(file.stat().st_mode)
    finally:
        process.kill()
        process.wait()


def test_a_key_that_some_rows_need_is_missed(sealed_place: Installation) -> None:
    changes = {"LOCKKEEPER_KEYS": f"{OTHER_KEY},{KEY}"}
    assert sealed_place.run(*KINDS["shell"], changes=changes).returncode == 0
    changes = {"LOCKKEEPER_KEYS": OTHER_KEY}  # known by now, but not the one that sealed the row
    assert_refused(sealed_place, "shell", changes, f"sealed with key {NAME}, which is not given")
    allowed = sealed_place.run(*KINDS["shell"], changes={**changes, "ALLOW_MISSING_KEYS": "1"})
    assert allowed.returncode == 0, allowed.stderr


@pytest.fixture
def embedded(sealed_database: Path) -> Iterator[Installation]:
    with short_folder() as folder:
        shutil.copytree(sealed_database / "data", folder / "data")
        shutil.copy(sealed_database / "db.sqlite3", folder / "data" / "lockkeeper.sqlite3")
        yield Installation(folder)


def test_the_embedded_mode_makes_no_key_for_a_database_that_has_one(embedded: Installation) -> None:
    ended = embedded.run(*MANAGE, "up", changes={"LOCKKEEPER_PORT": "1"})
    assert ended.returncode == 78
    assert "sealing_keys is missing: put it back" in ended.stderr
    assert not list((embedded.data / "keys").iterdir())


@pytest.mark.parametrize(
    "command",
    [("help",), ("migrate", "--help"), ("--version",), ("check_login", "--help"), ("make_key",)],
    ids=" ".join,
)
def test_what_needs_no_key_runs_without_one(tmp_path: Path, command: tuple[str, ...]) -> None:
    ran = Installation(tmp_path).run(*MANAGE, *command)
    assert ran.returncode == 0, ran.stderr


def test_a_made_key_can_be_used(installation: Installation) -> None:
    made = installation.run(*MANAGE, "make_key").stdout.strip()
    assert installation.run(*KINDS["shell"], changes={"LOCKKEEPER_KEYS": made}).returncode == 0


def test_a_database_that_is_away_is_said_so(installation: Installation) -> None:
    changes = {"DATABASE_URL": "sqlite:////nowhere/db.sqlite3"}
    ended = installation.run(*KINDS["shell"], changes=changes)
    assert ended.returncode == 75
    assert "DATABASE_URL cannot be used" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_database_keeps_no_key(sealed_database: Path) -> None:
    with sqlite3.connect(sealed_database / "db.sqlite3") as database:
        everything = "\n".join(database.iterdump())
    assert NAME in everything
    assert KEY not in everything
    assert "made-up-password-1" not in everything


def test_a_process_keeps_its_memory_to_itself(installation: Installation) -> None:
    script = (
        "import ctypes, resource; "
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3))"
    )
    ran = installation.run(*MANAGE, "shell", "-v0", "-c", script)
    assert ran.stdout.strip() == "(0, 0) 0", ran.stderr
