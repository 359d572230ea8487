"""Whose credentials an audit shows: of the instance, of an organization, or of one workspace."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from credentials_app.models import Credential
from credentials_app.presentation.list_query import ListQuery
from workspaces.models import Organization, User, Workspace
from workspaces.places import credentials_url
from workspaces.rights.access import has_right, open_to, organizations_of, role_of
from workspaces.rights.roles import Can, InstanceCan, allows

INSTANCE = "instance"


@dataclass(frozen=True)
class AuditScope:
    """``workspaces``: those whose administration the reader may read; None: the instance.

    ``organization``: the scope is what the reader administers of it. ``writable``: the workspaces
    in which a reader of the instance stores secrets. Comparing equal secrets there would answer
    guesses, so that their rows are left out of it.
    """

    person: User
    workspaces: tuple[Workspace, ...] | None = None
    organization: Organization | None = None
    writable: frozenset[UUID] = field(default=frozenset())

    @property
    def only(self) -> Workspace | None:
        """The workspace, where the scope is one alone."""
        return None if self.organization or not self.workspaces else self.workspaces[0]

    @property
    def key(self) -> tuple[object, ...]:
        """The same for all readers who see the same, equal secrets included."""
        places = self.workspaces and frozenset(each.pk for each in self.workspaces)
        return (places, self.workspaces is None, self.writable)

    def rows(self) -> QuerySet[Credential]:
        """The credentials, and nobody else's; of the instance without samples and archives."""
        if self.workspaces is None:
            left_out = Workspace.objects.filter(Q(is_sample=True) | Q(archived_at__isnull=False))
            return Credential.objects.exclude(workspace__in=left_out.values("pk"))
        if self.only:
            return Credential.objects.filter(workspace=self.only)
        return Credential.objects.filter(workspace__in=self.workspaces)

    def comparable(self) -> QuerySet[Credential]:
        """The credentials whose secrets the reader may have compared."""
        rows = self.rows().filter(secret_digest__isnull=False)
        return rows.exclude(workspace__in=self.writable) if self.writable else rows

    @cached_property
    def shared(self) -> Q:
        """The condition of those whose secret is stored in another place of the scope, too."""
        several = self.comparable().order_by().values("secret_digest").annotate(n=Count("*"))
        found = Q(secret_digest__in=several.filter(n__gt=1).values("secret_digest"))
        return found & ~Q(workspace__in=self.writable) if self.writable else found

    @cached_property
    def _names(self) -> dict[UUID, str]:
        return {each.pk: place_name(each) for each in self.workspaces or ()}

    def place_of(self, row: Credential) -> str:
        """The name of its workspace; empty where the scope is one alone."""
        if self.only:
            return ""
        return self._names.get(row.workspace_id) or place_name(row.workspace)

    def link_to(self, row: Credential) -> str:
        """The path of a credential's page; in the administration for the whole instance."""
        if self.workspaces is None:
            return reverse("admin:credentials_app_credential_change", args=[row.pk])
        place = next(each for each in self.workspaces if each.pk == row.workspace_id)
        return credentials_url(place, "detail", pk=row.pk)

    def url(self, page: str, query: ListQuery | None = None, **fields: str) -> str:
        """The path of a page of the audit: ``stored``, ``stored_reports`` and others."""
        pairs = [*(query.fields if query else ()), *fields.items()]
        tail = f"?{urlencode(pairs)}" if pairs else ""
        if self.workspaces is None:
            return reverse(f"admin:{page}") + tail
        if self.organization:
            return reverse(f"overview:{page}", args=[self.organization.slug]) + tail
        return credentials_url(self.workspaces[0], page) + tail

    @property
    def name(self) -> str:
        """The name of the scope: in headings, files and mails."""
        if self.workspaces is None:
            return _("this Lockkeeper")
        return self.organization.name if self.organization else place_name(self.workspaces[0])

    @property
    def place(self) -> str:
        """The scope as a stored mail names it; :func:`scope_of_place` reads it."""
        if self.workspaces is None:
            return INSTANCE
        if self.organization:
            return f"organization:{self.organization.pk}"
        return f"workspace:{self.workspaces[0].pk}"


def scope_of_instance(person: User, places: Iterable[Workspace]) -> AuditScope:
    """The instance, for a reader with these workspaces."""
    mine = frozenset(each.pk for each in places if allows(role_of(each), Can.WRITE))
    return AuditScope(person, writable=mine)


def scope_of_organization(
    person: User, organization: Organization, places: Iterable[Workspace], can: Can = Can.AUDIT
) -> AuditScope:
    """Those of these workspaces that are of the organization and that the person administers;
    ``can``: with this right, too. Samples and archives do not count among several."""
    mine = tuple(
        each
        for each in places
        if each.organization_id == organization.pk
        and allows(role_of(each), Can.AUDIT)
        and allows(role_of(each), can)
        and not (each.is_sample or each.archived_at)
    )
    return AuditScope(person, mine, organization)


def scope_of_place(person: User, place: str) -> AuditScope | None:
    """The scope that a stored mail names, with the rights of now; None if the person may not read
    it any more."""
    if not person.is_active:
        return None
    if place == INSTANCE:
        may_read = has_right(person, InstanceCan.SEE_ALL)
        return scope_of_instance(person, open_to(person)) if may_read else None
    kind, _mark, key = place.partition(":")
    if kind == "organization":
        home = organizations_of(person).filter(pk=UUID(key)).first()
        scope = scope_of_organization(person, home, open_to(person)) if home else None
        return scope if scope and scope.workspaces else None
    found = open_to(person).filter(pk=UUID(key), is_sample=False, archived_at=None).first()
    may_read = found is not None and allows(role_of(found), Can.AUDIT)
    return AuditScope(person, (found,)) if found and may_read else None


def place_name(workspace: Workspace) -> str:
    """The name of a workspace for people who are in none; a personal one is its owner's."""
    owner = workspace.owner
    return f"{owner.email} ({_('personal')})" if owner else workspace.label
