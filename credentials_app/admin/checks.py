"""The admin audit of check runs, status changes and registries."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.template.loader import render_to_string

from common.clock import database_now
from credentials_app.models import CheckRun, RegistryOrigin, StatusChange
from credentials_app.pacing.numbers import with_failures_and_waits
from credentials_app.presentation.credential import label_of
from credentials_app.presentation.history import check_views
from credentials_app.services.administration import BUDGET, let_go_on, set_budget
from workspaces.admin.site import ReadOnly
from workspaces.audit import Caller
from workspaces.rights.access import has_right, person_with
from workspaces.rights.roles import InstanceCan

UNREAD = ("credential__sealed", "credential__notes", "credential__searched_text")


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
        """Without samples, and without evidence: it is long, and the credential's page shows it."""
        rows = CheckRun.objects.filter(credential__workspace__is_sample=False)
        rows = rows.defer("evidence", *UNREAD)
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
        """Without samples; with the credentials, without their secrets."""
        rows = StatusChange.objects.filter(credential__workspace__is_sample=False)
        rows = rows.defer(*UNREAD)
        return rows.select_related("credential")


@admin.register(RegistryOrigin)
class RegistryOriginAdmin(ReadOnly):
    """The state of each registry; administrators set its rate limits."""

    list_display = (
        "origin",
        "paused_until",
        "why",
        "failed_in_an_hour",
        "failed_today",
        "waiting",
        "max_connections",
        "rate_per_s",
        "burst",
        "per_account",
    )
    actions = ("go_on",)
    search_fields = ("origin",)
    ordering = ("origin",)
    fields = ("origin", *BUDGET, "paused_until", "why", "failures", "circuit_until")
    readonly_fields = ("origin", "paused_until", "why", "failures", "circuit_until")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RegistryOrigin]:
        """With the failed logins that count, and the checks that wait, in numbers only."""
        return with_failures_and_waits(RegistryOrigin.objects.all(), database_now())

    @admin.display(description="failed logins in an hour")
    def failed_in_an_hour(self, row: RegistryOrigin) -> int:
        return int(getattr(row, "failed_in_an_hour", 0))

    @admin.display(description="in 24 hours")
    def failed_today(self, row: RegistryOrigin) -> int:
        return int(getattr(row, "failed_today", 0))

    @admin.display(description="checks that wait")
    def waiting(self, row: RegistryOrigin) -> int:
        return int(getattr(row, "waiting", 0))

    @admin.action(description="Let it go on now", permissions=["change"])
    def go_on(self, request: HttpRequest, queryset: QuerySet[RegistryOrigin]) -> None:
        """End the pauses of the chosen origins."""
        person = person_with(request, InstanceCan.CHECK_ALL)
        count = let_go_on(person, Caller.of(request), [row.pk for row in queryset])
        self.message_user(request, f"{count} of them go on.")

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
