"""The furnished GitLab that the tests of the stand-in share."""

from collections.abc import Iterator

import pytest

from tests.stand_ins.gitlab import GitLab, Role, Visibility
from tests.stand_ins.world import ANNA, World


@pytest.fixture
def world() -> Iterator[World]:
    with GitLab() as gitlab:
        state = gitlab.state
        anna = state.add_user(*ANNA, email="anna@example.org")
        yield World(
            gitlab,
            anna,
            state.add_project("team/app", {anna: Role.DEVELOPER}, images=("team/app",)),
            state.add_project("team/open", visibility=Visibility.PUBLIC, images=("team/open",)),
            state.add_project("other/hidden", images=("other/hidden",)),
        )
