"""The sentences that only the rules of GitHub Container Registry use."""

WORDS: dict[str, str] = {
    "saw_single_sign_on": "An organization wants the token to be authorized for single sign-on.",
    "saw_account_suspended": "It says that the account is suspended.",
    "saw_repository_hidden": "It shows no such repository: missing, empty or hidden.",
    "cause_rejected_github": (
        "GitHub refused the token: it has expired, was revoked or mistyped, or is an account's "
        "password, which it never accepts. GitHub does not say which."
    ),
    "cause_rejected_github_app": (
        "GitHub refused the token: it is one of an app or job and expires within the hour."
    ),
    "cause_github_sso": "An organization demands that this token is authorized for single sign-on.",
    "cause_github_address": (
        "An organization's list of allowed addresses refuses ours; the token was not checked."
    ),
    "cause_account_suspended": "The account that owns the token is suspended.",
    "do_github_scopes": (
        "Edit the token on GitHub and tick {scopes}: its secret stays the same. "
        "Or create a new one."
    ),
    "do_github_fewer": (
        "It holds more than is needed ({excess}): leave only {scopes} ticked on GitHub, where a "
        "classic token keeps its secret; replace a token of an app by a classic one."
    ),
    "do_github_token": "Create a classic personal access token with {scopes}; replace the secret.",
    "do_github_sso": (
        "On GitHub, next to the token, choose “Configure SSO” and authorize the organization."
    ),
    "do_github_access": (
        "On the package's settings give the token's owner access, or its repository; with "
        "single sign-on, authorize the token for the organization."
    ),
    "do_github_limit": "GitHub's API allows 5,000 requests an hour with a token.",
}
