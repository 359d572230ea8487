"""The models of people, organizations, workspaces, API tokens and audit events."""

from workspaces.models.api_token import ApiAnswer, ApiToken, ApiTokenPlace, TokenWindow
from workspaces.models.audit_event import AuditEvent, AuditHead
from workspaces.models.browser_session import BrowserSession
from workspaces.models.departure import Departure
from workspaces.models.linked_account import LinkedAccount
from workspaces.models.places import (
    Invitation,
    Organization,
    OrganizationMember,
    Participant,
    Workspace,
)
from workspaces.models.refused_sign_in import RefusedSignIn
from workspaces.models.teams import Team, TeamMember, TeamRole
from workspaces.models.users import User

__all__ = [
    "ApiAnswer",
    "ApiToken",
    "ApiTokenPlace",
    "AuditEvent",
    "AuditHead",
    "BrowserSession",
    "Departure",
    "Invitation",
    "LinkedAccount",
    "Organization",
    "OrganizationMember",
    "Participant",
    "RefusedSignIn",
    "Team",
    "TeamMember",
    "TeamRole",
    "TokenWindow",
    "User",
    "Workspace",
]
