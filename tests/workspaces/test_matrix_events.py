"""Every POST that changes something writes exactly the events that authz.toml names.

What the world of the matrix cannot show is named there with the test that shows it.
"""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from common.clock import database_now
from credentials_app import tasks
from credentials_app.models import Credential, Delivery
from credentials_app.notices import muting, preferences
from credentials_app.services import archives, deletion
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import registry_says
from tests.workspaces import matrix
from tests.workspaces.matrix import Answer, Row, ask, own_path, recorded
from tests.workspaces.routes import routes
from tests.workspaces.world import ACTORS, World, build
from workspaces import audit
from workspaces.audit_log.sentences import SENTENCES

ROUTES = {route.name: route for route in routes()}
POSTS = [row for row in matrix.rows() if row.method == "POST"]
DATA: dict[str, Any] = tomllib.loads(matrix.FILE.read_text())
ROOT = Path(__file__).parent.parent.parent
PASSED_ON = frozenset({"(queue)", matrix.SECRET_OPENED})
READ_ONLY = "admin:"  # lists of rows, in which nothing can be done
pytestmark = pytest.mark.one_database
SIGNED_OUT = frozenset({"anonymous", "suspended"})


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Built once; every question is asked in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


def key_of(row: Row) -> str:
    """The name of a row in the tables of events; one's own workspace is like any other."""
    return " ".join(filter(None, (row.name.removeprefix("my_"), row.variant)))


def answers(world: World, row: Row) -> dict[str, Answer]:
    """What the request does for everybody who is not refused."""
    let_in = [actor for actor in ACTORS if row.status_for(actor) in {200, 204, 302}]
    path = {actor: own_path(ROUTES[row.name], row, world, actor) for actor in let_in}
    return {actor: ask(world, actor, "POST", path[actor], row.body) for actor in let_in}


def wrong_events(row: Row, found: dict[str, Answer]) -> list[str]:
    """Who wrote other events than the file says."""
    key, wrong = key_of(row), []
    for actor, answer in found.items():
        of_actor = DATA["events-of"].get(actor, {}).get(key, DATA["events"].get(key, []))
        speaks = answer.changed - PASSED_ON and key not in DATA["silent"]
        expected = sorted(of_actor) if speaks else []
        if list(answer.events) != expected:
            wrong.append(f"{actor}: {list(answer.events)} instead of {expected}")
    return wrong


@pytest.mark.parametrize("row", POSTS, ids=str)
def test_a_post_writes_exactly_its_events(world: World, row: Row) -> None:
    key, found = key_of(row), answers(world, row)
    assert wrong_events(row, found) == []
    if any(answer.changed - PASSED_ON for answer in found.values()):
        assert key in DATA["events"] or key in DATA["silent"], "what does it write?"
    else:
        is_list = row.name.startswith(READ_ONLY) and row.name not in DATA["events-elsewhere"]
        named = {key, row.name} & (DATA["events-elsewhere"].keys() | DATA["nothing"].keys())
        assert named or is_list, "what does it write where it changes something, and which test?"


@pytest.mark.parametrize("name", ["credentials:pause", "workspaces:settings", "credentials:add"])
def test_an_event_that_is_missing_or_another_is_noticed(
    world: World, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = next(row for row in POSTS if row.name == name)
    plain = audit.record
    monkeypatch.setattr(audit, "record", lambda *args, **more: None)
    assert wrong_events(row, answers(world, row)) != []
    monkeypatch.setattr(audit, "record", lambda *args, **more: plain("test:thing:make", **more))
    assert wrong_events(row, answers(world, row)) != []


def test_no_entry_is_left_of_a_route_that_is_gone() -> None:
    known = {key for row in POSTS for key in (key_of(row), row.name)}
    tables = ("events", "silent", "events-elsewhere", "nothing")
    named = {key for table in tables for key in DATA[table]}
    named |= {key for actor in DATA["events-of"].values() for key in actor}
    assert named - known == set()


@pytest.mark.parametrize("key", DATA["events-elsewhere"])
def test_the_test_that_shows_an_event_elsewhere_names_it(key: str) -> None:
    action, path = DATA["events-elsewhere"][key]
    assert action in SENTENCES
    assert f'"{action}"' in (ROOT / path).read_text()


@pytest.mark.django_db
def test_archiving_and_bringing_back_write_one_event_each() -> None:
    seat = scenes.seat()
    with recorded() as events:
        archives.archive_workspace(seat)
        archives.unarchive_workspace(seat)
    assert events == ["workspaces:workspace:archive", "workspaces:workspace:unarchive"]


@pytest.mark.django_db
def test_acknowledging_and_choosing_notices_write_one_event_each() -> None:
    seat, row = scenes.seat(), scenes.checked(scenes.stored(), Outcome.REJECTED)
    with recorded() as events:
        muting.acknowledge(seat, row)
        preferences.set_preference(
            seat.user, seat.workspace, pace=Delivery.DAILY, now=database_now(), caller=cast.CALLER
        )
    assert events == ["credentials:notices:acknowledge", "notices:preference:change"]


@pytest.mark.django_db
def test_a_task_that_checks_writes_the_opening_and_the_change_of_status() -> None:
    row = scenes.stored()
    with recorded() as events, registry_says(Outcome.VALID):
        tasks.check_credential(row.pk)
        tasks.check_credential(row.pk)  # nothing is due any more
    assert events == ["credentials:secret:open", "credentials:status:change"]


@pytest.mark.django_db
def test_the_task_that_prunes_writes_an_event_for_each_credential_that_ends() -> None:
    row = scenes.stored()
    deletion.delete_credential(scenes.seat(), row)
    Credential.every.update(deleted_at=database_now() - deletion.KEPT_FOR)
    with recorded() as events:
        tasks.prune()
        tasks.prune()
    assert events == ["credentials:credential:purge"]
