"""What is replayed from the log is what ``rights`` said at that time."""

from datetime import datetime

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.clock import database_now
from common.living import KEPT_FOR
from credentials_app.services import account_deletion
from tests import cast
from tests.workspaces.access_history.histories import Life
from workspaces import audit, audit_retention
from workspaces.access_history import facts
from workspaces.access_history.facts import MEMBERSHIP
from workspaces.access_history.people import Stretch
from workspaces.access_history.reading import OF_MEMBERSHIP, PastAccess, past_access
from workspaces.members import invitations
from workspaces.models import AuditEvent, Participant, User, Workspace
from workspaces.models.roles import Role
from workspaces.sign_in.accounts import Keeper

pytestmark = pytest.mark.django_db
SEEDS = range(4)
DEEDS = 45


@pytest.fixture(autouse=True)
def nobody_is_throttled(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workspaces.members.invitations.MAX_INVITATIONS", 10_000)


def roles_of(found: dict[str, list[Stretch]]) -> dict[str, Role]:
    """Whoever could sign in, and their role at the end."""
    last = {person: stretches[-1].access for person, stretches in found.items()}
    return {person: access.role for person, access in last.items() if not access.standing}


def replayed(past: PastAccess, place: str, at: datetime) -> dict[str, Role]:
    return roles_of(past.history.people(past.places[place], at, at))


def history_of(life: Life) -> PastAccess:
    found = list(Workspace.every.filter(organization=life.home).order_by("slug"))
    return past_access(found[0], [each.pk for each in found[1:]])


@pytest.mark.parametrize("seed", SEEDS)
def test_the_replayed_state_is_that_of_the_rights_after_each_action(seed: int) -> None:
    life = Life(seed).run(DEEDS)
    past = history_of(life)
    assert past.exact_from is None, "every action wrote down what it changed"
    for number, step in enumerate(life.steps):
        for place in past.places:
            expected = {who: role for (of, who), role in step.roles.items() if of == place}
            assert replayed(past, place, step.at) == expected, (number, step.deed)
    for place, keys in past.places.items():
        expected = {who: role for (of, who), role in step.roles.items() if of == place}
        assert roles_of(past.now.people(keys, step.at, step.at)) == expected


def is_noticed(life: Life) -> bool:
    """Whether the replay is not certain any more, or not what ``rights`` said."""
    past = history_of(life)
    return past.exact_from is not None or any(
        replayed(past, place, step.at)
        != {who: role for (of, who), role in step.roles.items() if of == place}
        for step in life.steps[::4]
        for place in past.places
    )


def test_an_event_that_is_not_read_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    life = Life(4).run(120)
    assert not is_noticed(life)
    happened = AuditEvent.objects.filter(OF_MEMBERSHIP).values_list("action", flat=True)
    gives_no_role = {action for action in MEMBERSHIP if "archive" in action}
    gives_no_role |= {"accounts:person:add", "accounts:person:rights"}
    # The deletion before a purge, and the end of each role, have events of their own.
    gives_no_role |= {"accounts:account:purge", "workspaces:member:leave"}
    tried = set(happened) - gives_no_role
    assert len(tried) >= 18
    passed = set()
    for action in tried:
        with monkeypatch.context() as patch:
            patch.delitem(facts.READERS, action)
            if not is_noticed(life):
                passed.add(action)
    assert passed == set()


def test_after_old_events_were_removed_the_rest_is_exact_from_the_first_that_is_left() -> None:
    life = Life(7).run(DEEDS)
    cutoff = life.steps[DEEDS // 2].at
    assert audit_retention.remove_before(cutoff, exported=audit_retention.last_numbers()) > 0
    past = history_of(life)
    assert past.exact_from is not None
    later = [step for step in life.steps if step.at >= past.exact_from]
    assert len(later) > DEEDS // 4, "more is exact than the last few"
    for step in later:
        for place in past.places:
            expected = {who: role for (of, who), role in step.roles.items() if of == place}
            assert replayed(past, place, step.at) == expected, step.deed


def test_an_event_of_a_version_that_wrote_less_is_where_certainty_begins() -> None:
    place, bob = cast.workspace(), cast.bob()
    details = {"role": "user"}  # the role before it is missing
    event = audit.record(
        "workspaces:invitation:accept", actor=bob, workspace=place, details=details
    )
    cast.participant(place, bob, Role.ADMIN)
    Participant.objects.update(created_at=event.at)
    past = past_access(place)
    assert past.exact_from == event.at
    assert replayed(past, str(place.pk), database_now())[str(bob.pk)] is Role.ADMIN


def test_a_role_that_somebody_wrote_into_the_database_is_not_taken_for_certain() -> None:
    place, bob = cast.workspace(), cast.bob()
    assert past_access(place).exact_from is None
    cast.participant(place, bob, Role.ADMIN)
    made_at = Participant.objects.get(user=bob).created_at
    assert past_access(place).exact_from == made_at


def test_people_who_were_purged_keep_their_name_in_the_past() -> None:
    place, bob = cast.workspace(), cast.bob()
    join(place, bob, Role.MAINTAINER)
    before = database_now()
    account_deletion.delete_account(bob, heirs={}, keeper=Keeper(bob, cast.CALLER))
    over = before - KEPT_FOR
    Workspace.every.filter(owner=bob).update(deleted_at=over)
    User.objects.filter(pk=bob.pk).update(deleted_at=over)
    assert account_deletion.purge_accounts(now=before) == 1
    past = past_access(place)
    assert past.exact_from is None
    assert replayed(past, str(place.pk), before)[str(bob.pk)] is Role.MAINTAINER
    assert past.people[str(bob.pk)].name == "Bob"
    assert replayed(past, str(place.pk), database_now()).keys() == {str(cast.alice().pk)}


def test_the_events_are_found_by_their_index_among_all_others() -> None:
    found = AuditEvent.objects.filter(OF_MEMBERSHIP, workspace_id=cast.workspace().pk)
    # Which index PostgreSQL takes depends on how many rows there are: here it is none.
    assert connection.vendor != "sqlite" or "audit_of_membership" in found.explain()
    assert [event.action for event in found] == ["workspaces:workspace:make"]


def test_the_number_of_queries_does_not_grow_with_the_log() -> None:
    counts = []
    place = cast.workspace()
    for number in (1, 12):
        for each in range(number):
            person = cast.person(f"p{number}-{each}@example.org")
            join(place, person, Role.USER)
        with CaptureQueriesContext(connection) as queries:
            past_access(place)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 9


def join(place: Workspace, person: User, role: Role) -> None:
    """Invite somebody, who accepts."""
    seat = cast.seat(place)
    link = invitations.invite_by_link(seat, email=person.email, role=role)
    token = link.rstrip("/").rpartition("/")[2]
    invitations.accept(token, user=person, caller=cast.CALLER)
