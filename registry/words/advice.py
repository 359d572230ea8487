"""Sentences that advise the next step, in the imperative."""

WORDS: dict[str, str] = {
    "do_nothing": "Nothing to do.",
    "do_name_repository": "Name a repository, so that its access can be checked too.",
    "do_new_token": "Create a new token with {scopes} and replace the secret here.",
    "do_new_scopes": (
        "Scopes cannot be added to an existing token: create a new one with {scopes} "
        "and replace the secret here."
    ),
    "do_replace": "Make a new one and replace the secret here.",
    "do_lasting": "It lives only {lives}: store a credential that lasts.",
    "do_ask_role": "Ask for the role {role} in that project.",
    "do_causes_no_access": (
        "Possible causes: the project's registry is off, its path is mistyped or nested too "
        "deep, the token belongs to another project or group, an address allow list, "
        "enforced fine-grained tokens, or maintenance mode."
    ),
    "do_fewer_scopes": (
        "It holds more than is needed ({excess}): replace it by one with {scopes} and nothing else."
    ),
    "do_fewer_rights": (
        "It may do more than is needed ({excess}): take that away from it, or replace it by one "
        "with {scopes} and nothing else."
    ),
    "do_long_push": (
        "The sign-in's tokens live only {life}: a push that takes longer ends with “unauthorized: "
        "authentication required”, although the login is good. Push smaller layers, or push again: "
        "layers that arrived are kept."
    ),
    "do_need_pull": "Say that it is needed for pulling, or use another registry for pushing.",
    "do_legacy_token": "Use a personal, project or deploy token with {scopes} for pushing.",
    "do_replace_password": "An account's password is stored: replace it by {recommended}.",
    "do_not_store": "It ends with its job: store a deploy token instead.",
    "do_record_expiry": "GitLab does not say when a deploy token ends: note its expiry date here.",
    "do_check_login": "Check user name and password; if both are right, create a new token.",
    "do_use_username": "Use the user name {username}, in single quotes in a shell.",
    "do_check_repository": "Check the repository's name, and ask its owner for access.",
    "do_copy_again": "Copy it again from where it was made.",
    "do_other_kind": "Create {recommended} with {scopes} and use it instead.",
    "do_check_address": "Check the server's address, host and port.",
    "do_use_server": "Use {server} as the registry server.",
    "do_find_registry": (
        "Use the registry's own address: GitLab shows it on a project's page Deploy > Container "
        "registry."
    ),
    "do_nexus_connector": (
        "Use the port or host of the repository's Docker connector; its administrator finds or "
        "creates it in the repository's settings (HTTP, HTTPS or subdomain connector)."
    ),
    "do_artifactory_proxy": (
        "Use the repository's own host name or port, or ask the administrator to set up the "
        "subdomain, port or repository path method in the proxy in front of Artifactory."
    ),
    "do_set_clocks": (
        "Ask the administrator of that server to synchronize the clocks of registry and sign-in "
        "(NTP); the login itself may be good."
    ),
    "do_ask_administrator": "Ask the administrator of that server.",
    "do_send_again": "If something changed at the registry, send it again.",
    "do_wait": "Nothing to do now: the check is repeated by itself.",
    "do_wait_if_right": "If they are right, wait: the check is repeated by itself.",
    "do_wait_ban": (
        "Other logins from this address fail now too. The check is repeated by itself "
        "when the ban is over."
    ),
    "do_trust_realm": "If {realm} is right, confirm it once; then the check goes on.",
    "do_trust_ca": (
        "If a private authority signs its certificate, add that authority for this server."
    ),
    "do_allow_address": (
        "If it is a registry of your own, its operator can allow it: "
        "LOCKKEEPER_PRIVATE_NETWORKS names the private addresses that may be called."
    ),
    "do_read_log": "Whoever runs this Lockkeeper finds the cause in its log.",
    "do_enter_again": "Enter the password again.",
    "do_short_lived": "It was made for a short life: use a token made for the registry.",
}
