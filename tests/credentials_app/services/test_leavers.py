"""Leavers: what they owned, stored or opened is listed until it is replaced or ticked off."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.formats import date_format
from django.utils.timezone import localtime

from common.clock import database_now
from credentials_app import tasks
from credentials_app.models import Credential, FormerSecret, KnownSecret
from credentials_app.services import deletion, former_secrets, leavers
from credentials_app.services.account_deletion import delete_account, restore_account
from credentials_app.services.credentials import edit_credential
from credentials_app.services.errors import NothingToChange
from registry.secret import Secret
from tests import cast
from tests.api.calls import call, token_for
from tests.credentials_app import scenes
from workspaces import audit, audit_retention
from workspaces.kept_openings import KEPT
from workspaces.members import invitations, participants
from workspaces.models import AuditEvent, Departure, OrganizationMember, User, Workspace
from workspaces.models.audit_event import OPENED_FOR_CHECKS
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.refusals import NotAllowed
from workspaces.rights.seat import OrganizationSeat
from workspaces.sign_in import accounts
from workspaces.sign_in.accounts import Keeper
from workspaces.tokens.scopes import TokenScope

pytestmark = pytest.mark.django_db
AT_SERVER = Keeper(None, cast.CALLER)
NEW = Secret("made-up-password-2")


def bob_works() -> Workspace:
    """Bob, a maintainer, owns one credential, stored one and opened one; a fourth is not his."""
    place = cast.workspace()
    bob = cast.participant(place, cast.bob(), Role.MAINTAINER)
    scenes.stored("owned", owner=bob)
    scenes.stored("stored", by=cast.seat(place, bob))
    opened = scenes.stored("opened")
    scenes.stored("others")
    scenes.opened(opened, by=cast.seat(place, bob))
    return place


def remove(place: Workspace, person: User) -> None:
    participants.remove(cast.seat(place), participant=place.participants.get(user=person))


def to_replace(place: Workspace) -> dict[str, str]:
    """The open list: why each credential is on it."""
    tasks.list_leavers()
    return {
        row.credential.name: "".join(
            letter
            for letter, flag in (("w", row.owned), ("s", row.stored), ("o", row.opened))
            if flag
        )
        for row in leavers.known_secrets(place.pk)
    }


ALL = {"owned": "w", "stored": "s", "opened": "o"}


def test_who_is_removed_becomes_a_list() -> None:
    place = bob_works()
    remove(place, cast.bob())
    assert to_replace(place) == ALL
    assert to_replace(cast.workspace("ops")) == {}


def test_who_leaves_too() -> None:
    place = bob_works()
    participants.leave_workspace(cast.seat(place, cast.bob()))
    assert to_replace(place) == ALL
    assert Departure.objects.get().how == "left"


def test_who_is_suspended_too_and_coming_back_ends_it() -> None:
    place = bob_works()
    accounts.suspend(cast.bob(), heirs={}, keeper=AT_SERVER)
    assert to_replace(place) == ALL
    accounts.reinstate(cast.bob(), keeper=AT_SERVER)
    assert to_replace(place) == {}


def test_whose_account_is_deleted_too_and_the_list_outlives_the_account() -> None:
    place = bob_works()
    delete_account(cast.bob(), heirs={}, keeper=AT_SERVER)
    assert to_replace(place) == ALL
    restore_account(cast.bob(), keeper=AT_SERVER)
    assert to_replace(place) == {}
    delete_account(cast.bob(), heirs={}, keeper=AT_SERVER)
    tasks.list_leavers()
    User.objects.exclude(deleted_at=None).update(deleted_at=database_now() - timedelta(days=8))
    Workspace.every.exclude(deleted_at=None).update(deleted_at=database_now() - timedelta(days=8))
    User.objects.exclude(deleted_at=None).update(
        deleted_at=Workspace.every.exclude(deleted_at=None).get().deleted_at
    )
    tasks.prune()
    assert not User.objects.filter(email="bob@example.org").exists()
    assert to_replace(place) == ALL


def test_a_suspended_person_whose_account_is_deleted_is_listed_once() -> None:
    place = bob_works()
    accounts.suspend(cast.bob(), heirs={}, keeper=AT_SERVER)
    delete_account(cast.bob(), heirs={}, keeper=AT_SERVER)
    tasks.list_leavers()
    assert Departure.objects.filter(workspace=place).count() == 1


def test_an_owner_of_the_organization_who_is_made_member_leaves_where_nothing_else_is_held() -> (
    None
):
    place = bob_works()
    home = cast.organization()
    OrganizationMember.objects.filter(user=cast.bob()).update(role=OrganizationRole.OWNER)
    remove(place, cast.bob())
    assert to_replace(place) == {}
    seat = OrganizationSeat(cast.alice(), home, OrganizationRole.OWNER, cast.CALLER)
    member = OrganizationMember.objects.get(user=cast.bob())
    participants.change_organization_role(seat, member=member, role=OrganizationRole.MEMBER)
    assert to_replace(place) == ALL


def test_who_is_invited_again_is_no_leaver() -> None:
    place = bob_works()
    remove(place, cast.bob())
    assert to_replace(place) == ALL
    link = invitations.invite_by_link(cast.seat(place), email="bob@example.org", role=Role.VIEWER)
    invitations.accept(link.rsplit("/", 2)[-2], user=cast.bob(), caller=cast.CALLER)
    assert to_replace(place) == {}


def test_a_new_secret_ticks_it_off_and_bringing_the_old_one_back_does_not() -> None:
    place = bob_works()
    remove(place, cast.bob())
    tasks.list_leavers()
    row = Credential.objects.get(name="stored")
    row = edit_credential(scenes.seat(), row, scenes.draft(name="stored", secret=NEW))
    assert to_replace(place) == {"owned": "w", "opened": "o"}
    former_secrets.bring_back(scenes.seat(), row, FormerSecret.objects.get().pk)
    assert to_replace(place) == ALL


def test_a_new_address_hides_nothing() -> None:
    place = bob_works()
    User.objects.filter(pk=cast.bob().pk).update(email="robert@example.org")
    remove(place, User.objects.get(email="robert@example.org"))
    assert to_replace(place) == ALL


def test_other_edits_do_not_tick_it_off() -> None:
    place = bob_works()
    remove(place, cast.bob())
    row = Credential.objects.get(name="stored")
    edit_credential(scenes.seat(), row, scenes.draft(name="stored", secret=None, notes="new"))
    assert to_replace(place) == ALL


def test_what_was_replaced_before_the_person_left_is_not_on_the_list() -> None:
    place = bob_works()
    for name in ("stored", "opened"):
        row = Credential.objects.get(name=name)
        edit_credential(scenes.seat(), row, scenes.draft(name=name, secret=NEW))
    remove(place, cast.bob())
    assert to_replace(place) == {"owned": "w"}


def test_a_person_ticks_off_with_a_reason() -> None:
    place = bob_works()
    remove(place, cast.bob())
    tasks.list_leavers()
    row = leavers.known_secrets(place.pk).get(credential__name="opened")
    assert leavers.settle_known(cast.seat(place), [row.pk], reason="closed there") == 1
    assert to_replace(place) == {"owned": "w", "stored": "s"}
    event = AuditEvent.objects.get(action="credentials:leaver:settle")
    assert event.details == {"count": 1, "reason": "closed there", "name": ["opened"]}
    assert (event.actor_label, event.workspace_id) == (str(cast.alice()), place.pk)
    with pytest.raises(NothingToChange):
        leavers.settle_known(cast.seat(place), [row.pk], reason="again")
    assert leavers.settle_known(cast.seat(place), None, reason="all of them") == 2
    assert to_replace(place) == {}


def test_nobody_ticks_off_without_the_right_or_in_another_workspace() -> None:
    place = bob_works()
    remove(place, cast.bob())
    tasks.list_leavers()
    keys = [row.pk for row in leavers.known_secrets(place.pk)]
    operator = cast.participant(place, cast.person("olga@example.org"), Role.USER)
    with pytest.raises(NotAllowed):
        leavers.settle_known(cast.seat(place, operator), keys, reason="no")
    with pytest.raises(NothingToChange):
        leavers.settle_known(cast.seat(cast.workspace("ops")), keys, reason="no")
    assert len(to_replace(place)) == 3


def test_a_deleted_credential_is_not_on_the_list_and_a_restored_one_is() -> None:
    place = bob_works()
    deletion.delete_credential(scenes.seat(), Credential.objects.get(name="stored"))
    remove(place, cast.bob())
    assert to_replace(place) == {"owned": "w", "opened": "o"}
    binned = Credential.every.get(name="stored")
    deletion.restore_credential(scenes.seat(), binned)
    assert to_replace(place) == ALL


def test_listing_twice_lists_once() -> None:
    place = bob_works()
    remove(place, cast.bob())
    tasks.list_leavers()
    tasks.list_leavers()
    assert KnownSecret.objects.count() == 3
    assert to_replace(place) == ALL


def test_a_long_list_takes_as_many_statements_as_a_short_one() -> None:
    place = bob_works()
    remove(place, cast.bob())
    with CaptureQueriesContext(connection) as few:
        tasks.list_leavers()
    bob = cast.participant(place, cast.bob(), Role.MAINTAINER)
    for number in range(40):
        scenes.stored(f"more-{number}", by=cast.seat(place, bob))
    remove(place, bob)
    with CaptureQueriesContext(connection) as many:
        tasks.list_leavers()
    assert len(many) == len(few)
    assert len(to_replace(place)) == 43


def test_departures_are_forgotten_after_90_days_but_not_while_something_is_to_be_replaced() -> None:
    place = bob_works()
    remove(place, cast.bob())
    tasks.list_leavers()
    Departure.objects.update(at=database_now() - timedelta(days=91))
    tasks.prune()
    assert len(to_replace(place)) == 3
    leavers.settle_known(cast.seat(place), None, reason="done")
    tasks.prune()
    assert not Departure.objects.exists()
    assert not KnownSecret.every.exists()


def long_ago() -> datetime:
    return database_now() - timedelta(days=730)


def test_what_retention_removed_from_the_log_is_still_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(audit, "database_now", long_ago)
        place = bob_works()
    Credential.objects.update(
        secret_set_at=database_now() - timedelta(days=800), secret_set_by="former@example.org"
    )
    opened_by_people = AuditEvent.objects.filter(action=OPENED_FOR_CHECKS, actor_type="person")
    assert opened_by_people.exists()
    for now in (long_ago, database_now):  # what is kept is kept again when it grows old
        monkeypatch.setattr(audit_retention, "database_now", now)
        numbers = audit_retention.last_numbers()
        cutoff = database_now() - timedelta(days=400)
        assert audit_retention.remove_before(cutoff, exported=numbers) > 0
        assert not opened_by_people.exists()
    assert AuditEvent.objects.filter(action=KEPT, workspace_id=place.pk).count() == 1
    remove(place, cast.bob())
    assert to_replace(place) == ALL


def test_what_was_replaced_since_is_not_known_by_what_retention_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(audit, "database_now", long_ago)
        place = bob_works()
    Credential.objects.update(secret_set_by="former@example.org")
    numbers = audit_retention.last_numbers()
    audit_retention.remove_before(database_now() - timedelta(days=400), exported=numbers)
    for row in Credential.objects.filter(name__in=["stored", "opened"]):
        edit_credential(scenes.seat(), row, scenes.draft(name=row.name, secret=NEW))
    remove(place, cast.bob())
    assert to_replace(place) == {"owned": "w"}


@pytest.mark.django_db(transaction=True)
def test_who_fetched_by_a_token_is_listed_with_the_day_of_the_last_fetch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = cast.workspace()
    bob = cast.participant(place, cast.bob(), Role.ADMIN)
    row, other = scenes.stored("fetched"), scenes.stored("other")
    token = token_for(bob, place, scopes=frozenset({TokenScope.SECRETS_FETCH}))
    stored_at = database_now() - timedelta(days=40)
    Credential.objects.update(secret_set_at=stored_at)
    for days in (9, 3):
        with monkeypatch.context() as patch:
            at = database_now() - timedelta(days=days)
            patch.setattr(audit, "database_now", lambda at=at: at)
            body = {"credential": str(row.pk)}
            assert call("POST", "/fetch", token, body).status == 200
    assert call("POST", "/fetch", token, {"image": "nginx"}).status == 404
    remove(place, bob)
    assert to_replace(place) == {"fetched": "o"}, other.name
    [known] = leavers.known_secrets(place.pk)
    assert known.opened_at is not None
    assert known.opened_at.date() == at.date()
    page = cast.client_for(cast.alice()).get("/o/acme/web/credentials/leavers/").content.decode()
    assert f"Opened last on {date_format(localtime(at), 'j M Y')}." in page
