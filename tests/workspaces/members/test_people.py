"""People: born with a workspace of their own, known by one address."""

import threading

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from tests import cast
from workspaces.members import people
from workspaces.models import AuditEvent, User, Workspace
from workspaces.rights.refusals import AddressTaken


def add(email: str = "carol@example.org") -> User:
    return people.add_person(
        email=email, name=" Carol ", password=cast.PASSWORD, caller=cast.CALLER
    )


@pytest.mark.django_db
def test_a_person_is_born_with_a_workspace() -> None:
    carol = add("Carol@Example.org")
    assert (carol.email, carol.name) == ("carol@example.org", "Carol")
    place = Workspace.objects.get()
    assert (place.owner, place.organization, place.is_personal) == (carol, None, True)
    address = EmailAddress.objects.get()
    assert (address.email, address.verified, address.primary) == (carol.email, True, True)
    assert AuditEvent.objects.get().action == "accounts:person:add"


@pytest.mark.django_db
def test_an_address_has_one_account_whatever_its_letters() -> None:
    add()
    with pytest.raises(AddressTaken):
        add("CAROL@example.org")
    assert User.objects.count() == Workspace.objects.count() == 1


@pytest.mark.django_db
def test_a_profile_is_changed_and_only_what_changed_is_told() -> None:
    carol = add()
    people.change_profile(carol, name="Carol", time_zone="Europe/Berlin", caller=cast.CALLER)
    carol.refresh_from_db()
    assert carol.time_zone == "Europe/Berlin"
    event = AuditEvent.objects.get(action="accounts:profile:edit")
    assert event.details == {"fields": ["time_zone"]}


@pytest.mark.django_db
def test_a_profile_that_stays_as_it_is_is_no_event() -> None:
    people.change_profile(add(), name="Carol", time_zone="UTC", caller=cast.CALLER)
    assert not AuditEvent.objects.filter(action="accounts:profile:edit").exists()


def _add(start: threading.Barrier, born: list[User]) -> None:
    start.wait()
    try:
        born.append(add())
    except AddressTaken:
        pass
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_come_with_one_address_one_is_told() -> None:
    born: list[User] = []
    start = threading.Barrier(4)
    crew = [threading.Thread(target=_add, args=(start, born)) for _ in range(4)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    assert len(born) == User.objects.count() == Workspace.objects.count() == 1
