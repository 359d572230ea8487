"""The admin audit of credentials: everything about them but what is sealed."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from credentials_app import tasks
from credentials_app.admin.filters import (
    CouldNotCheckFilter,
    EndFilter,
    PlaceFilter,
    ProviderFilter,
)
from credentials_app.models import Credential
from credentials_app.presentation.credential import CredentialView, credential_view
from credentials_app.services.administration import check_all, pause_all
from credentials_app.templatetags.moments import moment
from workspaces.admin.site import ReadOnly
from workspaces.audit import Caller
from workspaces.rights.access import has_right, person_with
from workspaces.rights.roles import InstanceCan


def _shown(row: Credential) -> CredentialView:
    return credential_view(row, timezone.now())


@admin.register(Credential)
class CredentialAdmin(ReadOnly):
    """All stored credentials, of all workspaces."""

    list_display = (
        "name", "place", "provider_label", "registry", "username", "believed", "ends", "held_by",
        "looked",
    )  # fmt: skip
    list_filter = (
        "status", CouldNotCheckFilter, EndFilter, PlaceFilter, ProviderFilter,
        ("owner", admin.EmptyFieldListFilter),
    )  # fmt: skip
    search_fields = (
        "name", "server", "username", "repository", "owner__email", "workspace__name",
        "workspace__organization__name", "workspace__owner__email",
    )  # fmt: skip
    list_select_related = ("workspace__organization", "workspace__owner", "owner")
    ordering = ("name", "id")
    actions = ("check_now", "pause")
    fields = (
        "name", "place", "provider_label", "registry", "username", "push", "repository", "owner",
        "believed", "status_since", "cause", "needed", "held", "excess", "ends",
        "ends_source", "last_checked_at", "last_conclusive_at", "last_good_at", "last_bad_at",
        "check_every", "next_check_at", "created_at", "created_by", "changed_at", "changed_by",
        "secret_set_at", "secret_set_by", "secret_version",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Credential]:
        """What is sealed stays in the database, and so do people's notes."""
        return Credential.objects.defer("sealed", "notes")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Says what the list is."""
        title = {"title": _("All stored credentials")}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def has_check_permission(self, request: HttpRequest) -> bool:
        """Administrators; auditors cause no traffic."""
        return has_right(request.user, InstanceCan.CHECK_ALL)

    @admin.action(description="Check now", permissions=["check"])
    def check_now(self, request: HttpRequest, rows: QuerySet[Credential]) -> None:
        """Make the chosen ones due."""
        due = check_all(
            person_with(request, InstanceCan.CHECK_ALL), Caller.of(request), _keys(rows)
        )
        for pk in due:
            tasks.check_credential.delay_on_commit(pk)
        messages.success(request, _("%(count)s are being checked.") % {"count": len(due)})

    @admin.action(description="Pause checking", permissions=["check"])
    def pause(self, request: HttpRequest, rows: QuerySet[Credential]) -> None:
        """Stop checking the chosen ones."""
        done = pause_all(
            person_with(request, InstanceCan.CHECK_ALL), Caller.of(request), _keys(rows)
        )
        messages.success(request, _("%(count)s are paused.") % {"count": len(done)})

    @admin.display(description="workspace", ordering="workspace__name")
    def place(self, row: Credential) -> str:
        """The workspace; a personal one by its person."""
        place = row.workspace
        return f"{place.owner.email} (personal)" if place.owner else place.label

    @admin.display(description="provider", ordering="provider")
    def provider_label(self, row: Credential) -> str:
        """The provider by name, as the last check found it."""
        return _shown(row).provider.label

    @admin.display(description="last checked", ordering="last_checked_at", empty_value="never")
    def looked(self, row: Credential) -> str | None:
        """How long ago; the moment itself on hover."""
        return moment(row.last_checked_at) if row.last_checked_at else None

    @admin.display(description="owner", ordering="owner__name", empty_value="nobody")
    def held_by(self, row: Credential) -> str | None:
        """The owner's name."""
        return row.owner.name or row.owner.email if row.owner else None

    @admin.display(description="registry server", ordering="server")
    def registry(self, row: Credential) -> str:
        """The server as people read it, with a warning where the password travels in the clear."""
        return render_to_string("credentials_app/list/_server.html", {"each": _shown(row)})

    @admin.display(description="status", ordering="status")
    def believed(self, row: Credential) -> str:
        """Word, icon and tone."""
        badge = _shown(row).badge
        return render_to_string("credentials_app/list/_badges.html", {"badge": badge})

    @admin.display(description="last day", ordering="expires_at", empty_value="unknown")
    def ends(self, row: Credential) -> Any:
        """The last day on which it works."""
        return _shown(row).expiry.last_day

    @admin.display(description="end known from")
    def ends_source(self, row: Credential) -> str:
        """Who says when it ends."""
        return str(_shown(row).expiry_source)

    @admin.display(description="cause")
    def cause(self, row: Credential) -> str:
        """Why the status is what it is."""
        return _shown(row).cause

    @admin.display(description="needed")
    def needed(self, row: Credential) -> str:
        """What it must be able to do."""
        return ", ".join(f"{need.name} ({need.word})" for need in _shown(row).needed)

    @admin.display(description="held")
    def held(self, row: Credential) -> str:
        """What it may do, as far as anybody could see."""
        held = _shown(row).held
        return _("could not be seen") if held is None else ", ".join(held)

    @admin.display(description="held and not needed", empty_value="–")
    def excess(self, row: Credential) -> str | None:
        """What it may do and need not, as far as anybody could see."""
        return ", ".join(_shown(row).excess) or None


def _keys(rows: QuerySet[Credential]) -> list[UUID]:
    return list(rows.values_list("pk", flat=True))
