"""Sentences about files that programs keep logins in, and about single logins there."""

FILES: dict[str, str] = {
    "file_unreadable": "{place}: it cannot be read: check its name and its rights.",
    "file_large": "{place}: it is larger than 1 MiB: keep only the logins of registries in it.",
    "file_not_text": "{place}: it is no UTF-8 text: save it as UTF-8.",
    "file_not_json": (
        "{place}: it begins like JSON, but is none from line {line} on: correct that line, or sign "
        "in again with docker or podman, which write the file."
    ),
    "file_not_yaml": (
        "{place}: line {line} is no YAML: correct it. docker's and podman's files are JSON and "
        "begin with a brace."
    ),
    "file_alias": (
        "{place}: line {line} has a YAML anchor, alias or tag: write the value itself there."
    ),
    "file_deep": "{place}: values are nested more than {levels} deep there: remove the inner ones.",
    "file_repeated": (
        "{place}: a name stands twice in one object, and programs differ about which one counts: "
        "remove one of them."
    ),
    "file_unknown": (
        "{place}: there is neither “auths”, as docker and podman write it, nor a Kubernetes "
        "secret: name a config.json, an auth.json, or what `kubectl get secret -o yaml` prints."
    ),
    "file_wrong_type": "{place}: this must be {wanted}: correct it.",
    "file_many": "{place}: there are more than {most} logins: split the file.",
    "file_no_login": (
        "{place}: there is no login in it: sign in with docker or podman first, or name a secret "
        "of the type kubernetes.io/dockerconfigjson."
    ),
}

ENTRIES: dict[str, str] = {
    "entry_wrong_type": "{place} must be {wanted}: sign in again, which writes it anew.",
    "entry_not_base64": (
        "{place} is no base64 with its = signs at the end; docker then ignores the whole file. "
        "Sign in again, or write the base64 of user:password."
    ),
    "entry_not_text": "{place} holds no UTF-8 text: write the base64 of user:password in UTF-8.",
    "entry_no_colon": (
        "{place} has no colon between user name and password; docker then ignores the whole file. "
        "Write the base64 of user:password."
    ),
    "entry_no_username": "{place} names no user: sign in again with a user name.",
    "entry_username": (
        "{place} has a user name that no registry knows: at most 255 visible characters, no colon."
    ),
    "entry_no_password": "{place} has a user name and no password: sign in again.",
    "entry_control": (
        "{place} has a line break or another invisible character inside the password: "
        "write the base64 of user:password anew."
    ),
    "entry_line_end": (
        "{place} has a line break at the end of the password, and programs send it. Write it "
        "without, for example with: printf %s user:password | base64."
    ),
    "entry_server": "{place}: {why}",
    "entry_http": (
        "{place}: with http:// the password travels unencrypted: if that is meant, name the server "
        "with --plain-http."
    ),
    "entry_no_secret": (
        "There is no secret in it and no helper is named, so nothing was sent: sign in again."
    ),
    "entry_helper": (
        "The helper {helper} keeps the secret; a check never calls it. Give its secret to "
        "check_login with --password-stdin."
    ),
    "entry_helper_in_secret": (
        "The helper {helper} of another machine keeps the secret; a Kubernetes node never calls "
        "it. Write user name and password into the Kubernetes secret."
    ),
    "entry_identity_token": (
        "It has an identity token, for OAuth 2 requests that a check does not make. Check a token "
        "made for the registry instead."
    ),
    "entry_identity_token_in_secret": (
        "It has an identity token, which Kubernetes ignores: write user name and password into "
        "the Kubernetes secret."
    ),
    "entry_registry_token": (
        "It has a bearer token, which no sign-in can test. Check user name and password instead."
    ),
    "entry_docker_session": (
        "docker keeps a token of its own sign-in to Docker Hub here. It is no login of a registry."
    ),
    "entry_pattern": "It is a pattern for many servers: write one server to have it checked.",
    "entry_secret_type": (
        "{place} is {type}, and Kubernetes uses a secret for images only if it is "
        "kubernetes.io/dockerconfigjson: create it again with that type."
    ),
    "entry_secret_empty": "{place} is missing: create the secret again.",
    "entry_secret_data": "{place} is no base64: create the secret again, or use stringData.",
}

RUNS: dict[str, str] = {
    "entry_refused_often": (
        "{count} other logins were refused there, and more could lock the account or this address "
        "out: correct those first, then check the file again."
    ),
    "entry_server_waits": (
        "The registry asked to wait at an earlier login of the file: check it again later."
    ),
}

WORDS: dict[str, str] = {**FILES, **ENTRIES, **RUNS}
