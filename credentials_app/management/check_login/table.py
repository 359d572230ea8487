"""The logins of a file as a table for people and as JSON for programs, and their exit status."""

import json
from collections.abc import Sequence

from credentials_app.management.check_login.file_checks import Row
from credentials_app.management.check_login.output import as_object, outcome_in_words
from credentials_app.presentation.messages import text_of
from registry.outcome import Outcome

VALID, NOT_VALID, NOT_CONCLUSIVE = 0, 1, 2
HEAD = ("LOGIN", "USER", "VERDICT", "WHY")
BROKEN, NOT_CHECKED = "broken entry", "not checked"


def status_of(outcome: Outcome) -> int:
    """The exit status of one check."""
    if outcome is Outcome.VALID:
        return VALID
    return NOT_VALID if outcome.is_conclusive else NOT_CONCLUSIVE


def worst_status(rows: Sequence[Row]) -> int:
    """The exit status of a file: one login that is not valid counts more than all others."""
    found = {_status(row) for row in rows}
    return next(status for status in (NOT_VALID, NOT_CONCLUSIVE, VALID) if status in found)


def as_table(rows: Sequence[Row]) -> str:
    """One line for each login: what the file calls it, its user, the verdict and why."""
    lines = [HEAD, *map(_cells, rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_aligned(line, widths) for line in lines)


def _aligned(line: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


def rows_as_json(rows: Sequence[Row]) -> str:
    """A JSON list with one object for each login."""
    return json.dumps([_object(row) for row in rows], ensure_ascii=False, indent=2)


def _status(row: Row) -> int:
    if row.report:
        return status_of(row.report.verdict.outcome)
    return NOT_VALID if row.entry.broken else NOT_CONCLUSIVE


def _verdict(row: Row) -> str:
    if row.report:
        return outcome_in_words(row.report.verdict)
    return BROKEN if row.entry.broken else NOT_CHECKED


def _cells(row: Row) -> tuple[str, ...]:
    advice = row.report.verdict.advice if row.report and _status(row) else ()
    why = " ".join(text_of(message) for message in (row.why, *advice))
    return (row.entry.name, row.entry.username or "–", _verdict(row), why)


def _object(row: Row) -> dict[str, object]:
    named = {"place": row.entry.place, "login": row.entry.name, "username": row.entry.username}
    if row.report:
        return {**named, **as_object(row.report)}
    outcome = {"outcome": _verdict(row).replace(" ", "_"), "conclusive": row.entry.broken}
    return {**named, **outcome, "message": text_of(row.why)}
