"""Seats: the person who acts, where, with which role, and by which caller."""

from dataclasses import dataclass

from workspaces.audit import Caller
from workspaces.models import Organization, User, Workspace
from workspaces.models.roles import OrganizationRole, Role


@dataclass(frozen=True)
class Seat:
    """A person in a workspace, with the highest of their roles there. Actions take a seat."""

    user: User
    workspace: Workspace
    role: Role
    caller: Caller


@dataclass(frozen=True)
class OrganizationSeat:
    """A person in an organization."""

    user: User
    organization: Organization
    role: OrganizationRole
    caller: Caller

    @property
    def owns(self) -> bool:
        """True for owners of the organization, who make workspaces and choose its owners."""
        return self.role is OrganizationRole.OWNER
