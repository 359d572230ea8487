"""The credentials of a workspace that an image may get, read from the database.

The rules that decide among them are in `credentials_app/resolver.py`, without queries.
"""

from collections.abc import Iterable
from datetime import datetime

from credentials_app.models import Credential
from credentials_app.presentation.badge import badge
from credentials_app.resolver import Candidate, Resolution, resolve
from credentials_app.serving import Wish
from registry.protocol.image import ImageName
from workspaces.models import Workspace


def candidate_of(row: Credential, now: datetime) -> Candidate:
    """What decides about this credential."""
    return Candidate(
        pk=row.pk,
        name=row.name,
        origin=row.origin,
        repository=row.repository,
        push=row.push,
        label=badge(row, now).label.key,
        stored_at=row.secret_set_at,
    )


def rows_at(workspace: Workspace, images: Iterable[ImageName]) -> list[Credential]:
    """The living credentials of the servers that these images name, without their secrets."""
    servers = {str(origin) for image in images for origin in image.origins}
    rows = Credential.objects.filter(workspace=workspace, server__in=servers)
    return list(rows.defer("sealed", "notes", "searched_text", "verdict").order_by("name"))


def resolve_in(
    workspace: Workspace, image: ImageName, now: datetime, *, wish: Wish = Wish.PULL
) -> Resolution:
    """Which credential of the workspace the image gets, and why."""
    found = [candidate_of(row, now) for row in rows_at(workspace, [image])]
    return resolve(image, found, wish=wish)
