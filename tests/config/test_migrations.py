"""The first migration of each application: on a database of before, and on an empty one."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.config import databases
from tests.config.installation import Installation, production
from tests.servers.run_servers import own_database

pytestmark = pytest.mark.database

MANAGE = "manage.py"
LOG = "workspaces_auditevent"
LAST = [("credentials_app", "0012_interval_in_force"), ("workspaces", "0002_rules")]
GONE = frozenset(
    f"credentials_app_registryorigin.{column}" for column in ("failed_accounts", "failed_logins")
)
OPENED = """
from credentials_app.models import Credential
from credentials_app.secrets import Reason, open_secret
print(open_secret(Credential.objects.get(), reason=Reason.CHECK).secret.reveal())
"""


class Today(NamedTuple):
    """An installation with a migrated database of before, and the former content of that."""

    installation: Installation
    url: str
    columns: dict[str, str]
    before: dict[str, list[str]]


def new_place(folder: Path, database: dict[str, str]) -> tuple[Installation, str]:
    installation = production(folder)
    installation.environment |= database
    return installation, installation.environment["DATABASE_URL"]


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Today]:
    with own_database() as database:
        installation, url = new_place(tmp_path_factory.mktemp("today"), database)
        databases.fill(url)
        columns = databases.columns_of(url, gone=GONE)
        before = databases.rows_of(url, columns)
        migrated = installation.run(MANAGE, "migrate")
        assert migrated.returncode == 0, migrated.stderr
        begun = re.findall(r"Applying (\w+)\.0001_", migrated.stdout)
        assert begun == ["mfa"], "only the app that came since then begins"
        yield Today(installation, url, columns, before)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database that was empty, and was migrated."""
    with own_database() as database:
        installation, url = new_place(tmp_path_factory.mktemp("fresh"), database)
        migrated = installation.run(MANAGE, "migrate")
        assert migrated.returncode == 0, migrated.stderr
        yield url


def test_a_database_of_before_has_nothing_left_to_migrate(today: Today) -> None:
    assert databases.recorded(today.url) >= {*databases.SQUASHED, *LAST}
    pending = today.installation.run(MANAGE, "migrate", "--check")
    assert pending.returncode == 0, pending.stdout


def test_it_has_the_schema_of_a_fresh_one(today: Today, fresh: str) -> None:
    schema = databases.schema_of(today.url)
    assert schema == databases.schema_of(fresh)
    for part in ("audit_refuses", "one_outage_in_a_place", "refused_again_at", "one_target"):
        assert part in "".join(schema)


def test_its_rows_are_still_there(today: Today) -> None:
    assert sum(map(bool, today.before.values())) > 20
    rows = databases.rows_of(today.url, today.columns)
    events = {*rows.pop(LOG)}
    assert rows == {name: each for name, each in today.before.items() if name != LOG}
    assert events > {*today.before[LOG]}, "and one that counts them for each chain"


def test_its_events_are_counted_by_the_first_one_of_their_chain(today: Today) -> None:
    verified = today.installation.run(MANAGE, "audit_verify")
    assert (verified.returncode, verified.stderr) == (0, ""), verified.stdout
    with databases.connected(today.url) as database:
        begun = "SELECT count(*) FROM workspaces_auditevent WHERE action = 'audit:chain:begin'"
        chains = "SELECT count(DISTINCT COALESCE(CAST(workspace_id AS text), '')) FROM"
        [(count,)] = database.execute(begun).fetchall()
        [(expected,)] = database.execute(f"{chains} workspaces_auditevent").fetchall()
    assert count == expected > 0


def test_its_secrets_still_open(today: Today) -> None:
    opened = today.installation.run(MANAGE, "shell", "-v0", "-c", OPENED)
    assert opened.stdout.strip() == "made-up-password-1", opened.stderr


def test_there_is_no_migration_to_make(today: Today) -> None:
    made = today.installation.run(MANAGE, "makemigrations", "--check", "--dry-run")
    assert (made.returncode, made.stdout.strip()) == (0, "No changes detected"), made.stderr


def test_a_fresh_database_records_them_too(fresh: str) -> None:
    assert databases.recorded(fresh) >= databases.SQUASHED


@pytest.mark.parametrize(("app", "name"), LAST)
def test_a_database_that_stopped_in_the_middle_is_refused(
    tmp_path: Path, app: str, name: str
) -> None:
    with own_database() as database:
        installation, url = new_place(tmp_path, database)
        databases.fill(url)
        databases.forget(url, app, name)
        known = databases.recorded(url)
        for command in (("migrate",), ("migrate", "--check"), ("shell", "-c", "")):
            ended = installation.run(MANAGE, *command)
            assert ended.returncode == 78, ended.stderr
            assert f"stopped before {app} {name}" in ended.stderr
            assert "Traceback" not in ended.stderr
        assert databases.recorded(url) == known
