"""The cast: who owns, who is on the team, who must see nothing; and their places.

Plain functions, to be called in a test that has the database. ``person("bob@example.org")`` makes
Bob the first time and finds him afterwards, and so do ``organization`` and ``workspace``.
"""

import time

from django.test import Client

from workspaces import places
from workspaces.audit import Caller
from workspaces.members import people
from workspaces.models import (
    Organization,
    OrganizationMember,
    Participant,
    User,
    Workspace,
)
from workspaces.models.roles import OrganizationRole, Role
from workspaces.rights import access
from workspaces.rights.seat import OrganizationSeat, Seat
from workspaces.sign_in.adapter import BACKEND

PASSWORD = "made-up-password-1"
CALLER = Caller("command")


def person(
    email: str = "alice@example.org",
    *,
    name: str = "",
    administrator: bool = False,
    auditor: bool = False,
    active: bool = True,
) -> User:
    """A person with the password ``PASSWORD``, a verified address and a personal workspace."""
    known = User.objects.filter(email=email).first()
    if known:
        return known
    made = people.add_person(
        email=email,
        name=name or email.partition("@")[0].title(),
        password=PASSWORD,
        caller=CALLER,
        administrator=administrator and active,
    )
    made.is_staff, made.is_auditor, made.is_active = administrator, auditor, active
    made.save(update_fields=["is_staff", "is_auditor", "is_active"])
    return made


def alice() -> User:
    """Owns what ``organization()`` and ``workspace()`` make."""
    return person("alice@example.org")


def bob() -> User:
    """A colleague, in nothing until a test puts him there."""
    return person("bob@example.org")


def mallory() -> User:
    """An outsider with an account."""
    return person("mallory@example.org")


def administrator() -> User:
    """Looks after the instance and is in no workspace."""
    return person("ada@example.org", administrator=True)


def auditor() -> User:
    """Reads what is stored on the instance."""
    return person("audrey@example.org", auditor=True)


def organization(slug: str = "acme", *, owner: User | None = None) -> Organization:
    """An organization, Alice's unless told otherwise."""
    known = Organization.objects.filter(slug=slug).first()
    return known or places.make_organization(
        owner or alice(), name=slug.title(), slug=slug, caller=CALLER
    )


def workspace(
    slug: str = "web", *, organization: Organization | None = None, owner: User | None = None
) -> Workspace:
    """A workspace of the organization; its owner is an owner of the organization too."""
    home = organization or globals()["organization"](owner=owner)
    known = Workspace.objects.filter(organization=home, slug=slug).first()
    if known:
        return known
    maker = OrganizationMember.objects.filter(organization=home, role="owner").first()
    assert maker, "an organization has an owner"
    seat = OrganizationSeat(maker.user, home, OrganizationRole.OWNER, CALLER)
    return places.make_workspace(seat, name=slug.title(), slug=slug)


def personal(user: User | None = None) -> Workspace:
    """Somebody's personal workspace, Alice's unless told otherwise."""
    return (user or alice()).personal_workspace


def participant(place: Workspace, user: User, role: Role | str = Role.USER) -> User:
    """Give somebody a role there, as an accepted invitation would, and hand the person back."""
    Participant.objects.update_or_create(workspace=place, user=user, defaults={"role": Role(role)})
    OrganizationMember.objects.get_or_create(
        organization=place.organization, user=user, defaults={"role": OrganizationRole.MEMBER}
    )
    return user


def someone(place: Workspace, role: Role | str) -> User:
    """A person of this role there, named after it: ``viewer@example.org``."""
    return participant(place, person(f"{Role(role).value}@example.org"), role)


def seat(place: Workspace, user: User | None = None) -> Seat:
    """The seat that this person has there now; Alice's unless told otherwise."""
    sitter = user or alice()
    role = access.role_in(sitter, place)
    assert role, f"{sitter} is no participant of {place}"
    return Seat(sitter, place, role, CALLER)


def client_for(user: User | None = None) -> Client:
    """A browser in which this person has just signed in; nobody when there is no person."""
    browser = Client()
    if user is not None:
        browser.force_login(user, backend=BACKEND)
        session = browser.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time(), "email": user.email, "reauthenticated": True}
        ]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
    return browser
