"""The tables of `corpus/`: each row has a name, and a source if it is a fact."""

import json
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).parent / "corpus"

Row = dict[str, Any]


def table(file: str, name: str) -> list[Row]:
    """The rows of one table of one corpus file."""
    tables: dict[str, list[Row]] = json.loads((CORPUS / f"{file}.json").read_text("ascii"))
    return tables[name]


def each(file: str, name: str) -> pytest.MarkDecorator:
    """Run a test once for each row, which arrives as ``row``."""
    rows = [pytest.param(row, id=row["name"]) for row in table(file, name)]
    return pytest.mark.parametrize("row", rows)
