"""The requests at every border of each value of the description, some thousands in all.

They are made when this file is read, so that a run that leaves the long tests out does not read it
(``tests/conftest.py``).
"""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from tests.api.test_schema import (  # noqa: F401  # fixtures
    APPLICATION,
    DESCRIPTION,
    ask,
    one_connection,
    world,
)

WHOLE = schemathesis.openapi.from_wsgi(DESCRIPTION, APPLICATION)
pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.long]


@WHOLE.parametrize()
@settings(max_examples=50, deadline=None, database=None, suppress_health_check=[*HealthCheck])
def test_an_operation_answers_as_it_is_described_at_every_border(
    case: Any,
    world: dict[str, Any],  # noqa: F811  # the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask(case, world, monkeypatch)
    assert case.operation
