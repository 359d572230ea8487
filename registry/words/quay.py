"""The sentences that only the rules of Quay use."""

WORDS: dict[str, str] = {
    "saw_robot_gone": "It knows no robot account of this name with this token.",
    "saw_account_off": "It says that the account behind the login is switched off.",
    "saw_encrypted_wanted": "It takes no plain password of an account.",
    "saw_other_username": "It says that the token belongs to another user name.",
    "saw_organization_off": "It says that the repository's organization is switched off.",
    "saw_repository_unfit": "It says that the repository cannot hold images.",
    "cause_locked_out": "After too many wrong passwords this login is locked for a while.",
    "cause_robot_gone": (
        "Quay knows no such robot account with this token: the robot was deleted, its token was "
        "regenerated, or one of the two is mistyped."
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
    "do_wait_lock": "Wait until the lock is over; the check is repeated by itself.",
    "do_new_robot_token": (
        "Copy the robot's current token from its page, or make a new robot account, and replace "
        "the secret here."
    ),
    "do_use_robot": "Use a robot account with Read (to pull) or Write (to push).",
    "do_new_app_token": "Make a new token and replace the secret here.",
    "do_quay_server": "Use quay.io, or on a Quay of your own the host of its web address.",
    "do_quay_limit": "Quay allows a few requests per second from an address.",
}
