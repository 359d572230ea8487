"""The ratios that bench.sweep prints compare runs of the same round."""

import pytest

from bench.ratios import FIRST, SCHEDULED, SILENT, SKOPEO, Figures, Ratio, ratios


def scheduled(processes: int, wall_s: float, cpu_ms: float = 4.0) -> Figures:
    return Figures(SCHEDULED, processes, 1000, wall_s, cpu_ms, statements_each=2.0)


def skopeo(wall_s: float, cpu_ms: float = 20.0) -> Figures:
    return Figures(SKOPEO, 0, 200, wall_s, cpu_ms)


RUNS = [
    scheduled(1, 6.0),
    Figures(FIRST, 1, 1000, 12.0, 9.0, statements_each=3.0),
    scheduled(1, 60.0, 6.0),  # after the first checks, and of no round
    Figures(SILENT, 1, 980, 60.0, 6.0),
    scheduled(2, 3.0),
    skopeo(4.0),
    scheduled(1, 12.0),
    scheduled(2, 8.0, 8.0),
    skopeo(8.0),
]


def found(runs: list[Figures]) -> dict[str, Ratio]:
    return {each.name: each for each in ratios(runs)}


@pytest.mark.parametrize(
    ("name", "values", "reached"),
    [
        ("CPU of a check / of a skopeo login, 1 process", (0.2, 0.2), True),
        ("CPU of a check / of a skopeo login, 2 processes", (0.2, 0.4), False),
        ("checks / skopeo logins in a second, 1 process", (3 + 1 / 3, 3 + 1 / 3), True),
        ("checks / skopeo logins in a second, 2 processes", (6 + 2 / 3, 5), False),
        ("speed of 2 processes / of 1", (2, 1.5), True),
        ("CPU of a first check / of a scheduled one", (1.5,), True),
        ("statements of a first check / of a scheduled one", (1.5,), True),
    ],
)
def test_a_ratio_has_one_value_for_each_round(
    name: str, values: tuple[float, ...], reached: bool
) -> None:
    ratio = found(RUNS)[name]
    assert ratio.values == pytest.approx(values)
    assert ratio.is_reached is reached


def test_a_ratio_is_printed_beside_its_aim() -> None:
    cpu, speed = "CPU of a check / of a skopeo login, 2 processes", "speed of 2 processes / of 1"
    assert found(RUNS)[cpu].line().endswith("0.30 (0.20 to 0.40); aim: at most 0.25, not reached")
    assert found(RUNS)[speed].line().endswith("1.75 (1.50 to 2.00); aim: at least 1.7, reached")


def test_without_skopeo_only_our_own_runs_are_compared() -> None:
    ours = [each for each in RUNS if each.name != SKOPEO]
    assert not any("skopeo" in name for name in found(ours))
    assert found(ours)["speed of 2 processes / of 1"].values == pytest.approx((2, 1.5))


def test_a_round_that_lacks_a_run_is_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        ratios(RUNS[:-1])
