"""What an overview reads: the same as the list says, and never another tenant's rows."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from credentials_app.models import Credential, StatusChange
from credentials_app.overview.overview import Overview, read_overview
from credentials_app.overview.queries import MOST_CARDS, MOST_CHANGES
from credentials_app.overview.scope import OverviewScope
from credentials_app.presentation.list_counts import count_rows
from credentials_app.presentation.list_filters import STATUS
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.listing import page_of_credentials
from credentials_app.status import Status
from registry.addresses.origins import Origin
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.overview.fleet import (
    DAY,
    changed,
    checked,
    credential,
    fleet,
    told,
    typed,
)
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def seat() -> Seat:
    """Alice, in a workspace with something of everything."""
    found = scenes.seat()
    fleet(found, NOW)
    return found


def read(*seats: Seat) -> Overview:
    return read_overview(OverviewScope(tuple(each.workspace for each in seats)), NOW)


def test_the_tiles_count_what_the_filters_of_the_list_count(seat: Seat) -> None:
    credential(seat, "ended", NOW, **told(NOW - timedelta(hours=3)))
    credential(seat, "ended-long-ago", NOW, **told(NOW - 9 * DAY))
    found = count_rows(seat.workspace, ListQuery(), NOW)
    counts = found.of[STATUS]
    whole = read(seat).whole
    assert whole.total == found.total
    assert whole.broken == counts["attention"] == 5
    assert whole.ending == counts["expiring"]
    assert whole.vain == counts["could_not_check"]
    assert whole.works == counts["valid"]
    assert whole.paused == counts["paused"]
    assert whole.fresh == 3


def test_the_cards_are_in_the_order_of_the_list(seat: Seat) -> None:
    page, _ = page_of_credentials(seat.workspace, ListQuery(), NOW)
    names = [card.name for card in read(seat).cards]
    assert names == [row.name for row in page][: len(names)]
    assert names[:2] == ["ci-push-frontend", "prod-pull"]
    assert names[-1] == "edge-cache"


def test_there_are_at_most_eight_cards(seat: Seat) -> None:
    for number in range(9):
        credential(seat, f"bad-{number}", NOW, status=Status.REFUSED)
    assert len(read(seat).cards) == MOST_CARDS


@pytest.mark.parametrize(
    "muted",
    [
        {"snoozed_until": NOW + DAY},
        {"acknowledged_at": NOW, "acknowledged_end": None},
    ],
    ids=["snoozed", "acknowledged"],
)
def test_what_is_muted_is_no_card_and_still_counts(seat: Seat, muted: dict[str, Any]) -> None:
    before = read(seat)
    Credential.objects.filter(name="prod-pull").update(**muted)
    after = read(seat)
    assert "prod-pull" not in {card.name for card in after.cards}
    assert len(after.cards) == len(before.cards) - 1
    assert after.whole == before.whole


def test_a_snooze_that_is_over_shows_the_card_again(seat: Seat) -> None:
    Credential.objects.filter(name="prod-pull").update(snoozed_until=NOW - DAY)
    assert "prod-pull" in {card.name for card in read(seat).cards}


def test_every_dot_is_counted_in_its_week(seat: Seat) -> None:
    credential(seat, "sunday-midnight", NOW, **typed(NOW + (8 - NOW.isoweekday()) * DAY + 7 * DAY))
    strip = read(seat).strip
    assert {n: w.count for n, w in enumerate(strip.weeks)} == {
        n: len(w.endings) for n, w in enumerate(strip.weeks)
    }
    assert strip.count == sum(week.count for week in strip.weeks) > 15


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("past", told(NOW - DAY)),
        ("too-late", told(NOW + 91 * DAY)),
        ("bad", {**told(NOW + DAY), "status": Status.REVOKED}),
        ("paused", {**told(NOW + DAY), "status": Status.PAUSED}),
    ],
)
def test_what_does_not_end_within_the_strip_is_not_on_it(
    name: str, columns: dict[str, Any]
) -> None:
    seat = scenes.seat()
    credential(seat, name, NOW, **columns)
    strip = read(seat).strip
    assert (strip.count, strip.used) == (0, ())
    assert not any(week.endings for week in strip.weeks)


@pytest.mark.parametrize("day", range(7))
def test_on_whatever_day_of_the_week_somebody_looks(day: int) -> None:
    """The week of the last day has more days, which are not on the strip."""
    now = NOW + day * DAY
    seat = scenes.seat()
    credential(seat, "last", now, **told(now + 90 * DAY))
    credential(seat, "too-late", now, **told(now + 91 * DAY))
    credential(seat, "typed-too-late", now, **typed(now + 91 * DAY))
    overview = read_overview(OverviewScope((seat.workspace,)), now)
    names = [each.name for week in overview.strip.weeks for each in week.endings]
    assert (overview.strip.count, names) == (1, ["last"])


def test_the_newest_changes_come_first_also_when_one_row_has_them_all(seat: Seat) -> None:
    row = credential(seat, "flaps", NOW)
    for number in range(MOST_CHANGES + 2):
        turn = (Status.VALID, Status.REFUSED) if number % 2 else (Status.REFUSED, Status.VALID)
        changed(row, *turn, NOW - timedelta(minutes=60 - number))
    for number in range(MOST_CHANGES + 2):
        scenes.stored(f"just-added-{number}", by=seat)
    expected = StatusChange.objects.order_by("-at")[:MOST_CHANGES]
    found = read(seat).changes
    assert [change.at for change in found] == [each.at for each in expected]
    assert {change.name for change in found} == {"flaps"}


def test_owners_and_registries_are_counted(seat: Seat) -> None:
    found = read(seat)
    assert [(each.name, each.total) for each in found.owners] == [
        ("Ken", 20),
        ("", 4),
        ("Grace", 2),
    ]
    assert sum(each.total for each in found.registries) + 2 == found.whole.total
    assert found.more_registries == 1
    assert found.registries[0].last_ms is not None


def test_another_tenants_rows_are_never_counted(seat: Seat) -> None:
    before = read(seat)
    rival = cast.organization("rival", owner=cast.mallory())
    theirs = cast.seat(cast.workspace(organization=rival), cast.mallory())
    fleet(theirs, NOW + timedelta(seconds=1))
    personal = cast.seat(cast.personal(cast.mallory()), cast.mallory())
    row = credential(personal, "private", NOW + DAY, number=0, **told(NOW + DAY))
    changed(row, Status.VALID, Status.REFUSED, NOW + DAY)
    checked(row, NOW + DAY, 9_999)
    after = read(seat)
    assert after == before


def test_several_workspaces_are_added_up_and_named(seat: Seat) -> None:
    other = cast.seat(cast.workspace("data"))
    credential(other, "broken-there", NOW, status=Status.REFUSED, status_since=NOW)
    found = read(seat, other)
    assert found.whole.total == read(seat).whole.total + 1
    assert found.by_workspace[other.workspace.pk].broken == 1
    card = found.cards[0]
    assert (card.name, card.place_label) == ("broken-there", "Acme / Data")
    assert card.url.startswith("/o/acme/data/")
    assert read(seat).cards[0].place_label == ""


def test_the_next_check_is_the_first_of_all(seat: Seat) -> None:
    row = credential(seat, "soon", NOW, next_check_at=NOW + timedelta(minutes=2))
    assert read(seat).next_at == row.next_check_at


def test_answers_are_those_of_the_registry_whatever_its_credential(seat: Seat) -> None:
    server = Origin.parse("https://registry.gitlab.example")
    rows = Credential.objects.filter(server=str(server))
    checked(rows[0], NOW + timedelta(minutes=1), 4_321)
    Credential.objects.filter(pk=rows[0].pk).update(last_checked_at=NOW + timedelta(minutes=1))
    found = {each.host: each for each in read(seat).registries}
    assert found[server.display].last_ms == 4_321


def test_an_empty_place_has_an_empty_overview() -> None:
    found = read(scenes.seat())
    assert (found.whole.total, found.cards, found.changes, found.next_at) == (0, (), (), None)
    assert not found.is_all_well
