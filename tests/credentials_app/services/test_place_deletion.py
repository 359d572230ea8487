"""Deleting workspaces and organizations: what ends, what comes back, what is gone for good."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from common.clock import database_now
from common.living import KEPT_FOR
from credentials_app import tasks
from credentials_app.models import CheckRun, Credential, FormerSecret, ReportSubscription
from credentials_app.reports import subscriptions
from credentials_app.services import deletion, place_deletion
from credentials_app.services.credentials import edit_credential
from registry.outcome import Outcome
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from workspaces import deleted_places
from workspaces.members import invitations
from workspaces.models import (
    AuditEvent,
    Invitation,
    Organization,
    OrganizationMember,
    Participant,
    Workspace,
)
from workspaces.models.roles import OrganizationRole, Role
from workspaces.places import make_workspace
from workspaces.rights import access
from workspaces.rights.refusals import NotAllowed, PersonalWorkspace, SlugTaken
from workspaces.rights.seat import OrganizationSeat

pytestmark = pytest.mark.django_db
CALLER = cast.CALLER


def filled() -> Workspace:
    """A workspace with a credential that has a history, a second person and an invitation."""
    seat = scenes.seat()
    row = scenes.checked(scenes.stored(by=seat), Outcome.VALID)
    edit_credential(seat, row, scenes.draft(secret=Secret("made-up-password-2")))
    cast.participant(seat.workspace, cast.bob(), Role.OWNER)
    invitations.invite(seat, email="new@example.org", role=Role.USER)
    return seat.workspace


def organization_seat() -> OrganizationSeat:
    home = cast.organization()
    return OrganizationSeat(cast.alice(), home, OrganizationRole.OWNER, CALLER)


def restore(place: Workspace | Organization, slug: str = "") -> None:
    place_deletion.restore_place(place, person=cast.alice(), caller=CALLER, slug=slug)


def age(moment: datetime) -> None:
    """All that is deleted was deleted then."""
    for model in (Credential, Workspace, Organization):
        model.every.exclude(deleted_at=None).update(deleted_at=moment)


def test_what_ends_is_counted() -> None:
    place = filled()
    ending = place_deletion.what_ends([place])
    assert (ending.credentials, ending.people, ending.invitations) == (1, 2, 1)
    whole = place_deletion.what_ends([place], place.organization)
    assert (whole.workspaces, whole.people) == (1, 2)


def test_a_deleted_workspace_is_open_to_nobody() -> None:
    place = filled()
    place_deletion.delete_workspace(cast.seat(place))
    assert access.role_in(cast.alice(), place) is None
    assert access.role_in(cast.bob(), place) is None
    assert not Credential.objects.exists()
    assert not FormerSecret.objects.exists()
    assert not Invitation.objects.filter(withdrawn_at=None).exists()
    event = AuditEvent.objects.first()
    assert event is not None
    assert (event.action, event.workspace_label) == ("workspaces:workspace:delete", "Acme / Web")
    assert event.details == {"count": 1}


def test_it_comes_back_with_what_went_with_it_and_nothing_else() -> None:
    place = filled()
    other = scenes.stored("deleted-before")
    deletion.delete_credential(scenes.seat(), other)
    place_deletion.delete_workspace(cast.seat(place))
    restore(place)
    back = Credential.objects.get()
    assert back.name == "deploy"
    assert back.runs.count() == 1
    assert back.next_check_at is not None
    assert back.next_check_at <= database_now()
    assert access.role_in(cast.bob(), place) is Role.OWNER
    assert [row.name for row in deletion.in_the_bin(scenes.seat())] == ["deleted-before"]


def test_its_address_is_free_and_coming_back_asks_for_another() -> None:
    place = filled()
    place_deletion.delete_workspace(cast.seat(place))
    make_workspace(organization_seat(), name="Other", slug="web")
    with pytest.raises(SlugTaken):
        restore(place)
    assert Workspace.every.get(pk=place.pk).deleted_at is not None
    restore(place, "web-2")
    assert Workspace.objects.get(pk=place.pk).slug == "web-2"


def test_the_database_refuses_two_living_places_of_an_address() -> None:
    place = filled()
    place_deletion.delete_workspace(cast.seat(place))
    make_workspace(organization_seat(), name="Other", slug="web")
    with pytest.raises(IntegrityError), transaction.atomic():
        Workspace.every.filter(pk=place.pk).update(deleted_at=None)
    home = cast.organization("second")
    with pytest.raises(IntegrityError), transaction.atomic():
        Organization.objects.filter(pk=home.pk).update(slug="acme")
    assert Organization.objects.get(pk=home.pk).slug == "second"


def test_an_organization_goes_and_comes_back_with_its_workspaces() -> None:
    place = filled()
    earlier = cast.workspace("earlier")
    place_deletion.delete_workspace(cast.seat(earlier))
    age(database_now() - timedelta(days=1))
    home = cast.organization()
    place_deletion.delete_organization(organization_seat())
    assert not Workspace.objects.filter(organization=home).exists()
    assert not list(access.organizations_of(cast.alice()))
    assert list(deleted_places.deleted_organizations_of(cast.alice())) == [home]
    assert not deleted_places.deleted_workspaces_of(cast.alice()).exists()
    restore(home)
    assert list(Workspace.objects.filter(organization=home)) == [place]
    assert Credential.objects.count() == 1
    assert list(deleted_places.deleted_workspaces_of(cast.alice())) == [earlier]


def test_only_its_owners_bring_it_back() -> None:
    place = filled()
    cast.participant(place, cast.person("admin@example.org"), Role.ADMIN)
    place_deletion.delete_workspace(cast.seat(place))
    assert list(deleted_places.deleted_workspaces_of(cast.bob())) == [place]
    for other in (cast.person("admin@example.org"), cast.mallory(), cast.administrator()):
        assert not deleted_places.deleted_workspaces_of(other).exists()


def test_who_may_not_delete_is_refused_also_by_the_deed() -> None:
    place = filled()
    cast.participant(place, cast.person("admin@example.org"), Role.ADMIN)
    with pytest.raises(NotAllowed):
        place_deletion.delete_workspace(cast.seat(place, cast.person("admin@example.org")))
    with pytest.raises(PersonalWorkspace):
        place_deletion.delete_workspace(cast.seat(cast.personal()))
    plain = OrganizationSeat(cast.bob(), cast.organization(), OrganizationRole.MEMBER, CALLER)
    with pytest.raises(NotAllowed):
        place_deletion.delete_organization(plain)
    assert Workspace.objects.filter(pk=place.pk).exists()


@pytest.mark.parametrize("whole", [False, True], ids=["workspace", "organization"])
def test_after_seven_days_nothing_is_left_but_the_audit_log(whole: bool) -> None:
    place = filled()
    home = cast.organization()
    if whole:
        place_deletion.delete_organization(organization_seat())
    else:
        place_deletion.delete_workspace(cast.seat(place))
    events = AuditEvent.objects.count()
    age(database_now() - KEPT_FOR + timedelta(minutes=1))
    tasks.prune()
    assert Workspace.every.filter(pk=place.pk).exists()
    age(database_now() - KEPT_FOR)
    tasks.prune()
    assert not Workspace.every.filter(pk=place.pk).exists()
    assert not Participant.objects.filter(workspace=place.pk).exists()
    assert not Credential.every.exists()
    assert not CheckRun.every.exists()
    assert Organization.every.filter(pk=home.pk).exists() is not whole
    assert OrganizationMember.objects.filter(organization=home.pk).exists() is not whole
    assert AuditEvent.objects.count() > events
    connection.check_constraints()


def test_delete_now_takes_it_at_once() -> None:
    place = filled()
    place_deletion.delete_workspace(cast.seat(place))
    place_deletion.purge_one(place, person=cast.alice(), caller=CALLER)
    assert not Workspace.every.filter(pk=place.pk).exists()
    assert not Credential.every.exists()
    event = AuditEvent.objects.first()
    assert event is not None
    assert (event.action, event.target_label) == ("workspaces:workspace:purge", "Web")
    with pytest.raises(Workspace.DoesNotExist):
        restore(place)


@pytest.mark.parametrize("whole", [False, True], ids=["workspace", "organization"])
def test_nobody_brings_back_what_is_deleted_for_good_at_the_same_moment(
    whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process ends in the middle; the purge of the day does the rest."""
    place = filled()
    home = Organization.objects.get()
    if whole:
        place_deletion.delete_organization(organization_seat())
    else:
        place_deletion.delete_workspace(cast.seat(place))
    row = Organization.every.get(pk=home.pk) if whole else Workspace.every.get(pk=place.pk)
    with monkeypatch.context() as ended:
        ended.setattr(place_deletion, "purge_whole_place", lambda *given, **named: None)
        place_deletion.purge_one(row, person=cast.alice(), caller=CALLER)
    with pytest.raises((Workspace.DoesNotExist, Organization.DoesNotExist)):
        place_deletion.restore_place(row, person=cast.alice(), caller=CALLER)
    assert not deleted_places.deleted_workspaces_of(cast.alice()).exists()
    tasks.prune()
    assert not Workspace.every.filter(pk=place.pk).exists()
    assert not Credential.every.exists()
    assert Organization.every.filter(pk=home.pk).exists() is not whole


def test_a_living_place_is_neither_restored_nor_purged() -> None:
    place = filled()
    with pytest.raises(Workspace.DoesNotExist):
        restore(place)
    with pytest.raises(Workspace.DoesNotExist):
        place_deletion.purge_one(place, person=cast.alice(), caller=CALLER)
    assert Workspace.objects.filter(pk=place.pk).exists()


def test_the_last_owner_rule_stays_for_the_living_and_the_deleted() -> None:
    place = cast.workspace()
    place_deletion.delete_workspace(cast.seat(place))
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.filter(workspace=place.pk).delete()
    assert Participant.objects.filter(workspace=place.pk).exists()


def test_reports_wait_while_it_is_deleted_and_go_on_when_it_is_back() -> None:
    place = filled()
    subscriptions.make_missing(database_now())
    mine = ReportSubscription.objects.filter(workspace=place)
    mine.update(next_at=database_now() - timedelta(minutes=1))
    assert subscriptions.due_subscriptions(database_now()).count() == 2
    place_deletion.delete_workspace(cast.seat(place))
    assert not subscriptions.due_subscriptions(database_now()).exists()
    for each in mine:
        tasks.send_report(each.pk)
    restore(place)
    assert subscriptions.due_subscriptions(database_now()).count() == 2
