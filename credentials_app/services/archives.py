"""Archiving a workspace, and bringing it back: no checks and no mails in between, nothing lost."""

from django.db import transaction

from common.clock import database_now
from credentials_app.lifecycle import FINAL
from credentials_app.models import Credential, Trial
from credentials_app.status import Status
from workspaces import audit
from workspaces.models import Workspace
from workspaces.rights.refusals import NotAllowed, PersonalWorkspace
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import Seat


@transaction.atomic
def archive_workspace(seat: Seat) -> None:
    """Make it read only, and end its checks. Raises NotAllowed, PersonalWorkspace."""
    place = _locked_place(seat)
    if place.archived_at is not None:
        return
    Trial.objects.filter(workspace=place).delete()
    Credential.objects.filter(workspace=place).update(
        next_check_at=None, asked_at=None, lease_id=None, lease_until=None
    )
    place.archived_at, place.archived_by = database_now(), seat.user.email
    place.save(update_fields=["archived_at", "archived_by"])
    audit.record("workspaces:workspace:archive", seat=seat, target=place)


@transaction.atomic
def unarchive_workspace(seat: Seat) -> None:
    """Bring it back. What is neither paused nor final is due. Raises as its opposite."""
    place = _locked_place(seat)
    if place.archived_at is None:
        return
    checked = Credential.objects.filter(workspace=place)
    checked = checked.exclude(status__in=[Status.PAUSED, *FINAL])
    checked.update(next_check_at=database_now())
    place.archived_at = place.archived_by = None
    place.save(update_fields=["archived_at", "archived_by"])
    audit.record("workspaces:workspace:unarchive", seat=seat, target=place)


def _locked_place(seat: Seat) -> Workspace:
    if seat.workspace.is_personal:
        raise PersonalWorkspace("A personal workspace is not archived.")
    if seat.workspace.is_sample or not allows(seat.role, Can.SETTINGS):
        raise NotAllowed
    return Workspace.objects.select_for_update(of=("self",)).get(pk=seat.workspace.pk)
