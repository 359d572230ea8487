"""The sentences that only the rules of Docker Hub use."""

WORDS: dict[str, str] = {
    "cause_rejected_hub_token": (
        "Docker Hub refused the token: it has expired, was deactivated, deleted or mistyped. "
        "Docker Hub does not say which."
    ),
    "cause_rejected_hub_organization": (
        "Docker Hub refused the organization token: it has ended, was deleted or mistyped, or the "
        "user name is not the organization's."
    ),
    "cause_rejected_hub_password": (
        "Docker Hub refused the login: the password is wrong, or two-factor sign-in or single "
        "sign-on demands a token."
    ),
    "cause_hub_email": "Docker Hub wants the Docker ID as user name, not an e-mail address.",
    "cause_hub_username": "Docker Hub knows the token, but not for this user name.",
    "do_hub_token": "Create a personal access token on Docker Hub and use it as the password.",
    "do_hub_username": (
        "Use the Docker ID of the token's owner, or for an organization token the organization's "
        "name."
    ),
    "do_hub_access": (
        "A personal token reaches what its owner may: add that account to the repository or "
        "its team. An organization token reaches only the repositories chosen in its "
        "settings."
    ),
    "do_hub_limit": (
        "Docker Hub limits requests by account and address; a check downloads no image."
    ),
    "do_hub_ban": (
        "Docker Hub counts failed sign-ins of an address, too: correct other Docker Hub "
        "credentials, which may have caused this."
    ),
}
