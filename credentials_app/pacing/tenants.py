"""Decides which tenant a workspace counts as, in Python and in queries."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Case, F, Q, UUIDField, When

from workspaces.models import Workspace

YOUNG = timedelta(days=30)
"""An organization that is younger counts as the person who made it."""


def tenant_of(workspace: Workspace, now: datetime) -> str:
    """The tenant that shares, failures and caps of this workspace count for.

    A personal workspace counts as its person, and so does every organization that this person
    made in the last 30 days: a person with many new organizations has one share.
    """
    organization = workspace.organization
    if organization is None:
        return f"person:{workspace.owner_id}"
    if organization.made_by_id is not None and organization.created_at > now - YOUNG:
        return f"person:{organization.made_by_id}"
    return f"organization:{organization.pk}"


def is_of_tenant(tenant: str, now: datetime) -> Q:
    """The condition of the rows whose workspace counts as this tenant."""
    kind, _, key = tenant.partition(":")
    young = _made_young(now)
    if kind == "person":
        made = young & Q(workspace__organization__made_by=UUID(key))
        return Q(workspace__owner=UUID(key)) | made
    return Q(workspace__organization=UUID(key)) & ~young


def tenant_key(now: datetime) -> Case:
    """The key of a row's tenant, to group rows by tenant in a query."""
    return Case(
        When(workspace__owner__isnull=False, then=F("workspace__owner")),
        When(_made_young(now), then=F("workspace__organization__made_by")),
        default=F("workspace__organization"),
        output_field=UUIDField(),
    )


def _made_young(now: datetime) -> Q:
    since = Q(workspace__organization__created_at__gt=now - YOUNG)
    return since & Q(workspace__organization__made_by__isnull=False)
