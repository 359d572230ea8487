"""The lists of the admin audit: people, organizations, workspaces, audit events."""

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from workspaces.admin.pages import InstancePage, add_page
from workspaces.admin.site import ReadOnly
from workspaces.models import AuditEvent, Organization, RefusedSignIn, User, Workspace
from workspaces.rights.roles import InstanceCan
from workspaces.rights.team_roles import people_by_team
from workspaces.views import accounts, audit_log
from workspaces.views.mail import mail

add_page(
    InstancePage(
        path="audit-log/",
        name="audit_log",
        view=audit_log.instance_audit_log,
        label="Audit log",
        about="Who did what, in sentences: filters, search, and an export that can be verified.",
        icon="scroll-text",
        can=InstanceCan.READ_AUDIT,
    )
)
add_page(
    InstancePage(
        path="audit-log/export/",
        name="audit_log_export",
        view=audit_log.instance_audit_log_export,
        can=InstanceCan.READ_AUDIT,
    )
)
add_page(
    InstancePage(
        path="mail/",
        name="mail",
        view=mail,
        label="Mail",
        about="How mail leaves, what waits, what failed, and a test mail to yourself.",
        icon="mail",
        can=InstanceCan.PEOPLE,
    )
)
add_page(
    InstancePage(
        path="accounts/",
        name="accounts",
        view=accounts.accounts_list,
        label="Accounts",
        about="Who may sign in: administrators and auditors, suspension, sessions.",
        icon="users",
        can=InstanceCan.PEOPLE,
    )
)
for _path, _name, _view in (
    ("", "account", accounts.account_page),
    ("rights/", "account_rights", accounts.account_rights),
    ("suspend/", "account_suspend", accounts.account_suspend),
    ("restore/", "account_restore", accounts.account_restore),
    ("end-sessions/", "account_end_sessions", accounts.account_end_sessions),
    ("reset-factors/", "account_reset_factors", accounts.account_reset_factors),
):
    _place = f"accounts/<uuid:person>/{_path}"
    add_page(InstancePage(path=_place, name=_name, view=_view, can=InstanceCan.PEOPLE))


@admin.register(User)
class UserAdmin(ReadOnly):
    """All accounts."""

    list_display = ("email", "name", "is_staff", "is_auditor", "is_active", "last_login")
    list_filter = ("is_staff", "is_auditor", "is_active")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = (
        "email", "name", "time_zone", "is_staff", "is_auditor", "is_active",
        "created_at", "last_login",
    )  # fmt: skip


@admin.register(Organization)
class OrganizationAdmin(ReadOnly):
    """All organizations."""

    list_display = ("name", "slug", "workspaces", "people", "created_at")
    search_fields = ("name", "slug")
    fields = ("name", "slug", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        """Add the numbers of workspaces and members, in one query."""
        return Organization.objects.annotate(
            workspace_count=Count(
                "workspaces", filter=Q(workspaces__deleted_at=None), distinct=True
            ),
            people_count=Count("members", distinct=True),
        )

    @admin.display(ordering="workspace_count")
    def workspaces(self, row: Organization) -> int:
        return int(getattr(row, "workspace_count", 0))

    @admin.display(ordering="people_count")
    def people(self, row: Organization) -> int:
        return int(getattr(row, "people_count", 0))


@admin.register(Workspace)
class WorkspaceAdmin(ReadOnly):
    """All workspaces, including the personal ones."""

    list_display = ("name", "organization", "owner", "slug", "is_sample", "created_at")
    list_filter = ("is_sample",)
    list_select_related = ("organization", "owner")
    search_fields = ("name", "slug", "organization__name", "owner__email")
    fields = ("name", "organization", "owner", "slug", "is_sample", "created_at", "people")
    readonly_fields = ("people",)

    @admin.display(description="people and roles")
    def people(self, workspace: Workspace) -> str:
        """The participants and the people of teams, with their roles."""
        rows = workspace.participants.select_related("user").order_by("user__email")
        told = [f"{row.user.email} ({row.role})" for row in rows]
        told += [
            f"{each.person.email} ({each.role} by {each.team})"
            for each in people_by_team([workspace.pk])
        ]
        return ", ".join(told) or "its owner alone"


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly):
    """All audit events."""

    list_display = (
        "at", "actor_label", "action", "target_label", "workspace_label", "outcome", "address",
    )  # fmt: skip
    list_filter = ("outcome", "via", "action")
    search_fields = ("actor_label", "target_label", "workspace_label", "action")
    ordering = ("-seq",)
    fields = (
        "at", "actor_type", "actor_label", "actor_id", "via", "address", "request_id",
        "action", "target_type", "target_label", "target_id", "workspace_label", "workspace_id",
        "outcome", "details", "number", "prev", "hash",
    )  # fmt: skip


@admin.register(RefusedSignIn)
class RefusedSignInAdmin(ReadOnly):
    """Refused sign-ins of the last 90 days, by account, client and hour."""

    list_display = ("last_at", "person", "network", "count")
    list_select_related = ("person",)
    search_fields = ("person__email", "person__name", "network")
    ordering = ("-last_at", "-pk")
    fields = ("person", "network", "hour", "last_at", "count")
