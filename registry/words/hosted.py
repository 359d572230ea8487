"""What is said about Docker Hub, GitHub, AWS and Google only."""

WORDS: dict[str, str] = {
    "saw_api_untold": "Its API does not tell; the registry itself is asked.",
    "saw_scope_missing": "It knows the login, which lacks a right for this.",
    "saw_token_scopes": "The token is alive; its scopes: {scopes}.",
    "saw_single_sign_on": "An organization wants the token to be authorized for single sign-on.",
    "saw_account_suspended": "It says that the account is suspended.",
    "saw_repository_hidden": "It shows no such repository: missing, empty or hidden.",
    "saw_repository_missing": "It has no repository of this name.",
    "saw_may_not_list": "The login may not list tags; pulling does not need that.",
    "saw_key_unknown": "AWS does not know the access key.",
    "saw_signature_wrong": "AWS knows the access key and refuses its signature.",
    "saw_key_alive": "AWS knows the access key and gave a password for a few hours.",
    "saw_key_not_allowed": "AWS knows the access key, which may not fetch a registry password.",
    "saw_clock": "It says that the time of our request is wrong.",
    "saw_not_ecr": "Read the server's name: no ECR registry has such a one. Nothing was sent.",
    "saw_token_over": "It does not take the access token any more.",
    "saw_api_off": "It says that the registry is not enabled in that project.",
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
    "cause_rejected_github": (
        "GitHub refused the token: it has expired, was revoked or mistyped, or is an account's "
        "password, which is never taken. GitHub does not say which."
    ),
    "cause_rejected_github_app": (
        "GitHub refused the token: it is one of an app or job and dies within the hour."
    ),
    "cause_github_sso": "An organization demands that this token is authorized for single sign-on.",
    "cause_github_address": (
        "An organization's list of allowed addresses refuses ours; the token was not judged."
    ),
    "cause_account_suspended": "The account that owns the token is suspended.",
    "cause_aws_temporary": (
        "This access key is temporary: it works only together with a session token, and ends with "
        "it after hours. A session token cannot be stored here."
    ),
    "cause_aws_key_unknown": (
        "AWS does not know this access key: it was deleted or deactivated, is mistyped, or belongs "
        "to another partition of AWS."
    ),
    "cause_aws_secret": "The secret access key does not belong to this access key ID.",
    "cause_aws_not_allowed": (
        "The access key is alive, but may not fetch registry passwords (ecr:GetAuthorizationToken)."
    ),
    "cause_aws_public_not_allowed": (
        "The access key is alive, but may not fetch passwords of the public registry "
        "(ecr-public:GetAuthorizationToken)."
    ),
    "cause_aws_no_bearer": (
        "The access key is alive, but lacks sts:GetServiceBearerToken, which the public registry "
        "asks for besides."
    ),
    "cause_not_ecr": (
        "An AWS access key fits an ECR registry, and by its name this server is none: the key was "
        "not sent there."
    ),
    "cause_clock": "Our clock and the provider's differ too much, so nothing was judged.",
    "cause_rejected_ecr": (
        "ECR refused the password: its 12 hours are over, it is cut, or it is one of another "
        "region or account."
    ),
    "cause_ecr_other_password": (
        "The public registry refused the password: one of a private ECR registry does not fit."
    ),
    "cause_repository_missing": "The login works, but there is no repository {repository}.",
    "cause_rejected_google_key": (
        "Google refused the key: it was deleted, or its service account was deleted or disabled."
    ),
    "cause_google_username": "Google wants _json_key as the user name of a JSON key.",
    "cause_google_token_over": (
        "Google does not take the access token: it lives an hour, and has ended or was revoked."
    ),
    "cause_google_permission": (
        "The login works, but lacks the permission to pull {repository}, or there is no such "
        "repository. Google does not say which."
    ),
    "cause_google_api_off": "The Artifact Registry is not enabled in that project.",
    "do_hub_token": "Create a personal access token on Docker Hub and use it as the password.",
    "do_hub_username": (
        "Use the Docker ID of the token's owner, or for an organization token the organization's "
        "name."
    ),
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
        "On GitHub, beside the token, choose “Configure SSO” and authorize the organization."
    ),
    "do_aws_key": (
        "Store an access key instead: each check then fetches a password of its own with it."
    ),
    "do_aws_lasting": (
        "Store a lasting access key of an IAM user (AKIA…) with {scopes}. What runs on AWS itself "
        "needs no stored key: give it a role."
    ),
    "do_aws_new_key": "Create a new access key, with {scopes} attached, and replace both fields.",
    "do_aws_copy": "Copy both parts of the access key again, or create a new one.",
    "do_aws_allow": "Attach a policy such as {scopes} to the key's user.",
    "do_aws_bearer": "Allow sts:GetServiceBearerToken to the key's user.",
    "do_clock": "Ask the operator of this product to set the clock of its host.",
    "do_create_repository": "Create the repository in ECR, or correct its name.",
    "do_google_key": "Create a new JSON key for a service account with {scopes}.",
    "do_google_username": "Use _json_key as the user name.",
    "do_google_grant": "Grant {scopes} on the repository to the service account.",
    "do_google_enable": "Enable the Artifact Registry API in that Google Cloud project.",
}
