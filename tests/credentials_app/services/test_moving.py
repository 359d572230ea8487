"""Moving a credential: the secret is asked again, rights count in both places, nothing leaks."""

import pytest

from common.clock import database_now
from credentials_app.models import (
    Credential,
    FormerSecret,
    KnownSecret,
    Notice,
    ServerRule,
    Tag,
    tags_of,
)
from credentials_app.services import archives
from credentials_app.services.credentials import edit_credential
from credentials_app.services.errors import (
    HttpNotAllowed,
    NameTaken,
    TooManyCredentials,
)
from credentials_app.services.leavers import known_secrets, list_departures
from credentials_app.services.moving import destinations_of, move_credential
from credentials_app.status import Status
from registry.outcome import Outcome
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from workspaces.members import participants
from workspaces.models import AuditEvent, Participant, Workspace
from workspaces.models.roles import Role
from workspaces.rights.refusals import ArchivedMeanwhile, NotAllowed
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
NEW = Secret("made-up-password-2")


def ops() -> Workspace:
    return cast.workspace("ops")


def mary() -> Seat:
    """A maintainer of both workspaces, in the old one."""
    person = cast.person("mary@example.org")
    for place in (cast.workspace(), ops()):
        cast.participant(place, person, Role.MAINTAINER)
    return cast.seat(cast.workspace(), person)


def move(row: Credential, *, seat: Seat | None = None, to: Workspace | None = None) -> Credential:
    return move_credential(seat or mary(), row, to or ops(), secret=NEW, name=row.name)


def test_it_is_sealed_for_its_new_place_and_keeps_its_history() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    runs = row.runs.count()
    moved = move(row)
    stored = Credential.objects.get(pk=row.pk)
    assert (stored.workspace, moved.pk) == (ops(), row.pk)
    assert stored.runs.count() == runs == 1
    assert (stored.status, stored.secret_version) == (Status.UNVERIFIED, 2)
    content = scenes.opened(stored, by=cast.seat(ops()))
    assert (content.secret, content.recipients) == (NEW, None)
    assert stored.next_check_at is not None
    assert stored.next_check_at <= database_now()
    assert not Credential.objects.filter(workspace=cast.workspace()).exists()


def test_both_audit_logs_have_it_and_neither_names_the_other_place() -> None:
    row = scenes.stored(tags=("old-tag",))
    move(row)
    out = AuditEvent.objects.get(action="credentials:credential:move_out")
    came = AuditEvent.objects.get(action="credentials:credential:move_in")
    assert (out.workspace_id, came.workspace_id) == (cast.workspace().pk, ops().pk)
    assert "Ops" not in str((out.target_label, out.details))
    assert "Web" not in str((came.target_label, came.details))
    assert "old-tag" not in str(came.details)
    assert out.actor_id == came.actor_id == mary().user.pk


def test_tags_follow_only_if_the_new_place_has_them() -> None:
    scenes.stored("there", by=cast.seat(ops()), tags=("shared",))
    moved = move(scenes.stored(tags=("shared", "web-only")))
    assert tags_of(Credential.objects.get(pk=moved.pk)) == ("shared",)
    assert set(Tag.objects.values_list("name", "workspace")) == {("shared", ops().pk)}


def test_an_owner_stays_who_is_there() -> None:
    bob = cast.participant(cast.workspace(), cast.bob())
    here, there = scenes.stored("one", owner=bob), scenes.stored("two", owner=cast.alice())
    assert move(here).owner is None
    assert move(there).owner == cast.alice()
    came = AuditEvent.objects.filter(action="credentials:credential:move_in").order_by("seq")
    assert [event.details["fields"] for event in came] == [["owner", "secret"], ["secret"]]


def test_former_secrets_and_what_would_be_told_end() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    row = edit_credential(scenes.seat(), row, scenes.draft(secret=Secret("made-up-password-3")))
    scenes.checked(row, Outcome.REJECTED)
    assert FormerSecret.objects.exists()
    move(Credential.objects.get())
    assert not FormerSecret.objects.exists()
    assert not Notice.objects.filter(mailed_at=None).exists()


def test_who_left_the_old_place_still_knows_it() -> None:
    bob = cast.participant(cast.workspace(), cast.bob(), Role.MAINTAINER)
    row = scenes.stored(by=cast.seat(cast.workspace(), bob))
    participants.remove(
        scenes.seat(), participant=Participant.objects.get(user=bob, workspace=cast.workspace())
    )
    list_departures(now=database_now())
    move(row)
    assert not known_secrets(cast.workspace().pk).exists()
    assert [each.credential for each in known_secrets(ops().pk)] == [row]
    assert KnownSecret.objects.count() == 1


def test_who_knew_only_a_replaced_secret_knows_it_after_the_move_no_more_than_before() -> None:
    bob = cast.participant(cast.workspace(), cast.bob(), Role.MAINTAINER)
    row = scenes.stored(by=cast.seat(cast.workspace(), bob))
    participants.remove(
        scenes.seat(), participant=Participant.objects.get(user=bob, workspace=cast.workspace())
    )
    list_departures(now=database_now())
    edit_credential(scenes.seat(), row, scenes.draft(secret=Secret("made-up-password-3")))
    assert not known_secrets(cast.workspace().pk).exists()
    move(Credential.objects.get())
    assert KnownSecret.every.get().workspace == ops()
    assert not known_secrets(ops().pk).exists()


