"""Sentences about encrypted connections that do not come about, one for each cause."""

WORDS: dict[str, str] = {
    "saw_tls_untrusted": "The certificate of the server cannot be trusted.",
    "saw_tls_none": "The encrypted connection did not come about.",
    "saw_tls_wanted": "It speaks TLS (https) on this port, and was asked by plain http.",
    "cause_tls": "No encrypted connection (TLS) to {host} could be made: {detail}.",
    "plain_tls": "No encrypted connection (TLS) to the server could be made.",
    "cause_tls_expired": (
        "The certificate of {host} has expired: it was valid from {since} until {until} (UTC)."
    ),
    "cause_tls_not_yet_valid": (
        "The certificate of {host} is not valid yet: it is valid from {since} until {until} (UTC)."
    ),
    "cause_tls_self_signed": (
        "The certificate of {host} is self-signed: no authority vouches for it."
    ),
    "cause_tls_unknown_authority": (
        "The certificate of {host} was issued by an authority that is not known here: {issuer}."
    ),
    "cause_tls_incomplete": (
        "{host} sends its certificate without the intermediate certificate of its issuer, "
        "{issuer}. Browsers fetch it themselves, registry clients do not."
    ),
    "cause_tls_issuer_missing": (
        "{host} sends its certificate alone, and the certificate of its issuer, {issuer}, is not "
        "known here: the server leaves out the intermediate certificate (browsers manage without, "
        "registry clients do not), or the issuer is a private authority."
    ),
    "cause_tls_other_names": ("The certificate of {host} was issued for other names: {names}."),
    "cause_tls_no_address": (
        "The server was entered by its IP address, {host}, and its certificate holds names only: "
        "{names}."
    ),
    "cause_tls_name_in_cn": (
        "The certificate of {host} holds its name ({common_name}) in the common name (CN) only, "
        "which registry clients no longer read: it needs a subject alternative name."
    ),
    "cause_tls_client_certificate": (
        "{host} demands a client certificate, which cannot be stored here. The login was not "
        "looked at."
    ),
    "cause_tls_unknown_name": (
        "The server at this address has no certificate for the name {host} and ended the "
        "connection."
    ),
    "cause_tls_too_old": "{host} speaks only versions of TLS before 1.2, which are not safe.",
    "cause_tls_no_common": (
        "{host} and this product have no version or cipher of TLS in common, or the server demands "
        "a client certificate."
    ),
    "cause_tls_bad_authority": (
        "The private authority that is stored for this server cannot be read."
    ),
    "cause_http_to_tls": (
        "The server was asked by plain http on a port where it speaks https (TLS)."
    ),
    "do_use_https": "Enter the server with https://, or without a prefix.",
    "do_use_tls_port": (
        "Enter the port on which the registry speaks https; if it speaks http only, enter it with "
        "http:// and have http allowed for this server."
    ),
    "do_renew_certificate": (
        "Ask the administrator of that server to install a certificate that is valid now."
    ),
    "do_trust_self_signed": (
        "If it is a server of your own, add this certificate for this server, after comparing its "
        "fingerprint; better is a certificate of an authority."
    ),
    "do_send_chain": (
        "Ask the administrator of that server to install the full chain: its certificate, followed "
        "by each intermediate one."
    ),
    "do_use_its_name": "Enter the server by a name that its certificate holds.",
    "do_new_certificate": (
        "Ask the administrator of that server for a certificate that holds this name as a subject "
        "alternative name."
    ),
    "do_newer_tls": "Ask the administrator of that server to switch on TLS 1.2 or 1.3.",
    "do_replace_ca": "Add the authority's certificate for this server again, as PEM.",
}
