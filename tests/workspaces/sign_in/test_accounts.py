"""Administrators make administrators and auditors, suspend people and bring them back."""

import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone

from common.models import OutgoingMail
from common.outbox import Words, enqueue
from tests import cast
from workspaces.members import invitations
from workspaces.models import (
    AuditEvent,
    BrowserSession,
    Invitation,
    Organization,
    OrganizationMember,
    User,
)
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights.refusals import InvitationGone, LastAdministrator, NeedsOwner, NotAllowed
from workspaces.sign_in import accounts
from workspaces.sign_in.accounts import Keeper

pytestmark = pytest.mark.django_db


def keeper() -> Keeper:
    return Keeper(cast.administrator(), cast.CALLER)


def rights(person: User, *, administrator: bool = False, auditor: bool = False) -> User:
    return accounts.set_instance_rights(
        person, administrator=administrator, auditor=auditor, keeper=keeper()
    )


def suspend(person: User, heirs: dict[Organization, User] | None = None) -> User:
    named = {place.pk: heir for place, heir in (heirs or {}).items()}
    return accounts.suspend(person, heirs=named, keeper=keeper())


def test_a_second_administrator_and_an_auditor_are_made_and_unmade() -> None:
    bob = rights(cast.bob(), administrator=True, auditor=True)
    assert (bob.is_staff, bob.is_auditor) == (True, True)
    bob = rights(bob, auditor=True)
    assert (bob.is_staff, bob.is_auditor) == (False, True)
    events = AuditEvent.objects.filter(action="accounts:person:rights").order_by("seq")
    assert [event.details for event in events] == [
        {"old": [], "flags": ["administrator", "auditor"]},
        {"old": ["administrator", "auditor"], "flags": ["auditor"]},
    ]
    assert {event.actor_id for event in events} == {cast.administrator().pk}


def test_a_right_that_is_not_named_stays_as_it_is() -> None:
    rights(cast.bob(), administrator=True, auditor=True)
    kept = accounts.set_instance_rights(
        cast.bob(), administrator=None, auditor=False, keeper=keeper()
    )
    assert (kept.is_staff, kept.is_auditor) == (True, False)


def test_the_same_rights_again_are_no_event() -> None:
    rights(cast.bob())
    assert not AuditEvent.objects.filter(action="accounts:person:rights").exists()


def test_the_last_administrator_stays() -> None:
    ada = cast.administrator()
    suspended = cast.person("old@example.org", administrator=True, active=False)
    assert not suspended.is_active
    with pytest.raises(LastAdministrator):
        rights(ada)
    rights(cast.bob(), administrator=True)
    assert not rights(ada).is_staff
    with pytest.raises(LastAdministrator):
        accounts.suspend(cast.bob(), heirs={}, keeper=Keeper(None, cast.CALLER))


def test_new_rights_end_the_sessions_of_the_person() -> None:
    browser = cast.client_for(cast.bob())
    rights(cast.bob(), administrator=True)
    assert browser.get("/account/").status_code == 302
    assert not BrowserSession.objects.filter(person=cast.bob()).exists()


def test_a_suspended_person_is_out_at_once_and_not_in_again_by_the_old_cookie() -> None:
    bob, browser = cast.bob(), cast.client_for(cast.bob())
    suspend(bob)
    assert browser.get("/account/").status_code == 302
    accounts.reinstate(bob, keeper=keeper())
    assert browser.get("/account/").status_code == 302
    cache.clear()
    fresh = Client()
    fresh.post("/account/login/", {"login": bob.email, "password": cast.PASSWORD})
    assert fresh.get("/account/").status_code == 200


def test_nobody_signs_in_with_a_suspended_account() -> None:
    suspend(cast.bob())
    cache.clear()
    browser = Client()
    browser.post("/account/login/", {"login": "bob@example.org", "password": cast.PASSWORD})
    assert browser.get("/account/").status_code == 302


def test_invitations_by_and_to_the_person_end_with_the_deed() -> None:
    place, bob = cast.workspace(), cast.bob()
    cast.participant(place, bob, Role.ADMIN)
    theirs = invitations.invite_by_link(
        cast.seat(place, bob), email="carol@example.org", role=Role.VIEWER
    ).rsplit("/", 2)[-2]
    other = cast.workspace("ops")
    invitations.invite_by_link(cast.seat(other), email=bob.email, role=Role.VIEWER)
    invitations.invite_by_link(cast.seat(other), email="dora@example.org", role=Role.VIEWER)
    suspend(bob)
    with pytest.raises(InvitationGone):
        invitations.find_invitation(theirs)
    still_open = Invitation.objects.filter(withdrawn_at=None)
    assert [each.email for each in still_open] == ["dora@example.org"]
    event = AuditEvent.objects.get(action="accounts:person:suspend")
    assert event.details == {"count": 2}
    withdrawn = AuditEvent.objects.filter(action="workspaces:invitation:withdraw").order_by("seq")
    assert {each.workspace_id for each in withdrawn} == {place.pk, other.pk}
    assert {(each.actor_id, each.details["reason"]) for each in withdrawn} == {
        (cast.administrator().pk, "the account was suspended")
    }


