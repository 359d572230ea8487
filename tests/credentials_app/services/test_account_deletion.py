"""Deleting accounts: what ends, what comes back, what is gone for good, and who must stay."""

import re
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from common.clock import database_now
from common.fields import open_sealed
from common.living import KEPT_FOR
from common.models import OutgoingMail
from credentials_app import tasks
from credentials_app.models import CheckRun, Credential, FormerSecret
from credentials_app.services.account_deletion import (
    delete_account,
    restore_account,
    what_ends_with_account,
)
from credentials_app.services.credentials import edit_credential
from registry.outcome import Outcome
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from tests.workspaces.sign_in.apps import give_app
from workspaces.members import invitations
from workspaces.models import (
    AuditEvent,
    Invitation,
    Organization,
    OrganizationMember,
    Participant,
    User,
    Workspace,
)
from workspaces.models.roles import OrganizationRole, Role
from workspaces.places import make_organization
from workspaces.rights import access
from workspaces.rights.refusals import AlreadyDeleted, LastAdministrator, NeedsOwner
from workspaces.sign_in import accounts
from workspaces.sign_in.accounts import Keeper
from workspaces.sign_in.deleted_accounts import account_of_token

pytestmark = pytest.mark.django_db
AT_SERVER = Keeper(None, cast.CALLER)


def by_herself(person: User) -> Keeper:
    return Keeper(person, cast.CALLER)


def delete(person: User, *, keeper: Keeper | None = None, heir: User | None = None) -> User:
    heirs = {each.pk: heir for each in accounts.owned_alone(person) if heir}
    return delete_account(person, heirs=heirs, keeper=keeper or by_herself(person))


def token_mailed_to(person: User) -> str:
    mail = OutgoingMail.objects.get(to=person.email, failed_at=None, sent_at=None)
    found = re.search(r"/account/return/([\w-]+)/", open_sealed(mail, "body"))
    return found[1] if found else ""


def again(person: User) -> User:
    return User.objects.get(pk=person.pk)


def age(moment: datetime) -> None:
    """All that is deleted was deleted then."""
    for model in (Credential, Workspace, Organization):
        model.every.exclude(deleted_at=None).update(deleted_at=moment)
    User.objects.exclude(deleted_at=None).update(deleted_at=moment)


def filled() -> User:
    """Bob, with credentials of his own, a role, a factor, invitations, a session and a mail."""
    bob = cast.participant(cast.workspace(), cast.bob(), Role.ADMIN)
    own = scenes.checked(scenes.stored(by=cast.seat(cast.personal(bob), bob)), Outcome.VALID)
    edit_credential(
        cast.seat(cast.personal(bob), bob), own, scenes.draft(secret=Secret("made-up-password-2"))
    )
    give_app(bob)
    OutgoingMail.objects.all().delete()
    invitations.invite(cast.seat(cast.workspace(), bob), email="new@example.org", role=Role.USER)
    invitations.invite(cast.seat(cast.workspace("ops")), email=bob.email, role=Role.USER)
    cast.client_for(bob)
    return bob


def test_what_ends_is_counted() -> None:
    ending = what_ends_with_account(filled())
    told = ending.account
    assert (told.roles, told.sessions, told.factors) == (1, 1, 1)
    assert (told.invitations, told.mails, told.organizations) == (2, 1, [])
    assert ending.own_credentials == 1


def test_a_deleted_account_reaches_nothing_and_nobody_signs_in_with_it() -> None:
    bob, browser = filled(), cast.client_for(cast.bob())
    delete(bob)
    assert browser.get("/account/").status_code == 302
    cache.clear()
    fresh = Client()
    fresh.post("/account/login/", {"login": bob.email, "password": cast.PASSWORD})
    assert fresh.get("/account/").status_code == 302
    assert access.role_in(again(bob), cast.workspace()) is None
    assert not Credential.objects.exists()
    assert not FormerSecret.objects.exists()
    assert not Invitation.objects.filter(withdrawn_at=None).exists()
    event = AuditEvent.objects.get(action="accounts:account:delete")
    assert (event.actor_id, event.target_id, event.details) == (bob.pk, str(bob.pk), {"count": 2})


def test_the_link_brings_it_back_with_what_went_with_it() -> None:
    bob = filled()
    delete(bob)
    found = account_of_token(token_mailed_to(bob))
    assert found == bob
    restore_account(bob, keeper=by_herself(bob))
    back = Credential.objects.get()
    assert back.runs.count() == 1
    assert back.next_check_at is not None
    assert back.next_check_at <= database_now()
    assert access.role_in(again(bob), cast.workspace()) is Role.ADMIN
    assert access.role_in(again(bob), cast.personal(bob)) is Role.OWNER
    assert again(bob).second_factor_at is not None
    with pytest.raises(User.DoesNotExist):
        restore_account(bob, keeper=by_herself(bob))


def test_a_link_works_once_and_an_unknown_one_never() -> None:
    bob = filled()
    delete(bob)
    token = token_mailed_to(bob)
    restore_account(bob, keeper=by_herself(bob))
    assert account_of_token(token) is None
    assert account_of_token("made-up-token") is None
    assert account_of_token("") is None


def test_after_an_administrator_only_an_administrator_brings_it_back() -> None:
    bob = filled()
    delete(bob, keeper=Keeper(cast.administrator(), cast.CALLER))
    assert token_mailed_to(bob) == ""
    assert again(bob).return_hash is None
    restore_account(bob, keeper=Keeper(cast.administrator(), cast.CALLER))
    assert again(bob).is_active


