"""The admin audit of credentials: everything about them except their secrets."""

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
    TagFilter,
)
from credentials_app.models import Credential, tags_of
from credentials_app.presentation.credential import CredentialView, credential_view
from credentials_app.selectors import with_tags
from credentials_app.services.administration import check_all, pause_all
from credentials_app.templatetags.moments import moment
from workspaces.admin.site import ReadOnly
from workspaces.audit import Caller
from workspaces.rights.access import has_right, person_with
from workspaces.rights.roles import InstanceCan


def _view(row: Credential) -> CredentialView:
    return credential_view(row, timezone.now())


@admin.register(Credential)
class CredentialAdmin(ReadOnly):
    """All stored credentials, of all workspaces."""

    list_display = (
        "name", "place", "provider_label", "registry", "username", "believed", "ends", "held_by",
        "looked", "tagged",
    )  # fmt: skip
    list_filter = (
        "status", CouldNotCheckFilter, EndFilter, PlaceFilter, ProviderFilter,
        ("owner", admin.EmptyFieldListFilter), TagFilter,
    )  # fmt: skip
    search_fields = (
        "name", "server", "username", "repository", "owner__email", "workspace__name",
        "workspace__organization__name", "workspace__owner__email", "tags__name",
    )  # fmt: skip
    list_select_related = ("workspace__organization", "workspace__owner", "owner")
    ordering = ("name", "id")
    actions = ("check_now", "pause")
    fields = (
        "name", "place", "provider_label", "registry", "username", "push", "repository", "owner",
        "tagged",
        "believed", "status_since", "cause", "needed", "held", "excess", "ends",
        "ends_source", "last_checked_at", "last_conclusive_at", "last_good_at", "last_bad_at",
        "check_every", "next_check_at", "created_at", "created_by", "changed_at", "changed_by",
        "secret_set_at", "secret_set_by", "secret_version",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Credential]:
        """With tags; without samples, the sealed secrets and people's notes."""
        rows = Credential.objects.filter(workspace__is_sample=False)
        return with_tags(rows).defer("sealed", "notes", "searched_text")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """With a title that says what the list contains."""
        title = {"title": _("All stored credentials")}
        return super().changelist_view(request, {**title, **(extra_context or {})})

    def has_check_permission(self, request: HttpRequest) -> bool:
        """Administrators only; auditors cause no traffic."""
        return has_right(request.user, InstanceCan.CHECK_ALL)

    @admin.action(description="Check now", permissions=["check"])
    def check_now(self, request: HttpRequest, rows: QuerySet[Credential]) -> None:
        """Make the selected credentials due and enqueue their checks."""
        person = person_with(request, InstanceCan.CHECK_ALL)
        due = check_all(person, Caller.of(request), _keys(rows))
        for pk in due:
            tasks.check_credential.delay_on_commit(pk)
        messages.success(request, _("%(count)s are being checked.") % {"count": len(due)})

    @admin.action(description="Pause checking", permissions=["check"])
    def pause(self, request: HttpRequest, rows: QuerySet[Credential]) -> None:
        """Pause the checks of the selected credentials."""
        person = person_with(request, InstanceCan.CHECK_ALL)
        done = pause_all(person, Caller.of(request), _keys(rows))
        messages.success(request, _("%(count)s are paused.") % {"count": len(done)})

    @admin.display(description="workspace", ordering="workspace__name")
    def place(self, row: Credential) -> str:
        """The workspace; a personal one is named by its owner."""
        workspace = row.workspace
        return f"{workspace.owner.email} (personal)" if workspace.owner else workspace.label

    @admin.display(description="provider", ordering="provider")
    def provider_label(self, row: Credential) -> str:
        """The name of the provider that the last check found."""
        return _view(row).provider.label

    @admin.display(description="last checked", ordering="last_checked_at", empty_value="never")
    def looked(self, row: Credential) -> str | None:
        """How long ago; the exact time on hover."""
        return moment(row.last_checked_at) if row.last_checked_at else None

    @admin.display(description="owner", ordering="owner__name", empty_value="nobody")
    def held_by(self, row: Credential) -> str | None:
        """The owner's name."""
        return row.owner.name or row.owner.email if row.owner else None

    @admin.display(description="tags", empty_value="–")
    def tagged(self, row: Credential) -> str | None:
        """The names of its tags."""
        return ", ".join(tags_of(row)) or None

    @admin.display(description="registry server", ordering="server")
    def registry(self, row: Credential) -> str:
        """The server, with a warning if the password travels unencrypted."""
        return render_to_string("credentials_app/list/_server.html", {"view": _view(row)})

    @admin.display(description="status", ordering="status")
    def believed(self, row: Credential) -> str:
        """The status as word, icon and tone."""
        badge = _view(row).badge
        return render_to_string("credentials_app/list/_badges.html", {"badge": badge})

    @admin.display(description="last day", ordering="expires_at", empty_value="unknown")
    def ends(self, row: Credential) -> Any:
        """The last day on which the credential works."""
        return _view(row).expiry.last_day

    @admin.display(description="end known from")
    def ends_source(self, row: Credential) -> str:
        """Where the end date comes from."""
        return str(_view(row).expiry_source)

    @admin.display(description="cause")
    def cause(self, row: Credential) -> str:
        """The reason of the status."""
        return _view(row).cause

    @admin.display(description="needed")
    def needed(self, row: Credential) -> str:
        """The needed rights, each with what the last check saw of it."""
        return ", ".join(f"{need.name} ({need.word})" for need in _view(row).needed)

    @admin.display(description="held")
    def held(self, row: Credential) -> str:
        """The rights that the last check saw."""
        held = _view(row).held
        return _("could not be seen") if held is None else ", ".join(held)

    @admin.display(description="held and not needed", empty_value="–")
    def excess(self, row: Credential) -> str | None:
        """The rights that it holds and does not need."""
        return ", ".join(_view(row).excess) or None


def _keys(rows: QuerySet[Credential]) -> list[UUID]:
    return list(rows.values_list("pk", flat=True))
