"""The furnished GitLab that the tests of the stand-in share."""

from collections.abc import Iterator

import pytest

from tests.stand_ins.gitlab import GitLab
from tests.stand_ins.world import World, furnish


@pytest.fixture
def world() -> Iterator[World]:
    with GitLab() as gitlab:
        yield furnish(gitlab)
