"""Sentences about invalid input: a server, a repository, a pasted secret."""

ADDRESSES: dict[str, str] = {
    "address_empty": "Type the registry's server, for example registry.gitlab.com or docker.io.",
    "address_too_long": "This is too long for a server address: type only its host and port.",
    "address_control": (
        "There is an invisible character in the server address: type it instead of pasting it."
    ),
    "address_space": "There is a space inside the server address: remove it.",
    "address_backslash": "There is a backslash in the server address: use / instead.",
    "address_percent": "Leave percent signs out of the server address: write its name as it is.",
    "address_user_info": (
        "Leave the user name out of the server address: it has a field of its own."
    ),
    "address_query": "Leave the question mark and what follows it out of the server address.",
    "address_fragment": "Leave the # and what follows it out of the server address.",
    "address_slashes": "Write two slashes after https:, or leave https: out.",
    "address_scheme": (
        "Only https:// or oci:// can stand in front of a server: remove the other prefix."
    ),
    "address_http": (
        "With http:// the password would travel unencrypted: use https://, or have an owner or "
        "administrator of the workspace allow http for this server first."
    ),
    "address_no_host": "The server's name is missing: type it, for example registry.gitlab.com.",
    "address_port": "The port must be a number from 1 to 65535: correct it, or leave it out.",
    "address_brackets": (
        "Write an IPv6 address in square brackets, for example [2001:db8::5]:5000."
    ),
    "address_ipv6": "This is not an IPv6 address: correct what stands between the brackets.",
    "address_number": (
        "Write an IP address as four plain numbers from 0 to 255, for example 10.1.2.3."
    ),
    "address_disguised": (
        "These characters stand for an IP address: write it with plain digits and dots."
    ),
    "address_trailing_dot": "Remove the dot at the end of the server's name.",
    "address_empty_label": "Two dots follow each other in the server's name: remove one.",
    "address_name_long": (
        "This server name is too long: at most 253 characters, 63 between two dots."
    ),
    "address_hyphen": (
        "A part of the server's name starts or ends with a hyphen: correct its spelling."
    ),
    "address_underscore": "A server's name cannot hold an underscore: correct its spelling.",
    "address_letters": (
        "A server's name is made of letters, digits, hyphens and dots: remove everything else."
    ),
    "address_idn": (
        "This is no valid international server name: check its letters, or type its xn-- form."
    ),
    "address_path": (
        "Only a namespace or repository can follow the server: remove tags and other signs."
    ),
    "address_origin": "The stored server address is damaged: enter the server again.",
    "address_realm_relative": (
        "The registry does not name a complete sign-in address: its administrator must "
        "configure one that starts with https://."
    ),
    "address_realm_unreadable": (
        "The sign-in address that the registry names is malformed: its administrator must "
        "correct it."
    ),
    "address_realm_long": (
        "The sign-in address that the registry names is too long: its administrator must "
        "shorten it."
    ),
    "address_realm_user_info": (
        "The sign-in address that the registry names holds a user name: its administrator must "
        "remove it."
    ),
    "address_realm_fragment": (
        "The sign-in address that the registry names holds a #: its administrator must remove it."
    ),
    "address_realm_scheme": (
        "The sign-in address that the registry names is not a web address: its administrator "
        "must configure one that starts with https://."
    ),
    "address_realm_http": (
        "The registry wants the password sent over unencrypted http: its administrator must "
        "configure a sign-in address that starts with https://."
    ),
    "address_realm_host": (
        "The sign-in address that the registry names has an invalid host or port: its "
        "administrator must correct it."
    ),
    # For steps that were stored before a person was asked about such an address.
    "address_realm_ip": "The sign-in address that the registry names is an IP address.",
}

REPOSITORIES: dict[str, str] = {
    "repository_empty": "Type the repository, for example group/project.",
    "repository_long": "A repository's name has at most 255 characters: shorten it.",
    "repository_scheme": "Leave https:// and the server out: type only the repository.",
    "repository_server": "Leave the server out: it has a field of its own.",
    "repository_tag": "Leave the tag out: type only what stands before the colon.",
    "repository_digest": "Leave the digest out: type only what stands before the @.",
    "repository_slashes": "A part of the repository's name is empty: remove the extra slash.",
    "repository_letters": (
        "A repository's name is made of lower-case letters and digits, with single . _ - between "
        "them, and / between its parts: correct its spelling."
    ),
}

IMAGES: dict[str, str] = {
    "image_empty": "Type the name of an image, for example registry.example.org/team/app:1.4.",
    "image_long": "This is too long for the name of an image: at most 1,024 characters.",
    "image_is_server": (
        "This names a server alone: add the repository, for example registry.example.org/team/app."
    ),
}

PASTES: dict[str, str] = {
    "paste_trimmed": "Spaces or line breaks around the password were removed.",
    "paste_empty": "Paste the password or token.",
    "paste_long": "This is longer than any password (64 KiB): copy only the password itself.",
    "paste_lines": "There is a line break inside: copy the password alone, in one piece.",
    "paste_control": (
        "There is an invisible character inside: copy the password again from its source."
    ),
    "paste_twice": "The password was pasted twice: clear the field and paste it once.",
    "paste_variable": (
        "This is the name of a variable, not its value: paste what the variable contains."
    ),
    "paste_placeholder": (
        "This is a placeholder, not a password: paste the password or token itself."
    ),
    "paste_config": (
        "This is a whole docker config file: paste only the password of this one server."
    ),
    "paste_auth": (
        "This is the auth field of a docker config, which is user name and password in base64: "
        "split it, or paste the password alone."
    ),
    "paste_quotes": "There are quotation marks around it: paste the password without them.",
    "paste_cut": "It ends with dots, as a text that was cut for display: copy the whole of it.",
    "paste_length": (
        "A token that begins with {prefix} has {wanted} signs, and this has {has}: copy it again."
    ),
    "paste_bearer": "This is a whole header: paste only the token that follows the word Bearer.",
}

HOPELESS = {
    "form_username_wanted": (
        "By its shape the password is of the kind “{kind}”, which goes with the user name "
        "{username} only."
    ),
    "form_useless_kind": "This is {kind}; a registry never accepts it. Use {wanted} instead.",
    "form_damaged": "It is damaged: a part is missing or mistyped. Copy it again.",
}

WORDS: dict[str, str] = {**ADDRESSES, **REPOSITORIES, **IMAGES, **PASTES, **HOPELESS}
