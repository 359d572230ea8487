"""The URLs of people, organizations and workspaces; allauth has those of the sign-in."""

from allauth.account import urls as pages_of_allauth
from allauth.mfa.base import views as second_step
from allauth.mfa.webauthn import views as passkey_step
from django.urls import include, path

from workspaces.views import (
    account,
    audit_log,
    factors,
    invitations,
    members,
    openid,
    openid_answer,
    organization_invitations,
    organizations,
    passkeys,
    set_up,
    sign_in,
    teams,
    tokens,
    workspaces,
)

WORKSPACE = "o/<slug:organization>/<slug:workspace>"
ORGANIZATION = "organizations/<slug:organization>"

pages = [
    path("", set_up.home, name="home"),
    path("set-up/", set_up.set_up, name="set_up"),
    path("account/", account.account, name="account"),
    path("account/time-zone/", account.answer_zone_offer, name="time_zone"),
    path("account/first-steps/", account.close_first_steps, name="first_steps"),
    path("account/sessions/", account.sessions, name="sessions"),
    path("account/sessions/end-others/", account.sessions_end_others, name="sessions_end_others"),
    path("account/sessions/<uuid:session>/end/", account.session_end, name="session_end"),
    path("account/tokens/", tokens.own_tokens, name="tokens"),
    path("account/tokens/add/", tokens.token_add, name="token_add"),
    path("account/tokens/<uuid:api_token>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("account/factors/", factors.own_factors, name="factors"),
    path("account/factors/app/", factors.app_add, name="factor_app"),
    path("account/factors/app/remove/", factors.app_remove, name="factor_app_remove"),
    path("account/factors/passkeys/add/", passkeys.passkey_add, name="factor_passkey"),
    path(
        "account/factors/passkeys/<uuid:passkey>/remove/",
        passkeys.passkey_remove,
        name="factor_passkey_remove",
    ),
    path("account/factors/recovery-codes/", factors.codes_replace, name="codes"),
    path("account/openid/<slug:identity>/", openid.openid_start, name="openid_start"),
    path(
        "account/openid/<slug:identity>/answer/", openid_answer.openid_answer, name="openid_answer"
    ),
    path("account/openid/<slug:identity>/link/", openid.openid_link, name="openid_link"),
    path("account/openid/<slug:identity>/prove/", openid.openid_prove, name="openid_prove"),
    path("account/confirm-by-provider/", openid.openid_proof, name="openid_proof"),
    path("account/links/<uuid:link>/remove/", openid.openid_unlink, name="openid_unlink"),
    path("organizations/", organizations.organizations, name="organizations"),
    path("organizations/add/", organizations.organization_add, name="organization_add"),
    path(f"{ORGANIZATION}/", organizations.organization, name="organization"),
    path(f"{ORGANIZATION}/rename/", organizations.organization_rename, name="organization_rename"),
    path(
        f"{ORGANIZATION}/second-factor/",
        organizations.organization_factor,
        name="organization_factor",
    ),
    path(
        f"{ORGANIZATION}/people/<uuid:person>/role/",
        organizations.organization_role,
        name="organization_role",
    ),
    path(
        f"{ORGANIZATION}/people/<uuid:person>/remove/",
        organizations.member_remove,
        name="member_remove",
    ),
    path(
        f"{ORGANIZATION}/people/invite/",
        organization_invitations.organization_invite,
        name="organization_invite",
    ),
    path(
        f"{ORGANIZATION}/invitations/<uuid:invitation>/withdraw/",
        organization_invitations.organization_invitation_withdraw,
        name="organization_invitation_withdraw",
    ),
    path(f"{ORGANIZATION}/teams/add/", teams.team_add, name="team_add"),
    path(f"{ORGANIZATION}/teams/<uuid:team>/", teams.team_page, name="team"),
    path(f"{ORGANIZATION}/teams/<uuid:team>/rename/", teams.team_rename, name="team_rename"),
    path(f"{ORGANIZATION}/teams/<uuid:team>/delete/", teams.team_delete, name="team_delete"),
    path(f"{ORGANIZATION}/teams/<uuid:team>/add/", teams.team_member_add, name="team_member_add"),
    path(
        f"{ORGANIZATION}/teams/<uuid:team>/people/<uuid:person>/remove/",
        teams.team_member_remove,
        name="team_member_remove",
    ),
    path(f"{ORGANIZATION}/leave/", organizations.organization_leave, name="organization_leave"),
    path(f"{ORGANIZATION}/workspaces/add/", workspaces.workspace_add, name="workspace_add"),
    path(f"{WORKSPACE}/settings/", workspaces.settings, name="settings"),
    path(f"{WORKSPACE}/people/", members.people, name="people"),
    path(f"{WORKSPACE}/people/invite/", invitations.invite, name="invite"),
    path(
        f"{WORKSPACE}/people/<uuid:person>/role/", members.participant_role, name="participant_role"
    ),
    path(
        f"{WORKSPACE}/people/<uuid:person>/remove/",
        members.participant_remove,
        name="participant_remove",
    ),
    path(f"{WORKSPACE}/people/teams/", teams.team_role, name="team_role"),
    path(
        f"{WORKSPACE}/people/teams/<uuid:team>/remove/",
        teams.team_role_remove,
        name="team_role_remove",
    ),
    path(f"{WORKSPACE}/tokens/", tokens.workspace_tokens, name="workspace_tokens"),
    path(
        f"{WORKSPACE}/tokens/<uuid:api_token>/revoke/",
        tokens.workspace_token_revoke,
        name="workspace_token_revoke",
    ),
    path(f"{WORKSPACE}/leave/", members.leave, name="leave"),
    path(
        f"{WORKSPACE}/invitations/<uuid:invitation>/withdraw/",
        invitations.invitation_withdraw,
        name="invitation_withdraw",
    ),
    path(f"{WORKSPACE}/audit-log/", audit_log.audit_log, name="audit_log"),
    path(f"{WORKSPACE}/audit-log/export/", audit_log.audit_log_export, name="audit_log_export"),
    path("me/audit-log/", audit_log.audit_log, name="my_audit_log"),
    path("me/audit-log/export/", audit_log.audit_log_export, name="my_audit_log_export"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("invitations/<str:token>/openid/<slug:identity>/", openid.openid_join, name="openid_join"),
]
ours_for_allauth = [
    path("login/", sign_in.sign_in_page, name="account_login"),
    path("logout/", sign_in.sign_out_page, name="account_logout"),
    path("password/set/", sign_in.set_password, name="account_set_password"),
    path("email/", sign_in.addresses, name="account_email"),
]
replaced = {each.name for each in ours_for_allauth}
others_of_allauth = [each for each in pages_of_allauth.urlpatterns if each.name not in replaced]
# allauth's URL names have no namespace, so this file declares no app_name.
urlpatterns = [
    path("", include((pages, "workspaces"))),
    path("account/", include([*ours_for_allauth, *others_of_allauth])),
    path("account/second-step/", second_step.authenticate, name="mfa_authenticate"),
    path("account/confirm-by-code/", second_step.reauthenticate, name="mfa_reauthenticate"),
    path(
        "account/confirm-by-passkey/",
        passkey_step.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("account/passkey/", passkeys.sign_in_by_passkey, name="mfa_login_webauthn"),
]
