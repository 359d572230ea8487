"""The sentences that only the rules of Amazon's registries use."""

WORDS: dict[str, str] = {
    "saw_repository_missing": "It has no repository of this name.",
    "saw_key_unknown": "AWS does not know the access key.",
    "saw_signature_wrong": "AWS knows the access key and refuses its signature.",
    "saw_key_alive": "AWS knows the access key and gave a password for a few hours.",
    "saw_key_not_allowed": "AWS knows the access key, which may not fetch a registry password.",
    "saw_clock": "It says that the time of our request is wrong.",
    "saw_not_ecr": "Read the server's name: no ECR registry has such a one. Nothing was sent.",
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
        "also requires."
    ),
    "cause_not_ecr": (
        "An AWS access key fits an ECR registry, and by its name this server is none: the key was "
        "not sent there."
    ),
    "cause_clock": "Our clock and the provider's differ too much, so the key was not checked.",
    "cause_rejected_ecr": (
        "ECR refused the password: its 12 hours are over, it is cut, or it is one of another "
        "region or account."
    ),
    "cause_ecr_other_password": (
        "The public registry refused the password: one of a private ECR registry does not fit."
    ),
    "cause_repository_missing": "The login works, but there is no repository {repository}.",
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
    "do_ecr_public_limit": "The public registry allows ten pulls per second to a login.",
}
