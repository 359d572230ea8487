"""Reading: what pages, tasks and the admin ask for."""

from uuid import UUID

from workspaces.access import Seat

from credentials_app.models import Credential


def credential_of(seat: Seat, pk: UUID) -> Credential | None:
    """This workspace's credential of this id, or None."""
    return (
        Credential.objects.filter(workspace=seat.workspace, pk=pk).select_related("owner").first()
    )
