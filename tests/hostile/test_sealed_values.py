"""Every sealed value of every column: elsewhere, changed or cut, it does not open."""

import base64
from collections.abc import Iterator

import pytest

from common.crypto import CannotOpen, get_key_ring
from common.fields import sealed_columns
from common.sealed_places import SealedRow, opened, sealed_places
from credentials_app import secrets
from credentials_app.models import Credential, FormerSecret, Trial
from credentials_app.secrets import Reason
from tests.credentials_app import everything_sealed

pytestmark = pytest.mark.django_db
VERSION = "secret_version"


def _rows() -> dict[str, list[SealedRow]]:
    everything_sealed.fill()
    found = {place.label: list(place.all_rows()) for place in sealed_places()}
    assert len(found) >= 6
    assert all(len(rows) >= 2 for rows in found.values()), found
    return found


def _opens(text: str, context: tuple[str, ...]) -> bool:
    try:
        opened(SealedRow(None, text, context), get_key_ring())
    except CannotOpen:
        return False
    return True


def test_each_value_opens_in_its_place_and_in_no_other() -> None:
    rows = [row for found in _rows().values() for row in found]
    opens = [(a, b) for a in rows for b in rows if _opens(a.text, b.context)]
    # The two seeds of one person are sealed for that person: these four pairs are no other place.
    assert {a.context == b.context for a, b in opens} == {True}
    assert len({row.context for row in rows}) >= len(rows) - 2
    assert {a.text for a, _ in opens} == {row.text for row in rows}


def _changed(text: str) -> Iterator[str]:
    """Every character with each of its bits changed, then every byte of the token."""
    for at, letter in enumerate(text):
        for bit in range(7):
            yield text[:at] + chr(ord(letter) ^ (1 << bit)) + text[at + 1 :]
    head, _, coded = text.rpartition(".")
    token = base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4))
    for at in range(len(token)):
        other = bytearray(token)
        other[at] ^= 0xFF
        yield f"{head}.{base64.urlsafe_b64encode(bytes(other)).decode().rstrip('=')}"


def test_no_changed_byte_of_any_column_opens() -> None:
    tried = 0
    for label, rows in _rows().items():
        row = rows[0]
        assert _opens(row.text, row.context), label
        for text in _changed(row.text):
            tried += 1
            assert not _opens(text, row.context), label
    assert tried > 5000


def test_no_cut_value_of_any_column_opens() -> None:
    for label, rows in _rows().items():
        row = rows[0]
        for length in range(len(row.text)):
            assert not _opens(row.text[:length], row.context), label
            assert not _opens(row.text[length + 1 :], row.context), label


def test_an_older_value_of_the_same_row_does_not_open() -> None:
    everything_sealed.fill()
    holders = {
        model for model, _ in sealed_columns() if any(f.name == VERSION for f in model._meta.fields)
    }
    assert holders >= {Credential, FormerSecret, Trial}
    for model in holders:
        row = model._base_manager.all()[0]
        assert secrets.open_secret(row, reason=Reason.EXAMINE).secret.reveal()
        setattr(row, VERSION, getattr(row, VERSION) + 1)  # the row has had another secret since
        with pytest.raises(CannotOpen):
            secrets.open_secret(row, reason=Reason.EXAMINE)
