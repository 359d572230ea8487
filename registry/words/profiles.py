"""The sentences that only the rules of the profiles use."""

WORDS: dict[str, str] = {
    "cause_rejected_artifactory": (
        "Artifactory refused the login: the token has expired, was revoked or mistyped, or the "
        "account signs in elsewhere and needs a token instead of its password."
    ),
    "cause_api_key_over": (
        "Artifactory's API keys are no longer accepted since the end of 2024; this looks like one."
    ),
    "cause_rejected_nexus": (
        "Nexus refused the login: the password is wrong, or the user token has expired or was "
        "reset."
    ),
    "cause_user_token_wanted": (
        "The login works, but not for {repository}: the role lacks the repository, or this Nexus "
        "wants a user token for images."
    ),
    "cause_rejected_digitalocean": (
        "DigitalOcean refused the token: it has expired, was deleted or mistyped. Logins that "
        "doctl made end after 30 days unless somebody chose otherwise."
    ),
    "cause_rejected_scaleway": (
        "Scaleway refused the secret key: it has expired, was deleted or mistyped."
    ),
    "cause_rejected_ibm": (
        "IBM Cloud refused the login, as it does for a key that was deleted, locked or mistyped, "
        "or for a user name other than iamapikey."
    ),
    "cause_no_access_ibm": (
        "The login works, but its access policy does not cover {repository} or its region."
    ),
    "cause_rejected_oracle": (
        "Oracle refused the login: it wants an auth token, not the console's password, and a user "
        "name that begins with the tenancy's namespace."
    ),
    "cause_no_access_oracle": (
        "Oracle treats the login like anybody's for {repository}: no policy lets it in."
    ),
    "cause_rejected_redhat": (
        "Red Hat refused the login: the service account's token was regenerated or deleted, or the "
        "user name lacks its number and the pipe after it."
    ),
    "cause_rejected_nvidia": (
        "NGC refused the key: it has expired, was revoked, or a newer key of the old kind took "
        "its place."
    ),
    "cause_ngc_username": "NGC needs the literal text $oauthtoken as the user name.",
    "cause_rejected_alibaba": (
        "Alibaba Cloud refused the login: it wants the registry's own password, which each user "
        "sets apart from the account's. A temporary one lives an hour."
    ),
    "cause_rejected_tencent": (
        "Tencent Cloud refused the login: the long-term token was switched off or deleted, or a "
        "temporary one has ended after an hour."
    ),
    "cause_rejected_huawei": (
        "Huawei Cloud refused the login: the access key behind it was deleted or switched off, or "
        "a temporary password has ended after 6 or 24 hours."
    ),
    "cause_rejected_cloudsmith": (
        "Cloudsmith refused the login: the key was regenerated or mistyped, or the entitlement "
        "token has reached its end or one of its limits."
    ),
    "cause_rejected_chainguard": (
        "Chainguard refused the pull token: it has ended, or the identity behind it was deleted."
    ),
    "do_identity_token": (
        "Make a scoped or identity token with an end date and replace the secret here."
    ),
    "do_user_token": (
        "Give its role browse and read on this repository, or store the two codes of a user token."
    ),
    "do_check_nexus": "Check user name and password, or reset the user token.",
    "do_new_key": "Make a new key and replace the secret here.",
    "do_api_key": "Use the user name iamapikey with a new API key of a service ID.",
    "do_check_policy": "Ask for a policy that lets this login into the repository.",
    "do_auth_token": "Make an auth token in the user's settings and replace the secret here.",
    "do_service_account": (
        "Copy user name and token again from the service account's page and replace them here."
    ),
    "do_ngc_username": "Set the user name to $oauthtoken; single quotes keep a shell off it.",
    "do_fixed_password": "Reset the registry's fixed password and replace the secret here.",
    "do_long_term": "Make a long-term login and replace the secret here.",
    "do_pull_token": "Make a new pull token and replace user name and secret here.",
    "do_artifactory_access": (
        "Give the token's group Read (to push Deploy/Cache too) on the Docker repository, "
        "and begin the name with that repository's key."
    ),
    "do_artifactory_anonymous": (
        "This Artifactory allows anonymous access: name a repository that not everybody may "
        "read, so that the login is tested."
    ),
    "do_artifactory_server": (
        "Use the address of the Docker repository: a port or a subdomain of its own, or the "
        "host with the repository's key as the first part of the name."
    ),
    "do_nexus_anonymous": (
        "This Nexus allows anonymous pulling: name a repository that not everybody may read, "
        "so that the login is tested."
    ),
    "do_nexus_server": (
        "Use the port or subdomain of the repository's Docker connector, which its "
        "administrator sets up; the port of the web interface is usually no registry."
    ),
    "do_digitalocean_access": (
        "Check the registry's name, the first part of the repository, and that the token has "
        "the scope registry: read; a token of “doctl registry docker-config” only pulls "
        "unless --read-write is given."
    ),
    "do_digitalocean_token": (
        "Make a new token, for example with “doctl registry docker-config” and "
        "--expiry-seconds, and replace the secret here."
    ),
    "do_scaleway_access": (
        "Give the key's application a policy of ContainerRegistryReadOnly (to pull) or "
        "ContainerRegistryFullAccess (to push)."
    ),
    "do_scaleway_key": (
        "Make a new API key of the IAM application, with an end date, and replace the secret "
        "key here."
    ),
    "do_redhat_server": (
        "Use registry.redhat.io or registry.connect.redhat.com; registry.access.redhat.com "
        "needs no login."
    ),
    "do_ngc_access": (
        "Make a key that includes the service of NGC's registry, and ask the organization's "
        "owner for access to the repository."
    ),
    "do_cloudsmith_access": (
        "Give the service account Read (to push Write) on the repository; an entitlement "
        "token reads only its own one."
    ),
}