@pytest.mark.parametrize("role", [Role.USER, Role.VIEWER, None])
def test_it_needs_the_right_to_add_in_the_other_place(role: Role | None) -> None:
    row, seat = scenes.stored(), mary()
    mine = Participant.objects.filter(workspace=ops(), user=seat.user)
    if role:
        mine.update(role=role)
    else:
        mine.delete()
    assert destinations_of(seat) == []
    with pytest.raises(NotAllowed):
        move(row, seat=seat)
    assert Credential.objects.get().workspace == cast.workspace()


def test_it_needs_the_right_to_delete_in_the_old_place() -> None:
    row, seat = scenes.stored(), mary()
    Participant.objects.filter(workspace=cast.workspace(), user=seat.user).update(role=Role.USER)
    with pytest.raises(NotAllowed):
        move(row, seat=cast.seat(cast.workspace(), seat.user))
    assert Credential.objects.get().workspace == cast.workspace()


def test_it_stays_in_its_organization_and_out_of_samples_archives_and_personal_places() -> None:
    row, seat = scenes.stored(), mary()
    other = cast.workspace("lab", organization=cast.organization("other", owner=seat.user))
    archived = cast.workspace("old")
    cast.participant(archived, seat.user, Role.MAINTAINER)
    archives.archive_workspace(cast.seat(archived))
    for place in (other, archived, cast.personal(seat.user), cast.workspace()):
        with pytest.raises(NotAllowed):
            move(row, seat=seat, to=place)
    assert destinations_of(seat) == [ops()]
    assert destinations_of(cast.seat(cast.personal(seat.user), seat.user)) == []


def test_a_taken_name_is_refused_and_another_one_works() -> None:
    scenes.stored("deploy", by=cast.seat(ops()))
    row = scenes.stored("Deploy")
    with pytest.raises(NameTaken):
        move(row)
    moved = move_credential(mary(), row, ops(), secret=NEW, name="deploy-2")
    assert moved.name == "deploy-2"


def test_plain_http_needs_a_rule_there_too() -> None:
    row = scenes.stored_in_the_clear()
    with pytest.raises(HttpNotAllowed):
        move(row)
    assert Credential.objects.get(pk=row.pk).workspace == cast.workspace()
    rule = ServerRule.objects.get()
    rule.pk, rule.workspace = None, ops()
    rule._state.adding = True
    rule.save(force_insert=True)
    assert move(row).workspace == ops()


def test_a_full_place_takes_no_more(settings: object) -> None:
    row = scenes.stored()
    scenes.stored("there", by=cast.seat(ops()))
    settings.LOCKKEEPER_MOST_CREDENTIALS = 1  # type: ignore[attr-defined]
    with pytest.raises(TooManyCredentials):
        move(row)


def test_a_place_that_is_archived_meanwhile_is_left_alone() -> None:
    row, seat = scenes.stored(), mary()
    archives.archive_workspace(cast.seat(cast.workspace()))
    with pytest.raises(ArchivedMeanwhile):
        move(row, seat=seat)


def bob_stores_and_it_moves() -> tuple[Workspace, Credential]:
    """Bob stores a secret in a workspace; Mary moves it to one that Bob does not reach."""
    place = cast.workspace()
    bob = cast.participant(place, cast.bob(), Role.MAINTAINER)
    return place, move(scenes.stored("deploy", by=cast.seat(place, bob)))


def listed(place: Workspace) -> list[tuple[str, bool, bool]]:
    list_departures(now=database_now())
    return [(row.credential.name, row.stored, row.opened) for row in known_secrets(place.pk)]


def bob_leaves(place: Workspace) -> None:
    participants.leave_workspace(cast.seat(place, cast.bob()))


def test_who_leaves_after_the_move_is_listed_where_it_is_now() -> None:
    place, _moved = bob_stores_and_it_moves()
    bob_leaves(place)
    assert listed(ops()) == [("deploy", True, False)]
    assert listed(place) == []


def test_who_opened_it_before_the_move_is_listed_there_too() -> None:
    place = cast.workspace()
    bob = cast.participant(place, cast.bob(), Role.MAINTAINER)
    row = scenes.stored("deploy")
    scenes.opened(row, by=cast.seat(place, bob))
    move(row)
    bob_leaves(place)
    assert listed(ops()) == [("deploy", False, True)]


def test_who_works_where_it_is_now_is_no_leaver() -> None:
    place, _moved = bob_stores_and_it_moves()
    cast.participant(ops(), cast.bob(), Role.VIEWER)
    bob_leaves(place)
    assert listed(ops()) == []


def test_a_new_secret_after_the_move_leaves_nothing_to_list() -> None:
    place, moved = bob_stores_and_it_moves()
    draft = scenes.draft(name="deploy", secret=Secret("made-up-3"))
    edit_credential(cast.seat(ops(), mary().user), moved, draft)
    bob_leaves(place)
    assert listed(ops()) == []
