"""Writes down who lost access to which workspaces, and who is back. Call it in the deed."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from workspaces.models import Departure, User, Workspace
from workspaces.models.departure import LeftBy
from workspaces.rights.access import open_to
from workspaces.tokens.life import end_tokens_in


def shared_places_of(person: User) -> list[Workspace]:
    """The workspaces of organizations that this person reaches now; samples have no secrets."""
    return list(open_to(person).filter(organization__isnull=False, is_sample=False))


@transaction.atomic
def note_departures(person: User, places: Iterable[Workspace], how: LeftBy) -> None:
    """The person reached these workspaces before the deed. Those that the person still reaches, in
    another way, do not count. In the others the person's API tokens end."""
    still = {each.pk for each in shared_places_of(person)} if person.is_active else set()
    now = timezone.now()
    left = [place for place in places if place.pk not in still and not place.is_sample]
    end_tokens_in(person, left)
    before = Departure.objects.filter(person_id=person.pk, workspace__in=left, returned_at=None)
    if person.is_active:
        before.update(returned_at=now)
    else:  # who was suspended is listed already, and has learned nothing since
        listed = set(before.values_list("workspace", flat=True))
        left = [place for place in left if place.pk not in listed]
    Departure.objects.bulk_create(
        Departure(
            workspace=place,
            person_id=person.pk,
            name=person.name,
            email=person.email,
            how=how,
            at=now,
        )
        for place in left
    )


def note_return(person: User) -> None:
    """The person reaches these workspaces again: what they know is no longer a leaver's."""
    if not person.is_active:
        return
    keys = [place.pk for place in shared_places_of(person)]
    gone = Departure.objects.filter(person_id=person.pk, workspace__in=keys, returned_at=None)
    gone.update(returned_at=timezone.now())
