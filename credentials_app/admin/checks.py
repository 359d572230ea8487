"""The admin audit of check runs, status changes and registries."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.template.loader import render_to_string

from credentials_app.models import CheckRun, RegistryOrigin, StatusChange
from credentials_app.presentation.credential import label_of
from credentials_app.presentation.history import check_views
from credentials_app.services.administration import BUDGET, set_budget
from workspaces.admin.site import ReadOnly
from workspaces.audit import Caller
from workspaces.rights.access import has_right, person_with
from workspaces.rights.roles import InstanceCan


@admin.register(CheckRun)
class CheckRunAdmin(ReadOnly):
    """Every stored check run."""

    list_display = ("started_at", "credential", "showed", "took_ms", "asked", "counted")
    list_filter = ("outcome", "asked", "counted")
    list_select_related = ("credential",)
    search_fields = ("credential__name", "credential__server")
    ordering = ("-started_at", "-id")
    fields = ("credential", "started_at", "took_ms", "showed", "cause", "asked", "counted")

    def get_queryset(self, request: HttpRequest) -> QuerySet[CheckRun]:
        """Without evidence: it is long, and the credential's own page shows it."""
        rows = CheckRun.objects.defer("evidence", "credential__sealed", "credential__notes")
        return rows.select_related("credential")

    @admin.display(description="showed", ordering="outcome")
    def showed(self, row: CheckRun) -> str:
        """The outcome as word, icon and tone."""
        return render_to_string("components/badge.html", {"label": label_of(row.outcome)})

    @admin.display(description="cause")
    def cause(self, row: CheckRun) -> str:
        """The verdict's reason."""
        return check_views([row])[0].cause


@admin.register(StatusChange)
class StatusChangeAdmin(ReadOnly):
    """Every status change."""

    list_display = ("at", "credential", "old", "new", "why", "tell", "told_at")
    list_filter = ("new", "tell")
    search_fields = ("credential__name", "credential__server")
    ordering = ("-at", "-id")
    fields = ("credential", "at", "old", "new", "why", "tell", "told_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[StatusChange]:
        """With the credentials, without their secrets."""
        rows = StatusChange.objects.defer("credential__sealed", "credential__notes")
        return rows.select_related("credential")


@admin.register(RegistryOrigin)
class RegistryOriginAdmin(ReadOnly):
    """The state of each registry; administrators set its rate limits."""

    list_display = ("origin", "max_connections", "rate_per_s", "burst", "paused_until", "why")
    search_fields = ("origin",)
    ordering = ("origin",)
    fields = ("origin", *BUDGET, "paused_until", "why", "failures", "circuit_until")
    readonly_fields = ("origin", "paused_until", "why", "failures", "circuit_until")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return has_right(request.user, InstanceCan.CHECK_ALL)

    def save_model(
        self, request: HttpRequest, obj: RegistryOrigin, form: "ModelForm[Any]", change: bool
    ) -> None:
        """Store the changed limits only, through the service that audits them."""
        person = person_with(request, InstanceCan.CHECK_ALL)
        set_budget(person, Caller.of(request), obj, fields=form.changed_data)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the service wrote the audit event."""
