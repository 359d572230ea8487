"""The numbers of an overview, and the tiles and registries made of them."""

from uuid import UUID

import pytest

from credentials_app.overview.figures import Answer, Figures, Tally, largest
from credentials_app.overview.registries import TALLEST, registry_in_use
from credentials_app.overview.scope import OverviewScope
from credentials_app.overview.tiles import tiles_of
from credentials_app.status import Tone
from workspaces.models import Workspace

SHARES = {
    (0, 0): 0,
    (0, 7): 0,
    (7, 7): 100,
    (1, 1000): 1,
    (999, 1000): 99,
    (1, 2): 50,
}
WELL = {
    "all work": (Tally(total=3, works=3), True),
    "the others are paused": (Tally(total=3, works=2, paused=1), True),
    "one is broken": (Tally(total=3, works=2, broken=1), False),
    "one ends soon": (Tally(total=3, works=3, ending=1), False),
    "one could not be checked": (Tally(total=3, works=3, vain=1), False),
    "one waits for its first check": (Tally(total=3, works=2), False),
    "all are paused": (Tally(total=3, paused=3), False),
    "there is none": (Tally(), False),
}


@pytest.mark.parametrize("numbers", SHARES)
def test_the_ring_is_full_only_if_all_work(numbers: tuple[int, int]) -> None:
    works, total = numbers
    assert Tally(total=total, works=works).share == SHARES[numbers]


@pytest.mark.parametrize("name", WELL)
def test_all_is_well_only_if_nothing_is_left(name: str) -> None:
    tally, is_well = WELL[name]
    assert tally.is_all_well is is_well


def test_the_whole_is_the_sum_of_the_workspaces() -> None:
    one, two = (
        Tally(total=5, broken=2, fresh=1, works=3),
        Tally(total=4, vain=4, ending=1, paused=2),
    )
    figures = Figures({UUID(int=1): one, UUID(int=2): two}, (), (), {})
    whole = Tally(total=9, broken=2, fresh=1, works=3, vain=4, ending=1, paused=2)
    assert figures.whole == whole


def test_the_largest_come_first_and_names_decide_between_equals() -> None:
    found = largest((Tally("c", "c", 1), Tally("a", "a", 5), Tally("b", "b", 5)), 2)
    assert [each.key for each in found] == ["a", "b"]


def tiles(**numbers: int) -> list[tuple[str, str, str, Tone]]:
    scope = OverviewScope((Workspace(owner_id=UUID(int=1)),))
    found = tiles_of(scope, Tally(**numbers))
    return [(str(each.name), each.number, str(each.more), each.tone) for each in found]


def test_tiles_of_a_workspace_with_trouble() -> None:
    assert tiles(total=1200, broken=3, fresh=2, ending=4, vain=1, works=1190, paused=2) == [
        ("Broken", "3", "2 new since yesterday", Tone.BAD),
        ("Ending in 30 days", "4", "still working", Tone.WARN),
        ("Cannot be checked", "1", "which says nothing about them", Tone.WAIT),
        ("Working", "1,190", "2 paused", Tone.GOOD),
    ]


def test_tiles_without_trouble_are_quiet() -> None:
    tones = [tone for *_, tone in tiles(total=2, works=2)]
    assert tones == [Tone.QUIET, Tone.QUIET, Tone.QUIET, Tone.GOOD]
    assert tiles(broken=1)[0][2] == "none new since yesterday"


def answer(took_ms: int, outcome: str = "valid") -> Answer:
    return Answer("https://registry.example", "quay", took_ms, outcome)


def test_bars_go_from_the_oldest_to_the_newest_and_are_taller_for_slower_answers() -> None:
    found = registry_in_use(
        Tally("https://registry.example", "", 4, 1), [answer(3000), answer(300), answer(20)]
    )
    heights = [bar.height for bar in found.bars]
    assert heights == sorted(heights)
    assert heights[0] >= 4
    assert [bar.x for bar in found.bars] == [0, 5, 10]
    assert (found.host, found.mark.label, found.total, found.broken, found.last_ms) == (
        "registry.example", "Quay", 4, 1, 3000,
    )  # fmt: skip


def test_a_host_breaks_between_its_parts() -> None:
    found = registry_in_use(Tally("https://eu-1.registry.example:5000"), [])
    assert found.host_parts == ["eu-", "1.", "registry.", "example:", "5000"]


@pytest.mark.parametrize("took_ms", [0, 1, 50, 9_999, 10_000, 10_000_000])
def test_no_bar_leaves_its_drawing(took_ms: int) -> None:
    bar = registry_in_use(Tally("https://registry.example"), [answer(took_ms)]).bars[0]
    assert 0 < bar.height <= TALLEST
    assert bar.y + bar.height == TALLEST


def test_a_check_that_could_not_look_is_marked() -> None:
    found = registry_in_use(Tally("https://registry.example"), [answer(9, "unreachable")])
    assert not found.could_look
    assert not found.bars[0].could_look


def test_a_registry_without_checks_has_no_bars() -> None:
    found = registry_in_use(Tally("https://registry.gitlab.com", "", 1), [])
    assert (found.bars, found.last_ms, found.mark.label) == ((), None, "GitLab")
