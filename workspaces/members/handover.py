"""Hands workspaces over whose only owner goes: an owner of the organization is in them instead."""

from django.db.models import Exists, OuterRef

from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import Organization, OrganizationMember, Participant, User, Workspace
from workspaces.models.roles import OrganizationRole, Role


def hand_over_workspaces(
    person: User,
    *,
    reason: str,
    caller: Caller,
    organization: Organization | None = None,
    actor: User | None = None,
) -> None:
    """Make an owner of the organization owner of each workspace that this person alone owns, of
    one organization or of all. It is no new right: owners of an organization own its workspaces.

    Call it in the deed that takes the role away. The database refuses what has no heir. The
    workspaces are locked first, deleted ones too: another owner may be leaving one at this moment.
    """
    others = Participant.objects.filter(workspace=OuterRef("workspace"), role=Role.OWNER)
    rows = Participant.objects.filter(user=person, role=Role.OWNER)
    if organization is not None:
        rows = rows.filter(workspace__organization=organization)
    places = Workspace.every.select_for_update(of=("self",)).order_by("pk")
    list(places.filter(pk__in=rows.values("workspace")).values_list("pk"))
    alone = rows.filter(~Exists(others.exclude(user=person)))
    for row in alone.select_related("workspace__organization"):
        heir = _heir(row)
        if heir is not None:
            held = Participant.objects.filter(workspace=row.workspace, user=heir).first()
            Participant.objects.update_or_create(
                workspace=row.workspace, user=heir, defaults={"role": Role.OWNER}
            )
            audit.record(
                "workspaces:participant:change",
                actor=actor,
                workspace=row.workspace,
                target=heir,
                caller=caller,
                details={
                    "old_role": held.role if held else "",
                    "role": Role.OWNER.value,
                    "reason": reason,
                },
            )


def _heir(row: Participant) -> User | None:
    """Another owner of the organization, rather one who may sign in."""
    owners = OrganizationMember.objects.select_related("user").filter(
        organization=row.workspace.organization_id, role=OrganizationRole.OWNER
    )
    found = owners.exclude(user=row.user_id).order_by("-user__is_active", "pk").first()
    return found.user if found else None