def test_a_suspended_account_comes_back_suspended() -> None:
    bob = filled()
    accounts.suspend(bob, heirs={}, keeper=AT_SERVER)
    delete(bob, keeper=AT_SERVER)
    restore_account(bob, keeper=AT_SERVER)
    assert (again(bob).is_active, again(bob).deleted_at) == (False, None)


def test_a_deleted_account_is_neither_reinstated_nor_given_rights_nor_deleted_again() -> None:
    bob = filled()
    delete(bob)
    with pytest.raises(AlreadyDeleted):
        accounts.reinstate(bob, keeper=AT_SERVER)
    with pytest.raises(AlreadyDeleted):
        accounts.set_instance_rights(bob, administrator=True, auditor=None, keeper=AT_SERVER)
    with pytest.raises(AlreadyDeleted):
        delete(bob, keeper=AT_SERVER)
    assert not again(bob).is_active
    assert not again(bob).is_staff


def test_a_suspension_does_not_pretend_to_end_the_link_that_brings_it_back() -> None:
    bob = cast.bob()
    delete(bob)
    with pytest.raises(AlreadyDeleted):
        accounts.suspend(bob, heirs={}, keeper=AT_SERVER)
    restore_account(again(bob), keeper=AT_SERVER)
    assert account_of_token(token_mailed_to(bob)) is None
    accounts.suspend(bob, heirs={}, keeper=AT_SERVER)
    assert again(bob).standing == "suspended"


def test_an_only_owner_names_an_heir_first() -> None:
    cast.participant(cast.workspace(), cast.bob())
    with pytest.raises(NeedsOwner, match="Acme"):
        delete(cast.alice())
    assert again(cast.alice()).deleted_at is None
    delete(cast.alice(), heir=cast.bob())
    heir = OrganizationMember.objects.get(user=cast.bob())
    assert heir.role == OrganizationRole.OWNER
    assert Organization.objects.filter(slug="acme").exists()


def test_an_organization_in_which_nobody_else_is_ends_and_returns_with_the_account() -> None:
    scenes.stored()
    cast.participant(cast.workspace(), cast.person("sus@example.org", active=False))
    assert [each.name for each in what_ends_with_account(cast.alice()).account.organizations] == [
        "Acme"
    ]
    delete(cast.alice())
    assert not Organization.objects.exists()
    assert not Credential.objects.exists()
    restore_account(cast.alice(), keeper=by_herself(cast.alice()))
    assert access.role_in(again(cast.alice()), cast.workspace()) is Role.OWNER
    assert Credential.objects.count() == 1


def test_an_organization_with_a_suspended_owner_stays_for_that_owner() -> None:
    home = cast.organization()
    OrganizationMember.objects.create(
        organization=home,
        user=cast.person("sus@example.org", active=False),
        role=OrganizationRole.OWNER,
    )
    delete(cast.alice())
    assert Organization.objects.filter(pk=home.pk).exists()


def test_an_organization_whose_address_is_taken_by_now_stays_deleted() -> None:
    home = cast.organization()
    delete(cast.alice())
    make_organization(cast.bob(), name="Other", slug="acme", caller=cast.CALLER)
    restore_account(cast.alice(), keeper=by_herself(cast.alice()))
    assert again(cast.alice()).is_active
    assert Organization.every.get(pk=home.pk).deleted_at is not None


def test_the_last_administrator_stays() -> None:
    ada = cast.administrator()
    with pytest.raises(LastAdministrator):
        delete(ada)
    accounts.set_instance_rights(cast.bob(), administrator=True, auditor=None, keeper=AT_SERVER)
    delete(ada)
    with pytest.raises(LastAdministrator):
        delete(cast.bob())
    assert again(cast.bob()).is_active


def test_after_seven_days_nothing_is_left_but_the_audit_log() -> None:
    bob = filled()
    team = cast.workspace()
    shared = scenes.stored("shared", by=cast.seat(team, bob), owner=bob)
    Participant.objects.filter(workspace=team, user=bob).update(role=Role.OWNER)
    Participant.objects.filter(workspace=team).exclude(user=bob).delete()
    delete(bob)
    age(database_now() - KEPT_FOR + timedelta(minutes=1))
    tasks.prune()
    assert again(bob).deleted_at is not None
    age(database_now() - KEPT_FOR)
    tasks.prune()
    assert not User.objects.filter(pk=bob.pk).exists()
    assert not Workspace.every.filter(owner=bob.pk).exists()
    assert not CheckRun.every.exists()
    owner = Participant.objects.get(workspace=team)
    assert (owner.user, owner.role) == (cast.alice(), Role.OWNER)
    kept = Credential.objects.get()
    assert (kept.pk, kept.owner, kept.secret_set_by) == (shared.pk, None, bob.email)
    assert AuditEvent.objects.filter(action="accounts:account:purge", target_id=bob.pk).exists()
    connection.check_constraints()
    assert cast.bob().pk != bob.pk


def test_the_purge_takes_the_organizations_that_ended_with_it() -> None:
    scenes.stored()
    delete(cast.alice())
    age(database_now() - KEPT_FOR)
    tasks.prune()
    assert not User.objects.exists()
    assert not Organization.every.exists()
    assert not Workspace.every.exists()
    connection.check_constraints()


def test_after_seven_days_nothing_comes_back() -> None:
    bob = filled()
    delete(bob)
    token = token_mailed_to(bob)
    age(database_now() - KEPT_FOR)
    assert account_of_token(token) is None
    with pytest.raises(User.DoesNotExist):
        restore_account(bob, keeper=AT_SERVER)
