"""What an overview counts: one workspace, several, or the whole instance; and its links."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from credentials_app.models import Credential, StatusChange
from workspaces.models import Workspace
from workspaces.places import credentials_url

LIST, OF_ALL = "list", "admin:stored"
LINES = "#workspaces"
"""The place in the page with a line for each workspace, each with its own list."""


@dataclass(frozen=True)
class OverviewScope:
    """``workspaces``: those that the reader may see; None for the whole instance, but samples."""

    workspaces: tuple[Workspace, ...] | None

    @property
    def key(self) -> frozenset[UUID] | None:
        """The same for everybody who sees the same workspaces."""
        return None if self.workspaces is None else frozenset(each.pk for each in self.workspaces)

    @property
    def only(self) -> Workspace | None:
        """The workspace, if it is one alone."""
        return self.workspaces[0] if self.workspaces and len(self.workspaces) == 1 else None

    @cached_property
    def by_key(self) -> Mapping[UUID, Workspace]:
        """The workspaces by their keys."""
        return {each.pk: each for each in self.workspaces or ()}

    def rows(self) -> "QuerySet[Credential]":
        """Their credentials, and nobody else's."""
        if self.workspaces is None:
            left_out = Workspace.objects.filter(Q(is_sample=True) | Q(archived_at__isnull=False))
            return Credential.objects.exclude(workspace__in=left_out)
        if self.only:
            return Credential.objects.filter(workspace=self.only)
        return Credential.objects.filter(workspace__in=self.workspaces)

    def changes(self, keys: "QuerySet[Credential]") -> "QuerySet[StatusChange]":
        """The status changes of some of them."""
        return StatusChange.every.filter(credential__in=keys)

    def place_of(self, row: Credential) -> Workspace:
        """The workspace of one of the rows."""
        return self.by_key.get(row.workspace_id) or row.workspace

    def link_to(self, row: Credential) -> str:
        """The path of a credential's page; in the administration for the whole instance."""
        if self.workspaces is None:
            return reverse("admin:credentials_app_credential_change", args=[row.pk])
        return credentials_url(self.place_of(row), "detail", pk=row.pk)

    def place_label(self, row: Credential) -> str:
        """The name of its workspace; empty if the overview is about one alone."""
        place = self.place_of(row) if self.only is None else None
        if place is None:
            return ""
        if self.workspaces is None and place.owner:
            return f"{place.owner.email} ({_('personal')})"
        return place.label

    @property
    def own_url(self) -> str:
        """The overview of the workspace, if it is one alone."""
        return credentials_url(self.only, "overview") if self.only else ""

    def list_url(self, **fields: str) -> str:
        """The list of credentials with these fields; the lines if no one list has them all."""
        tail = f"?{urlencode(fields)}" if fields else ""
        if self.only:
            return credentials_url(self.only, LIST) + tail
        if self.workspaces is None:
            return reverse(OF_ALL) + tail
        return LINES
