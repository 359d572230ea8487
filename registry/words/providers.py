"""What is said about single providers only: steps, causes and advice."""

STEPS: dict[str, str] = {
    "saw_nobody": "It gave a token made out to nobody: the login did not arrive.",
    "saw_robot_gone": "It knows no robot account of this name with this token.",
    "saw_account_off": "It says that the account behind the login is switched off.",
    "saw_encrypted_wanted": "It takes no plain password of an account.",
    "saw_other_username": "It says that the token belongs to another user name.",
    "saw_organization_off": "It says that the repository's organization is switched off.",
    "saw_repository_unfit": "It says that the repository cannot hold images.",
    "saw_network_rule": "A network rule there refuses this address.",
    "saw_tags_hidden": "It does not show the repository's tags to this login.",
    "saw_no_package_right": "The token has no right to packages.",
    "saw_public_only": "The token is for public packages only.",
}

CAUSES: dict[str, str] = {
    "cause_nobody": (
        "The registry did not see the login: something in front of it takes the password away."
    ),
    "cause_locked_out": "After too many wrong passwords this login is locked for a while.",
    "cause_robot_gone": (
        "Quay knows no such robot account with this token: the robot was deleted, its token was "
        "made anew, or one of the two is mistyped."
    ),
    "cause_account_off": "The account behind the login is switched off.",
    "cause_robots_off": "Robot accounts are switched off on this registry.",
    "cause_encrypted_wanted": (
        "This Quay takes no plain account passwords: it wants an encrypted one, or a robot."
    ),
    "cause_rejected_app_token": (
        "Quay refused the token: it has expired, was revoked or mistyped. Quay does not say which."
    ),
    "cause_federation_over": "The trust on which this robot's token rests was withdrawn.",
    "cause_other_username": "The token belongs to another user name than the one given.",
    "cause_organization_off": "The organization of {repository} is switched off.",
    "cause_repository_unfit": (
        "The registry cannot hold images in {repository}: its name or its kind does not fit."
    ),
    "cause_rejected_robot": (
        "Harbor refused the robot: its secret is wrong, or the robot has expired, is disabled or "
        "was deleted. Harbor does not say which."
    ),
    "cause_rejected_harbor_user": (
        "Harbor refused the login: the password is wrong, or the account signs in at an identity "
        "provider and needs its CLI secret here."
    ),
    "cause_rejected_gitea": (
        "The token or password was refused: it was deleted, mistyped, or a password where the "
        "account has two-factor sign-in."
    ),
    "cause_no_package_right": "The login works, but its token has no right to packages.",
    "cause_public_only": "The login works, but its token is limited to public packages.",
    "cause_network_rule": (
        "A network rule of the registry refuses this address; the password was not judged."
    ),
    "cause_rejected_principal": (
        "Azure refused the client secret: it has expired (by default after one year), was "
        "removed, or is mistyped. Azure does not say which."
    ),
    "cause_principal_unknown": "Azure does not know the application of this client id.",
    "cause_principal_no_id": "The user name of a service principal is its client id, a GUID.",
    "cause_rejected_azure": (
        "Azure refused the login: the password is wrong, was made anew or has passed its end, or "
        "the token or the admin user is switched off. Azure does not say which."
    ),
    "cause_secret_id_pasted": "This may be the secret's id; Azure wants the secret's value.",
}

ADVICE: dict[str, str] = {
    "do_wait_lock": "Wait until the lock is over; the check is repeated by itself.",
    "do_new_robot_token": (
        "Copy the robot's current token from its page, or make a new robot account, and replace "
        "the secret here."
    ),
    "do_use_robot": "Use a robot account with Read (to pull) or Write (to push).",
    "do_new_app_token": "Make a new token and replace the secret here.",
    "do_check_robot": (
        "Look at the robot's end date and state on its project's page; refresh its secret or make "
        "a new robot, and replace the secret here."
    ),
    "do_cli_secret": (
        "Check the password; an account from an identity provider needs the CLI secret of its "
        "user profile. A robot account is better than either."
    ),
    "do_new_package_token": (
        "Make a new access token with {scopes} and nothing else, and replace the secret here."
    ),
    "do_check_package_access": (
        "Check that the token has {scopes}, that the name is right, and ask the owner of the "
        "package for access."
    ),
    "do_allow_network": (
        "Let the registry's network rules admit the address from which Lockkeeper calls."
    ),
    "do_new_client_secret": (
        "Add a new client secret to the application, copy its value, and replace the secret here."
    ),
    "do_client_id": "Give the application's client id as the user name.",
    "do_new_azure_password": (
        "Generate the password of the token anew, with an end date, and replace the secret here."
    ),
}

WORDS: dict[str, str] = {**STEPS, **CAUSES, **ADVICE}
