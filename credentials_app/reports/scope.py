"""The scope of a report: the person who reads it, a workspace or the instance, and a saved view."""

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _

from credentials_app.models import Credential, ReportSubscription, SavedView
from credentials_app.notices.unsubscribe import Kind
from workspaces.models import User, Workspace
from workspaces.places import credentials_url
from workspaces.rights.access import has_right, role_in
from workspaces.rights.roles import Can, InstanceCan, allows


@dataclass(frozen=True)
class ReportScope:
    """``workspace`` None: the instance. ``view`` None: all of it.

    ``former_view``: the name of a view that it was about, and that the person no longer has.
    """

    person: User
    workspace: Workspace | None = None
    view: SavedView | None = None
    former_view: str = ""

    def following(self, row: ReportSubscription | None) -> "ReportScope":
        """The same, about the view that this subscription follows."""
        if row is None:
            return self
        return replace(self, view=row.view, former_view=row.former_view or "")

    @property
    def label(self) -> str:
        """The name of the workspace, or of all."""
        return self.workspace.label if self.workspace else _("all workspaces")

    @property
    def name(self) -> str:
        """The same with the name of the view."""
        return f"{self.label}, {self.view.name}" if self.view else self.label

    @property
    def kind(self) -> Kind:
        """The mails that an unsubscribe link stops."""
        return Kind.REPORT if self.workspace else Kind.INSTANCE_REPORT

    @property
    def page(self) -> str:
        """The path of the report's page."""
        return (
            credentials_url(self.workspace, "report") if self.workspace else reverse("admin:report")
        )

    def may_read(self) -> bool:
        """True if this person has the right to see it now, and the view is one of theirs."""
        if self.view is not None and not self._has(self.view):
            return False
        if self.workspace is not None:
            role = role_in(self.person, self.workspace)
            return role is not None and allows(role, Can.SEE)
        return has_right(self.person, InstanceCan.SEE_ALL)

    def may_mail(self) -> bool:
        """True if this person may get it as a mail: nobody does of a sample or an archive."""
        place = self.workspace
        is_closed = place is not None and (place.is_sample or bool(place.archived_at))
        return not is_closed and self.may_read()

    def _has(self, view: SavedView) -> bool:
        is_here = self.workspace is not None and view.workspace_id == self.workspace.pk
        return is_here and view.owner_id in {None, self.person.pk}

    def link_to(self, row: Credential) -> str:
        """The path of a credential's page: in the workspace, or in the administration."""
        if self.workspace is not None:
            return credentials_url(self.workspace, "detail", pk=row.pk)
        return reverse("admin:credentials_app_credential_change", args=[row.pk])

    def place_of(self, row: Credential) -> str:
        """The workspace of a credential; empty in a report about one workspace."""
        if self.workspace is not None:
            return ""
        owner = row.workspace.owner
        return f"{owner.email} ({_('personal')})" if owner else row.workspace.label
