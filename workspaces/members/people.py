"""Actions on people: add a person with their personal workspace, change a profile."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import User, Workspace
from workspaces.rights.refusals import AddressTaken

PERSONAL_NAME = "Personal"


@transaction.atomic
def add_person(
    *,
    email: str,
    name: str,
    password: str | None,
    caller: Caller,
    administrator: bool = False,
    actor: User | None = None,
) -> User:
    """Add a person with a verified e-mail address, and their personal workspace."""
    person = User(email=email.strip().lower(), name=name.strip(), is_staff=administrator)
    person.set_password(password)
    save_with_workspace(person)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    flags = ["administrator"] if administrator else []
    details = {"flags": flags}
    audit.record(
        "accounts:person:add", actor=actor or person, target=person, caller=caller, details=details
    )
    return person


def save_with_workspace(person: User) -> None:
    """Save a person together with their personal workspace. Call it in a transaction."""
    if User.objects.filter(email__iexact=person.email).exists():
        raise AddressTaken
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError:
        raise AddressTaken from None
    Workspace.objects.create(owner=person, name=PERSONAL_NAME)


@transaction.atomic
def change_profile(person: User, *, name: str, time_zone: str, caller: Caller) -> None:
    """Change the name and the time zone of a person."""
    profile = {"name": name.strip(), "time_zone": time_zone}
    fields = [field for field, value in profile.items() if getattr(person, field) != value]
    if not fields:
        return
    for field in fields:
        setattr(person, field, profile[field])
    person.save(update_fields=fields)
    details = {"fields": fields}
    audit.record(
        "accounts:profile:edit", actor=person, target=person, caller=caller, details=details
    )
