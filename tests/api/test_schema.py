"""Requests that the description allows, and others, for every operation, in process."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks

from credentials_app.models import CheckRun
from registry.outcome import Outcome
from tests import cast
from tests.api.calls import token_for
from tests.credentials_app.scenes import checked, stored
from tests.undone import undone
from workspaces.tokens.pace import PacePolicy

load_all_checks()
APPLICATION, DESCRIPTION = get_wsgi_application(), "/api/v1/openapi.json"
SCHEMA = schemathesis.openapi.from_wsgi(
    DESCRIPTION,
    APPLICATION,
    config=schemathesis.Config.from_dict(
        {"phases": {"coverage": {"enabled": False}, "examples": {"enabled": False}}}
    ),
)
# What another test asks: the token (test_matrix), the sequence of requests; a state that is in the
# way, such as an ETag of another version, is no fault of the values.
LEFT_OUT = [
    CHECKS.get_one(name)
    for name in (
        "ignored_auth",
        "use_after_free",
        "ensure_resource_availability",
        "positive_data_acceptance",
        "negative_data_rejection",
        "missing_required_header",
    )
]
pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request in process would close the connection of the test, as a real one does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def world() -> dict[str, Any]:
    """A token of an owner, and the keys of what an address can name."""
    place = cast.workspace()
    row = checked(stored("deploy"), Outcome.REJECTED)
    run = CheckRun.objects.get()
    values = {"workspace": place.pk, "credential": row.pk, "run": run.pk, "trial": uuid.UUID(int=7)}
    return {"token": token_for(cast.alice(), place), "values": values}


def ask(case: Any, world: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Send the request to what is there, undo it, and compare the answer with the description."""
    monkeypatch.setattr(PacePolicy.REQUESTS, "_value_", ("requests", 1_000_000))
    known = {name: str(key) for name, key in world["values"].items()}
    case.path_parameters = {
        name: known.get(name, value) for name, value in (case.path_parameters or {}).items()
    }
    with undone():
        answer = case.call(headers={"Authorization": f"Bearer {world['token']}"})
    assert answer.status_code < 500
    case.validate_response(answer, excluded_checks=LEFT_OUT)


@SCHEMA.parametrize()
@settings(max_examples=3, deadline=None, database=None, suppress_health_check=[*HealthCheck])
def test_an_operation_answers_as_it_is_described(
    case: Any, world: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(case, world, monkeypatch)
    assert case.operation
