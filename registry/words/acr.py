"""The sentences that only the rules of Azure Container Registry use."""

WORDS: dict[str, str] = {
    "saw_network_rule": "A network rule there refuses this address.",
    "saw_tags_hidden": "It does not show the repository's tags to this login.",
    "cause_network_rule": (
        "A network rule of the registry refuses this address; the password was not checked."
    ),
    "cause_rejected_principal": (
        "Azure refused the client secret: it has expired (by default after one year), was "
        "removed, or is mistyped. Azure does not say which."
    ),
    "cause_principal_unknown": "Azure does not know the application of this client id.",
    "cause_principal_no_id": "The user name of a service principal is its client id, a GUID.",
    "cause_rejected_azure": (
        "Azure refused the login: the password is wrong, was regenerated or has expired, or "
        "the token or the admin user is switched off. Azure does not say which."
    ),
    "cause_secret_id_pasted": "This may be the secret's id; Azure needs the secret's value.",
    "do_allow_network": (
        "Let the registry's network rules admit the address from which Lockkeeper calls."
    ),
    "do_new_client_secret": (
        "Add a new client secret to the application, copy its value, and replace the secret here."
    ),
    "do_client_id": "Give the application's client id as the user name.",
    "do_new_azure_password": (
        "Regenerate the password of the token, with an end date, and replace the secret here."
    ),
    "do_azure_access": (
        "Give the token's scope map content/read (content/write to push) and metadata/read "
        "on the repository; a service principal needs the role AcrPull or AcrPush."
    ),
}
