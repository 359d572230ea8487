"""The rows of people, of places and of what was done."""

from workspaces.models.audit_event import AuditEvent
from workspaces.models.places import (
    Invitation,
    Organization,
    OrganizationMember,
    Participant,
    Workspace,
)
from workspaces.models.users import User

__all__ = [
    "AuditEvent",
    "Invitation",
    "Organization",
    "OrganizationMember",
    "Participant",
    "User",
    "Workspace",
]
