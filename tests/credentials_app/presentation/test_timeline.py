"""What happened: status changes, and what people did."""

from datetime import UTC, datetime, timedelta

from credentials_app.models import StatusChange
from credentials_app.presentation.history import change_views
from credentials_app.presentation.timeline import DEEDS, TimelineEntry, timeline
from workspaces.models import AuditEvent

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ALICE = "Alice <alice@example.org>"


def change(new: str, why: str, *, ago_s: float, old: str = "valid") -> StatusChange:
    return StatusChange(old=old, new=new, why=why, at=NOW - timedelta(seconds=ago_s))


def deed(name: str, *, ago_s: float, **details: object) -> AuditEvent:
    at = NOW - timedelta(seconds=ago_s)
    action = f"credentials:{name}"
    return AuditEvent(action=action, actor_label=ALICE, at=at, details=details)


def shown(
    changes: list[StatusChange], deeds: list[AuditEvent], most: int = 8
) -> list[TimelineEntry]:
    return timeline(change_views(changes), deeds, most)


def test_a_deed_and_the_change_it_caused_are_one_line() -> None:
    (entry,) = shown(
        [change("paused", "paused", ago_s=60)], [deed("credential:pause", ago_s=60.02)]
    )
    assert (str(entry.words), entry.by) == ("Paused", "Alice")
    assert entry.status is not None
    assert entry.status.key == "paused"


def test_a_change_of_another_time_or_reason_keeps_its_own_line() -> None:
    entries = shown(
        [change("unverified", "edited", ago_s=5), change("refused", "rejected", ago_s=3600)],
        [deed("credential:edit", ago_s=5), deed("credential:edit", ago_s=3600)],
    )
    assert [str(each.words) for each in entries] == ["Edited", "Edited", ""]
    assert [each.status and each.status.key for each in entries] == ["unverified", None, "refused"]


def test_an_edit_names_what_was_edited_and_nothing_it_does_not_know() -> None:
    (entry,) = shown([], [deed("credential:edit", ago_s=1, fields=["notes", "owner", "secret"])])
    assert entry.detail == "notes, owner"


def test_the_newest_come_first_and_the_rest_is_left_out() -> None:
    entries = shown(
        [change("refused", "rejected", ago_s=20), change("valid", "valid", ago_s=40, old="paused")],
        [deed("credential:resume", ago_s=10), deed("credential:pause", ago_s=30)],
        most=3,
    )
    assert [(NOW - each.at).seconds for each in entries] == [10, 20, 30]


def test_a_change_without_a_deed_says_what_it_was() -> None:
    (entry,) = shown([change("valid", "valid", ago_s=1, old="refused")], [])
    assert (entry.words, entry.detail, entry.by) == ("", "was refused", "")


def test_every_deed_has_an_icon_and_words() -> None:
    assert all(icon and str(words) for icon, words, _why in DEEDS.values())
