"""The sentences that only the rules of GitLab's container registry use."""

WORDS: dict[str, str] = {
    "saw_denied_push": "It knows the login; a rule of the project forbids pushing there.",
    "saw_too_many_addresses": "It limits from how many addresses one account may sign in.",
    "saw_registry_off": "The container registry is switched off there.",
    "saw_registry_on": "The container registry is switched on there.",
    "saw_registry_unsaid": "It does not say whether the container registry is on.",
    "saw_token_alive": "The token is alive. Its scopes: {scopes}.",
    "saw_token_unknown": "No token of this server looks like it.",
    "saw_account_unusable": "The account that owns the token cannot be used.",
    "saw_impersonation_off": "Impersonation tokens are switched off there.",
    "saw_fine_grained": "The token is fine-grained and does not show its permissions.",
    "saw_oauth_token": "This is an OAuth token, made for a short life.",
    "saw_proof_wanted": "The owner demands proof of possession for API calls; the token is alive.",
    "saw_no_token_api": "There is no token API at that place.",
    "saw_memberships": "It lists the projects that the token can reach.",
    "saw_not_a_member": "The token cannot reach the repository's project.",
    "saw_not_a_pusher": "It does not list the project among those where the token may push.",
    "saw_canary_refused": "A made-up login is refused as it should be: logins do arrive.",
    "saw_canary_denied": "Even a made-up login is not refused: logins do not arrive.",
    "cause_revoked": "The token was revoked.",
    "cause_token_unknown": "This server does not know the token.",
    "cause_account_unusable": "The account that owns the token cannot be used.",
    "cause_impersonation_off": "Impersonation tokens are switched off on this server.",
    "cause_push_policy": "The login works, but a rule of the project forbids this push.",
    "cause_rejected_deploy_token": (
        "GitLab refused the deploy token: it has expired, was revoked or mistyped, "
        "or its user name is another one. GitLab does not say which."
    ),
    "cause_rejected_job_token": (
        "GitLab refused the CI job token: it works only while its job runs, or it is mistyped."
    ),
    "cause_rejected_password": (
        "GitLab refused the login: the password is wrong, two-factor sign-in or a policy "
        "demands a token, or the account is blocked. GitLab does not say which."
    ),
    "cause_registry_off": "The container registry is switched off on this GitLab.",
    "cause_login_lost": "The login does not arrive: something in front of GitLab removes it.",
    "do_find_newer": "Someone revoked or rotated it: use the newer token, or create one.",
    "do_check_server": "Check that it belongs to this server, and copy it again.",
    "do_unblock_account": (
        "Ask an administrator to restore the account, or use a project or group token, "
        "which belongs to no person."
    ),
    "do_raise_token_life": (
        "On a GitLab of your own the administrator can raise that life: Settings > CI/CD > "
        "Container Registry, “Authorization token duration”."
    ),
    "do_check_username": (
        "Check the user name (gitlab+deploy-token-N, or the one chosen when it was made); "
        "if it is right, create a new deploy token with {scopes}."
    ),
    "do_use_token": "Use a deploy or project token with {scopes}: it needs neither.",
    "do_proxy": "Let the proxy in front of GitLab pass the Authorization header.",
    "do_gitlab_limits": (
        "GitLab limits requests by user and address; its administrator sets them under "
        "Settings > Network."
    ),
    "do_gitlab_ban": (
        "GitLab bans an address after too many failed sign-ins within a minute, of any "
        "account: correct other credentials of this server, too."
    ),
    "do_gitlab_realm": (
        "GitLab signs in at the host of its web address: confirm it if that is the one."
    ),
}
