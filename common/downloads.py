"""Files to download: sent line by line, and tables in which no cell is a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

from django.http import HttpResponse, StreamingHttpResponse

CSV = "text/csv; charset=utf-8"
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""A spreadsheet would run a cell that begins like this (ASVS 1.2.10)."""


class _Echo:
    """A file whose ``write`` returns the line."""

    def write(self, line: str) -> str:
        return line


def csv_lines(headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A heading and a line for each row, one after the other; None is an empty cell."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(headings)
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def safe_cell(value: object) -> str:
    """The text of a cell, which no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULAS) else text


def streamed(parts: Iterator[str], kind: str, *, name: str = "") -> HttpResponse:
    """An answer that is made while it is sent; with a name the browser saves it.

    Our decorators name the type of all other answers, and pass this one through.
    """
    answer = StreamingHttpResponse(parts, content_type=kind)
    if name:
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return cast(HttpResponse, answer)
