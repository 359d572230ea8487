"""The models of people, organizations, workspaces and audit events."""

from workspaces.models.audit_event import AuditEvent
from workspaces.models.places import (
    Invitation,
    Organization,
    OrganizationMember,
    Participant,
    Workspace,
)
from workspaces.models.refused_sign_in import RefusedSignIn
from workspaces.models.sign_in import SignIn
from workspaces.models.users import User

__all__ = [
    "AuditEvent",
    "Invitation",
    "Organization",
    "OrganizationMember",
    "Participant",
    "RefusedSignIn",
    "SignIn",
    "User",
    "Workspace",
]
