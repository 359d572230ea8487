"""The sentences that only the rules of Google Artifact Registry use."""

WORDS: dict[str, str] = {
    "saw_token_over": "It no longer accepts the access token.",
    "saw_api_off": "It says that the registry is not enabled in that project.",
    "cause_rejected_google_key": (
        "Google refused the key: it was deleted, or its service account was deleted or disabled."
    ),
    "cause_google_username": "Google wants _json_key as the user name of a JSON key.",
    "cause_google_token_over": (
        "Google does not accept the access token: it lives an hour, and has expired or was revoked."
    ),
    "cause_google_permission": (
        "The login works, but lacks the permission to pull {repository}, or there is no such "
        "repository. Google does not say which."
    ),
    "cause_google_api_off": "The Artifact Registry is not enabled in that project.",
    "do_google_key": "Create a new JSON key for a service account with {scopes}.",
    "do_google_username": "Use _json_key as the user name.",
    "do_google_grant": "Grant {scopes} on the repository to the service account.",
    "do_google_enable": "Enable the Artifact Registry API in that Google Cloud project.",
    "do_google_server": (
        "Use REGION-docker.pkg.dev; a name at gcr.io answers only where an Artifact Registry "
        "repository of that name exists."
    ),
}
