"""Part K: no way moves a stored secret to a server that it was not entered for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.hostile import swaps_by_people, swaps_in_the_database
from tests.hostile.figures import Figures
from tests.hostile.stored_credential import StoredCredential, refuse_ways, store_credential

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored(tmp_path: Path) -> Iterator[StoredCredential]:
    with store_credential(tmp_path) as opened:
        yield opened


def test_nobody_moves_a_secret_through_the_product(
    figures: Callable[[str], Figures], stored: StoredCredential
) -> None:
    count = figures("K swaps by people")
    with count.memory():
        refuse_ways(stored, count, swaps_by_people.WAYS)
    count.conclude(limit_s=20)


def test_nobody_moves_a_secret_in_the_database(
    figures: Callable[[str], Figures], stored: StoredCredential
) -> None:
    count = figures("K swaps in the database")
    with count.memory():
        refuse_ways(stored, count, swaps_in_the_database.WAYS)
    count.conclude(limit_s=20)
