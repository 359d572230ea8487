"""docs/asvs.yml answers every requirement of level 1, and what it names exists."""

import re
from typing import Any

import pytest
import yaml

from tests.rules.code import ROOT

ANSWERS: dict[str, dict[str, str]] = {
    str(name): answer
    for name, answer in yaml.safe_load(
        (ROOT / "docs" / "asvs.yml").read_text(encoding="utf-8")
    ).items()
}
# The requirements of level 1 in each section of ASVS 5.0.0.
LEVEL_1 = {
    "1.2": 5, "1.3": 2, "2.2": 2, "3.2": 2, "3.4": 2, "3.5": 3, "5.2": 2, "5.3": 2, "6.2": 8,
    "6.3": 2, "6.4": 2, "7.2": 4, "7.4": 2, "8.2": 2, "9.1": 3, "10.4": 5, "11.3": 2,
}  # fmt: skip
ALONE = (
    "1.5.1 2.1.1 2.3.1 3.3.1 4.1.1 4.4.1 6.1.1 8.1.1 8.3.1 9.2.1 11.4.1 12.1.1 12.2.1 12.2.2 "
    "13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1"
)
KINDS = {"test", "document", "reason"}


def test_every_requirement_of_level_1_has_one_answer() -> None:
    wanted = {f"{section}.{n}" for section, count in LEVEL_1.items() for n in range(1, count + 1)}
    wanted |= set(ALONE.split())
    assert len(wanted) == 70
    assert set(ANSWERS) == wanted
    for name, answer in ANSWERS.items():
        assert len(KINDS & answer.keys()) == 1, name
        assert len(answer["what"]) > 10, name
        assert len(answer.get("reason", "long enough")) > 10, name


def _of_kind(kind: str) -> list[Any]:
    return [pytest.param(a[kind], id=name) for name, a in ANSWERS.items() if kind in a]


@pytest.mark.parametrize("named", _of_kind("test"))
def test_a_test_that_is_named_exists(named: str) -> None:
    path, _, name = named.partition("::")
    assert path.startswith("tests/")
    assert (ROOT / path).exists()
    if name:
        assert re.search(rf"^def {re.escape(name)}\(", (ROOT / path).read_text(), re.MULTILINE)


@pytest.mark.parametrize("named", _of_kind("document"))
def test_a_document_that_is_named_exists(named: str) -> None:
    path, _, heading = named.partition("#")
    text = (ROOT / path).read_text(encoding="utf-8")
    if heading:
        assert re.search(rf"^#+ {re.escape(heading)}$", text, re.MULTILINE)
