"""Sentences about the cause of a verdict, one or two for each."""

WORDS: dict[str, str] = {
    "cause_valid": "The login works.",
    "cause_valid_repository": "The login works and may {actions} {repository}.",
    "cause_valid_unseen": "The login works. What it may do could not be seen.",
    "cause_valid_push_unseen": (
        "The login works and may pull. Whether it may push could not be seen."
    ),
    "cause_missing_scope": "The login works, but it lacks {missing}.",
    "cause_missing_any": (
        "The login works, but it lacks {missing}: it has no right to the container registry."
    ),
    "cause_fine_grained_push": "This fine-grained token cannot push to the container registry.",
    "cause_pull_only": "The login works, but nobody can push to this registry.",
    "cause_no_access": "The login works, but not for {repository}.",
    "cause_no_access_role": (
        "The login works, but its role is too low for {repository}: it takes {role}."
    ),
    "cause_no_push": "The login may pull from {repository}, but not push to it.",
    "cause_expired": "The token has expired.",
    "cause_expired_on": "The token ended on {date} (00:00 UTC).",
    "cause_ended": "The password carries its own end: {date} (UTC). It has passed.",
    "cause_needs_token": "The account needs a token here; its password is not accepted.",
    "cause_rejected": "The registry refused the user name and password.",
    "cause_username_wanted": (
        "The registry refused the login, and its user name cannot be right: by its shape the "
        "password is {kind}, and that goes with the user name {username} only."
    ),
    "cause_refused_before": (
        "The registry refused this login on {at} (UTC). It was not sent again."
    ),
    "cause_sign_in_outage": (
        "The sign-in refuses several logins that worked before. This looks like an outage of it."
    ),
    "cause_useless_kind": "This is {kind}; a registry never accepts it.",
    "cause_damaged": "It is damaged: a part is missing or mistyped.",
    "cause_denied": (
        "The registry knows the login and refuses it: an account or a policy is in the way."
    ),
    "cause_unproved": (
        "The registry lets anybody in and did not refuse this login, which proves nothing about "
        "the password."
    ),
    "cause_yes_to_all": (
        "The registry accepts every user name and password, so this one proves nothing."
    ),
    "cause_not_a_registry": "There is no container registry at this address.",
    "cause_miswritten_server": (
        "No registry has the name that was typed; it is written without the dashes of the account "
        "number: {server}."
    ),
    "cause_nexus_connector": (
        "This is Nexus Repository, and no Docker connector listens at this address."
    ),
    "cause_artifactory_repository": (
        "Artifactory does not know which Docker repository is meant: the proxy in front of it does "
        "not translate this host name or port into a repository."
    ),
    "cause_clocks_differ": (
        "The registry does not accept the token of its own sign-in yet: the clock of the sign-in "
        "is {ahead} ahead, so that its token is not valid before that time."
    ),
    "cause_web_host": "This is GitLab's web address, not its container registry.",
    "cause_service_unknown": "The sign-in host does not serve this registry.",
    "cause_name_unknown": "The server's name is not known.",
    "cause_no_connection": "The server cannot be reached.",
    "cause_timed_out": "The server did not answer in time.",
    "cause_server_fault": "The server answered with a fault of its own.",
    "cause_throttled": "The registry asks us to come back later.",
    "cause_banned": "The registry refuses all sign-ins from this address for now.",
    "cause_distrusted_realm": "This registry sends sign-ins to {realm}. Nothing was sent there.",
    "cause_address_forbidden": "This address must not be called from here.",
    "cause_challenge_unreadable": (
        "The registry's challenge, which says how to sign in, could not be understood."
    ),
    "cause_redirect": "The server sends the sign-in elsewhere; a login never follows.",
    "cause_registry_disagrees": "The registry does not accept the token of its own sign-in.",
    "cause_api_disagrees": "The provider's API calls the token alive; its sign-in refuses it.",
    "cause_scope_differs": "The registry names the repository differently than we do.",
    "cause_forbidden": "The server answered “forbidden” without saying why.",
    "cause_broken_answer": (
        "The server's answer could not be understood: {host} answered {answer} {where}, where "
        "{expected} is expected."
    ),
    # For verdicts that were stored without the values of the sentence above.
    "plain_broken_answer": "The server's answer could not be understood.",
    "cause_own_fault": (
        "The check failed inside Lockkeeper. This says nothing about the registry or the login."
    ),
    "cause_sealed_mismatch": "The stored secret does not belong to what the row says.",
    "cause_nobody": (
        "The registry did not see the login: something in front of it takes the password away."
    ),
}
