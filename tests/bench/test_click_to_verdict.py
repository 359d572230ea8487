"""The line of a button takes the registry's own time off, and its worst click decides the aim."""

from bench.click_to_verdict import line


def test_the_registrys_own_time_is_taken_off() -> None:
    told = line("Check", [2.25, 2.35, 2.45], 2.0)
    assert "median  2.35 s, worst  2.45 s" in told
    assert " 0.35 and  0.45 s: 0.70 and 0.90 times the aim of 0.5 s, reached" in told


def test_one_slow_click_is_enough_to_miss_the_aim() -> None:
    assert line("Check", [0.2] * 19 + [0.6], 0.03).endswith("not reached")
