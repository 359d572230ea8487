"""Who acts, where, by which right, and how they came in."""

from dataclasses import dataclass

from django.http import HttpRequest

from workspaces.models import Organization, User, Workspace
from workspaces.roles import OrganizationRole, Role


@dataclass(frozen=True)
class Caller:
    """How a deed came in: by page, worker or command, from which address, in which request."""

    via: str
    address: str = ""
    request_id: str = ""

    @classmethod
    def of(cls, request: HttpRequest) -> "Caller":
        """The caller behind a page. The middleware has judged the forwarded address already."""
        address = getattr(request, "client_address", request.META.get("REMOTE_ADDR", ""))
        return cls("web", str(address)[:45], str(getattr(request, "request_id", ""))[:64])


@dataclass(frozen=True)
class Seat:
    """A person in a workspace, with the highest of their roles there. Deeds take this."""

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
        """Owners of an organization make workspaces and choose its owners."""
        return self.role is OrganizationRole.OWNER
