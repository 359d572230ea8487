"""What retention keeps of openings, in events that it removes later in their turn."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from workspaces.kept_openings import ENDS, KEPT, KeptOpenings
from workspaces.models import AuditEvent
from workspaces.models.audit_event import OPENED_FOR_CHECKS

START = datetime(2026, 5, 3, 9, tzinfo=UTC)
ALICE, BOB = UUID(int=1), UUID(int=2)
ADD, REPLACE = "credentials:credential:add", "credentials:credential:replace"


def event(action: str, who: UUID | None, target: str, minute: int = 0) -> AuditEvent:
    at = START + timedelta(minutes=minute)
    return AuditEvent(at=at, action=action, actor_id=who, target_id=target)


def read(*events: AuditEvent) -> KeptOpenings:
    kept = KeptOpenings()
    for each in events:
        kept.add(each)
    return kept


def test_the_last_opening_of_each_person_and_the_last_who_stored_count() -> None:
    kept = read(
        event(ADD, ALICE, "one"),
        event(OPENED_FOR_CHECKS, BOB, "one", 1),
        event(OPENED_FOR_CHECKS, BOB, "one", 2),
        event(OPENED_FOR_CHECKS, ALICE, "one", 3),
        event(REPLACE, BOB, "one", 4),
    )
    assert kept.opened == {
        (str(BOB), "one"): START + timedelta(minutes=2),
        (str(ALICE), "one"): START + timedelta(minutes=3),
    }
    assert kept.stored == {"one": str(BOB)}


def test_what_was_deleted_for_good_is_forgotten() -> None:
    kept = read(
        event(ADD, ALICE, "one"), event(OPENED_FOR_CHECKS, BOB, "one"), event(ADD, BOB, "two"),
        event(ENDS, None, "one"),
    )  # fmt: skip
    assert (kept.opened, kept.stored) == ({}, {"two": str(BOB)})


def test_what_it_writes_it_reads_again() -> None:
    kept = read(event(ADD, ALICE, "one"), event(OPENED_FOR_CHECKS, BOB, "one", 7))
    written = AuditEvent(at=START, action=KEPT, details={"held": kept.words()})
    assert read(written) == kept
    later = read(written, event(OPENED_FOR_CHECKS, BOB, "one", 9), event(REPLACE, BOB, "one", 9))
    assert later.opened[str(BOB), "one"] == START + timedelta(minutes=9)
    assert later.stored == {"one": str(BOB)}


@pytest.mark.parametrize("word", ["opened:a", "opened", "other"])
def test_a_word_that_it_did_not_write_is_an_error_and_not_skipped(word: str) -> None:
    with pytest.raises(ValueError, match="unpack"):
        read(AuditEvent(at=START, action=KEPT, details={"held": [word]}))
