"""The sentences that only the rules of Gitea and Forgejo use."""

WORDS: dict[str, str] = {
    "saw_no_package_right": "The token has no right to packages.",
    "saw_public_only": "The token is for public packages only.",
    "cause_rejected_gitea": (
        "The token or password was refused: it was deleted, mistyped, or a password where the "
        "account has two-factor sign-in."
    ),
    "cause_no_package_right": "The login works, but its token has no right to packages.",
    "cause_public_only": "The login works, but its token is limited to public packages.",
    "do_new_package_token": (
        "Make a new access token with {scopes} and nothing else, and replace the secret here."
    ),
    "do_check_package_access": (
        "Check that the token has {scopes}, that the name is right, and ask the owner of the "
        "package for access."
    ),
    "do_gitea_server": (
        "Use the host of its web address: its registry has no other one. A proxy in front "
        "must pass /v2/ on, from the root of that host."
    ),
    "do_gitea_realm": (
        "It signs in at the address that its operator configured as its own (ROOT_URL): have "
        "it corrected if this is another host."
    ),
}
