"""The scope of a report: the person who reads it, and a workspace or the whole instance."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from credentials_app.models import Credential
from credentials_app.notices.unsubscribe import Kind
from workspaces.models import User, Workspace
from workspaces.places import credentials_url
from workspaces.rights.access import has_right, role_in
from workspaces.rights.roles import Can, InstanceCan, allows


@dataclass(frozen=True)
class ReportScope:
    """``workspace`` None: the instance."""

    person: User
    workspace: Workspace | None = None

    @property
    def label(self) -> str:
        """The name of the workspace, or of all."""
        return self.workspace.label if self.workspace else _("all workspaces")

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
        """True if this person has the right to see it now."""
        if self.workspace is not None:
            role = role_in(self.person, self.workspace)
            return role is not None and allows(role, Can.SEE)
        return has_right(self.person, InstanceCan.SEE_ALL)

    def may_mail(self) -> bool:
        """True if this person may get it as a mail: nobody does of a sample."""
        is_sample = self.workspace is not None and self.workspace.is_sample
        return not is_sample and self.may_read()

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
