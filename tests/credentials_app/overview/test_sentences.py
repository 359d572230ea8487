"""What happened, in words: for every status that a credential can turn to."""

import pytest

from credentials_app.overview.sentences import BY_PEOPLE, TURNED, happened
from credentials_app.presentation.messages import CHANGES
from credentials_app.status import Status

ROWS = {
    "first good check": (Status.UNVERIFIED, Status.VALID, "valid", "works"),
    "resumed and good": (Status.PAUSED, Status.VALID, "valid", "works"),
    "good again": (Status.REFUSED, Status.VALID, "valid", "works again"),
    "expired": (Status.VALID, Status.EXPIRED, "expired", "has expired"),
    "from bad to worse": (Status.REFUSED, Status.REVOKED, "revoked", "was revoked"),
    "replaced": (Status.EXPIRED, Status.UNVERIFIED, "replaced", "got a new secret"),
    "brought back": (Status.VALID, Status.UNVERIFIED, "brought_back", "got a former secret back"),
    "resumed": (Status.PAUSED, Status.UNVERIFIED, "resumed", "is checked again"),
    "paused": (Status.VALID, Status.PAUSED, "paused", "was paused"),
    "paused by the checker": (Status.REFUSED, Status.PAUSED, "rejected", "was paused"),
    "undone pause": (Status.PAUSED, Status.VALID, "resumed", "works"),
    "unknown reason": (Status.VALID, Status.UNVERIFIED, "else", "waits for its check"),
}


@pytest.mark.parametrize("row", ROWS)
def test_a_change_is_a_sentence(row: str) -> None:
    old, new, why, words = ROWS[row]
    assert str(happened(old, new, why)) == words


def test_there_are_words_for_every_status() -> None:
    assert set(TURNED) == set(Status)


def test_what_people_do_has_words_of_its_own() -> None:
    assert set(CHANGES) - {"confirmed"} == set(BY_PEOPLE)
