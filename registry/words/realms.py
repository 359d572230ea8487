"""Sentences about a sign-in address that a registry names and that cannot be used."""

WORDS: dict[str, str] = {
    "cause_realm_missing": "The registry's challenge names no sign-in address.",
    "cause_realm_relative": (
        "The sign-in address in the registry's challenge is not complete: https:// or the host is "
        "missing."
    ),
    "cause_realm_unreadable": "The sign-in address in the registry's challenge is malformed.",
    "cause_realm_long": "The sign-in address in the registry's challenge is too long.",
    "cause_realm_user_info": (
        "The sign-in address in the registry's challenge holds a user name, which belongs to no "
        "address."
    ),
    "cause_realm_fragment": "The sign-in address in the registry's challenge holds a #.",
    "cause_realm_scheme": (
        "The sign-in address in the registry's challenge is not a web address: it starts with "
        "neither https:// nor http://."
    ),
    # For verdicts that were stored before a person was asked about such an address.
    "plain_realm_ip": (
        "The sign-in address in the registry's challenge is an IP address, and not the registry's "
        "own. Nothing was sent there."
    ),
    "cause_realm_host": (
        "The sign-in address in the registry's challenge has an invalid host or port."
    ),
    "cause_realm_no_host": (
        "The sign-in address in the registry's challenge has an empty host: the server's domain "
        "name was never configured."
    ),
    "cause_realm_port_twice": (
        "The sign-in address in the registry's challenge names its port twice: the proxy in front "
        "forwards a host with a port, and the registry adds the port again."
    ),
    "cause_realm_http": (
        "The registry is reached by https, but the sign-in address in its challenge starts with "
        "http://: behind a proxy that ends TLS, the registry does not know its external URL. "
        "Nothing was sent there."
    ),
    "cause_realm_two_names": (
        "The registry sends sign-ins by plain http to another host, {realm}. A password goes by "
        "http only to hosts for which http was allowed. Nothing was sent there."
    ),
    # For verdicts that were stored without the value of the sentence above.
    "plain_realm_two_names": (
        "The registry sends sign-ins to plain http on another host. A password goes by http only "
        "to hosts for which http was allowed. Nothing was sent there."
    ),
    "cause_realm_port_lost": (
        "The registry sends sign-ins to {host}, where nothing answers: the sign-in address in its "
        "challenge lost the registry's port."
    ),
    "cause_realm_name_unknown": (
        "The registry sends sign-ins to {host}, and that name is not known here: it may be a name "
        "of an internal network."
    ),
    "cause_realm_path": (
        "The registry sends sign-ins to an address of {host} where nothing is (404): the path of "
        "the sign-in address in its challenge is wrong or incomplete."
    ),
    "do_mend_realm": (
        "Ask the registry's administrator to correct the sign-in address (the token realm) in its "
        "configuration."
    ),
    "do_set_external_url": (
        "Ask the registry's administrator to set its external URL to the https address, with the "
        "port, that people use, and to let the proxy forward it (X-Forwarded-Proto, "
        "X-Forwarded-Host)."
    ),
    "do_forward_host_once": (
        "Ask the registry's administrator to let the proxy forward the port once: in "
        "X-Forwarded-Host or in X-Forwarded-Port, not in both."
    ),
    "do_http_one_name": (
        "Ask the registry's administrator to serve the sign-in by https, or under the registry's "
        "own host name."
    ),
    "do_allow_http_realm": (
        "If both are yours, an owner or admin of the workspace can allow plain http for {realm} "
        "too, under Server rules; a check then asks whether to trust it."
    ),
}
