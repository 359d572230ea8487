"""Which address leads to which page of people and places; sign-in is allauth's."""

from django.urls import include, path

from workspaces.views import (
    account,
    audit_log,
    invitations,
    members,
    organizations,
    set_up,
    workspaces,
)

HERE = "o/<slug:organization>/<slug:workspace>"
ONE = "organizations/<slug:organization>"

pages = [
    path("", set_up.home, name="home"),
    path("set-up/", set_up.set_up, name="set_up"),
    path("account/", account.account, name="account"),
    path("organizations/", organizations.organizations, name="organizations"),
    path("organizations/add/", organizations.organization_add, name="organization_add"),
    path(f"{ONE}/", organizations.organization, name="organization"),
    path(f"{ONE}/rename/", organizations.organization_rename, name="organization_rename"),
    path(
        f"{ONE}/people/<uuid:person>/role/",
        organizations.organization_role,
        name="organization_role",
    ),
    path(f"{ONE}/workspaces/add/", workspaces.workspace_add, name="workspace_add"),
    path(f"{HERE}/settings/", workspaces.settings, name="settings"),
    path(f"{HERE}/people/", members.people, name="people"),
    path(f"{HERE}/people/invite/", invitations.invite, name="invite"),
    path(f"{HERE}/people/<uuid:person>/role/", members.participant_role, name="participant_role"),
    path(
        f"{HERE}/people/<uuid:person>/remove/",
        members.participant_remove,
        name="participant_remove",
    ),
    path(f"{HERE}/leave/", members.leave, name="leave"),
    path(
        f"{HERE}/invitations/<uuid:invitation>/withdraw/",
        invitations.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path(f"{HERE}/audit-log/", audit_log.audit_log, name="audit_log"),
    path("me/audit-log/", audit_log.audit_log, name="my_audit_log"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
]
# allauth's names stand in no namespace, so this file has none of its own.
urlpatterns = [
    path("", include((pages, "workspaces"))),
    path("account/", include("allauth.account.urls")),
]
