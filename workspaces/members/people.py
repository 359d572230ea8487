"""Actions on people: add a person with their personal workspace, change a profile."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.utils import timezone

from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import User, Workspace
from workspaces.rights.refusals import AddressTaken
from workspaces.time_zones import UTC

PERSONAL_NAME = "Personal"


@transaction.atomic
def add_person(
    *,
    email: str,
    name: str,
    password: str | None,
    caller: Caller,
    administrator: bool = False,
    time_zone: str = UTC,
    actor: User | None = None,
) -> User:
    """Add a person with a verified e-mail address, and their personal workspace."""
    person = User(
        email=email.strip().lower(),
        name=name.strip(),
        is_staff=administrator,
        administrator_since=timezone.now() if administrator else None,
        time_zone=time_zone,
    )
    person.set_password(password)
    save_with_workspace(person)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    flags = ["administrator"] if administrator else []
    details = {"flags": flags}
    audit.record(
        "accounts:person:add", actor=actor or person, target=person, caller=caller, details=details
    )
    return person


def lock_person(person: User) -> None:
    """Let the deeds on what signs this person in run one after another. Call it in a transaction.

    No key changes, so that a row which refers to the person waits for none of these locks.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)


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
    """Change the name and the time zone of a person. Who chooses UTC keeps it."""
    profile = {"name": name.strip(), "time_zone": time_zone}
    fields = [field for field, value in profile.items() if getattr(person, field) != value]
    if time_zone == UTC:
        keep_utc(person)
    if not fields:
        return
    for field in fields:
        setattr(person, field, profile[field])
    person.save(update_fields=fields)
    details = {"fields": fields}
    audit.record(
        "accounts:profile:edit", actor=person, target=person, caller=caller, details=details
    )


def keep_utc(person: User) -> None:
    """Do not offer the time zone of the browser any more."""
    person.utc_kept_at = timezone.now()
    person.save(update_fields=["utc_kept_at"])


def show_first_steps(person: User, *, shown: bool) -> None:
    """Show the list of first steps on the overview, or show it no longer."""
    person.first_steps_hidden_at = None if shown else timezone.now()
    person.save(update_fields=["first_steps_hidden_at"])
