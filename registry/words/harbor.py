"""The sentences that only the rules of Harbor use."""

WORDS: dict[str, str] = {
    "cause_robot_name_eaten": (
        "Harbor refused the robot, and its user name is not whole: a robot is named robot$name or "
        "robot$project+name, and a shell that sees the dollar sign takes away what follows it."
    ),
    "do_quote_robot": (
        "Copy the robot's whole name, with its dollar sign, from its project's page; put it in "
        "single quotes in a shell."
    ),
    "cause_rejected_robot": (
        "Harbor refused the robot: its secret is wrong, or the robot has expired, is disabled or "
        "was deleted. Harbor does not say which."
    ),
    "cause_rejected_harbor_user": (
        "Harbor refused the login: the password is wrong, or the account signs in at an identity "
        "provider and needs its CLI secret here."
    ),
    "do_check_robot": (
        "Look at the robot's end date and state on its project's page; refresh its secret or make "
        "a new robot, and replace the secret here."
    ),
    "do_cli_secret": (
        "Check the password; an account from an identity provider needs the CLI secret of its "
        "user profile. A robot account is better than either."
    ),
    "do_robot_rights": (
        "On the project's page of robot accounts give the robot Repository: Pull, for "
        "pushing Push too. The name is project/repository, and the project must exist."
    ),
    "do_harbor_realm": (
        "Harbor signs in at the address that its operator configured as its own "
        "(external_url): have it corrected if this is another host."
    ),
    "do_harbor_server": "Use the host of Harbor's web address: its registry has no other one.",
}