def test_mails_that_have_not_left_are_dropped_and_their_text_with_them() -> None:
    now = timezone.now()
    for to in ("bob@example.org", "BOB@example.org", "alice@example.org"):
        enqueue(to=to, words=Words("Made up", "made up"), dedupe_key=to, now=now)
    sent = enqueue(to="bob@example.org", words=Words("Old", "old"), dedupe_key="old", now=now)
    OutgoingMail.objects.filter(pk=sent.pk).update(sent_at=now - timedelta(days=1), body=None)
    suspend(cast.bob())
    left = OutgoingMail.objects.filter(failed_at=None, sent_at=None)
    assert [mail.to for mail in left] == ["alice@example.org"]
    dropped = OutgoingMail.objects.filter(failed_at__isnull=False)
    assert {(mail.last_error, mail.body) for mail in dropped} == {
        ("the account was suspended", None)
    }
    assert dropped.count() == 2


def test_an_organization_with_other_people_gets_an_owner_with_the_same_deed() -> None:
    place = cast.workspace()
    cast.participant(place, cast.bob())
    home = place.organization
    assert home
    with pytest.raises(NeedsOwner, match="Acme"):
        suspend(cast.alice())
    assert User.objects.get(pk=cast.alice().pk).is_active
    suspend(cast.alice(), {home: cast.bob()})
    member = OrganizationMember.objects.get(organization=home, user=cast.bob())
    assert member.role == OrganizationRole.OWNER
    assert not User.objects.get(pk=cast.alice().pk).is_active


@pytest.mark.parametrize("heir", ["mallory", "suspended", "alice"])
def test_an_heir_is_another_member_who_may_sign_in(heir: str) -> None:
    place = cast.workspace()
    cast.participant(place, cast.bob())
    gone = cast.participant(place, cast.person("gone@example.org", active=False))
    chosen = {"mallory": cast.mallory(), "suspended": gone, "alice": cast.alice()}[heir]
    assert place.organization
    with pytest.raises(NeedsOwner):
        suspend(cast.alice(), {place.organization: chosen})
    assert User.objects.get(pk=cast.alice().pk).is_active


def test_an_organization_without_other_people_waits_for_its_owner() -> None:
    cast.workspace()
    suspend(cast.alice())
    assert accounts.owned_alone(cast.alice()) == []


def test_an_organization_with_a_second_owner_needs_no_heir() -> None:
    home = cast.organization()
    OrganizationMember.objects.create(
        organization=home, user=cast.bob(), role=OrganizationRole.OWNER
    )
    suspend(cast.alice())
    assert not User.objects.get(pk=cast.alice().pk).is_active


def test_nobody_suspends_the_own_account() -> None:
    rights(cast.bob(), administrator=True)
    with pytest.raises(NotAllowed, match="your own account"):
        suspend(cast.administrator())


def test_suspending_twice_is_one_event() -> None:
    suspend(cast.bob())
    suspend(cast.bob())
    assert AuditEvent.objects.filter(action="accounts:person:suspend").count() == 1
    accounts.reinstate(cast.bob(), keeper=keeper())
    accounts.reinstate(cast.bob(), keeper=keeper())
    assert AuditEvent.objects.filter(action="accounts:person:restore").count() == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_administrators_who_go_at_once_leave_one() -> None:
    everybody = [cast.person(f"a{n}@example.org", administrator=True) for n in range(10)]
    refused: list[str] = []

    def go(person: User, *, by_suspension: bool) -> None:
        try:
            if by_suspension:
                accounts.suspend(person, heirs={}, keeper=Keeper(None, cast.CALLER))
            else:
                accounts.set_instance_rights(
                    person, administrator=False, auditor=False, keeper=Keeper(None, cast.CALLER)
                )
        except LastAdministrator:
            refused.append(person.email)
        finally:
            connection.close()

    deeds = [(person, n % 2 == 0) for n in range(5) for person in everybody]
    threads = [
        threading.Thread(target=go, args=(person,), kwargs={"by_suspension": by_suspension})
        for person, by_suspension in deeds
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    left = User.objects.filter(is_staff=True, is_active=True)
    assert left.count() == 1
    assert set(refused) == {left.get().email}
