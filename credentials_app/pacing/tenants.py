"""Decides which tenant a workspace counts as. Pure."""

from datetime import datetime, timedelta

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
