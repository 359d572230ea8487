"""The entries of docker's config.json and podman's auth.json, and of the old .dockercfg.

Sources: docker/cli, cli/config/configfile/file.go; containers, docs/containers-auth.json.5.md;
Kubernetes, pkg/credentialprovider/config.go.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from registry.addresses.hosts import AddressError
from registry.addresses.origins import Origin
from registry.addresses.server import Server, parse_server
from registry.login_files.entry import Entry, EntryFault, FileFault, FileLogin, shown, shown_server
from registry.secret import Secret
from registry.secret_kinds.paste import PasteError, read_paste
from registry.words.message import Message

LONGEST_USERNAME = 255
PARTS = ("auth", "username", "password", "identitytoken", "registrytoken")
HELPER = re.compile(r"[A-Za-z0-9._-]{1,64}")
DOCKER_SESSION = re.compile(r"https://index\.docker\.io/v1/(?:access|refresh)-token")
NOBODY_AT_AZURE = "00000000-0000-0000-0000-000000000000"
NEVER_SENT_WELL = frozenset({"paste_long", "paste_lines", "paste_control"})


@dataclass(frozen=True)
class FileContext:
    """What holds for a whole file: where it is, who reads it, and which servers may use http."""

    place: str
    kubernetes: bool = False
    plain_http: frozenset[Origin] = frozenset()


def is_docker_config(value: dict[str, Any]) -> bool:
    """True if an object has a field that only docker's and podman's files have."""
    return not value.keys().isdisjoint({"auths", "credsStore", "credHelpers"})


def is_dockercfg(value: dict[str, Any]) -> bool:
    """True if an object is the old form: the entries themselves, without `auths` around them."""
    return bool(value) and all(
        isinstance(entry, dict) and not entry.keys().isdisjoint(PARTS) for entry in value.values()
    )


def docker_entries(value: dict[str, Any], context: FileContext) -> Iterator[Entry]:
    """Every entry of a file with `auths`: its logins, and what its helpers keep.

    Raises :class:`FileFault` if the file is not made like docker's and podman's.
    """
    auths = _object(value, "auths", context)
    helpers = _object(value, "credHelpers", context)
    store = value.get("credsStore") or ""
    for key in auths:
        yield _entry(key, auths[key], helpers.get(key, store), context)
    for key in [key for key in helpers if key not in auths]:
        yield _kept(_named(key, context, "credHelpers"), helpers[key], context)
    if store and not auths:
        yield _kept(Entry(f"{context.place}: credsStore", "*"), store, context)


def dockercfg_entries(value: dict[str, Any], context: FileContext) -> Iterator[Entry]:
    """Every entry of a .dockercfg."""
    yield from (_entry(key, value[key], "", context) for key in value)


def _object(value: dict[str, Any], name: str, context: FileContext) -> dict[str, Any]:
    found = value.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise FileFault("file_wrong_type", place=f"{context.place}: {name}", wanted="an object")
    return found


def _named(key: str, context: FileContext, inside: str = "auths") -> Entry:
    name = shown_server(key)
    return Entry(f"{context.place}: {inside}.“{name}”", name)


def _entry(key: str, fields: Any, helper: Any, context: FileContext) -> Entry:
    entry = _named(key, context)
    try:
        return _read(entry, key, fields, helper, context)
    except EntryFault as fault:
        return replace(entry, why=fault.message, broken=True)


def _read(entry: Entry, key: str, fields: Any, helper: Any, context: FileContext) -> Entry:
    if not isinstance(fields, dict):
        raise EntryFault("entry_wrong_type", place=entry.place, wanted="an object")
    parts = {name: _text(fields, name, entry.place) for name in PARTS}
    if not any(parts.values()):
        return _kept(entry, helper, context)
    if DOCKER_SESSION.fullmatch(key):
        return replace(entry, why=Message.of("entry_docker_session"))
    if "*" in key:
        return replace(entry, why=Message.of("entry_pattern"))
    server = _server(key, entry.place, context)
    username, password = _user_and_password(parts, entry.place)
    entry = replace(entry, username=shown(username))
    if parts["identitytoken"]:
        return _with_identity_token(entry, server, username, parts["identitytoken"], context)
    if not password and parts["registrytoken"]:
        return replace(entry, why=Message.of("entry_registry_token"))
    _refuse_username(username, entry.place)
    return replace(entry, login=FileLogin(server, username, _secret(password, entry.place)))


def _text(fields: dict[str, Any], name: str, place: str) -> str:
    value = fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise EntryFault("entry_wrong_type", place=f"{place}.{name}", wanted="a text")
    return value


def _user_and_password(parts: dict[str, str], place: str) -> tuple[str, str]:
    """What `auth` contains; without it the fields `username` and `password`."""
    if not parts["auth"]:
        return parts["username"], parts["password"]
    place = f"{place}.auth"
    try:
        both = base64.b64decode(re.sub(r"[\r\n]", "", parts["auth"]), validate=True).decode()
    except UnicodeDecodeError:
        raise EntryFault("entry_not_text", place=place) from None
    except (binascii.Error, ValueError):
        raise EntryFault("entry_not_base64", place=place) from None
    username, colon, password = both.partition(":")
    if not colon:
        raise EntryFault("entry_no_colon", place=place)
    return username, password.strip("\0")


def _refuse_username(username: str, place: str) -> None:
    if not username:
        raise EntryFault("entry_no_username", place=place)
    if len(username) > LONGEST_USERNAME or ":" in username or not username.isprintable():
        raise EntryFault("entry_username", place=place)


def _secret(password: str, place: str) -> Secret:
    """The secret as programs send it; what no registry can have given out is a fault."""
    if not password:
        raise EntryFault("entry_no_password", place=place)
    try:
        read_paste(password)
    except PasteError as fault:
        if fault.message.key in NEVER_SENT_WELL:
            raise EntryFault("entry_control", place=place) from None
    if password.endswith(("\r", "\n")) and not password.startswith("{"):
        raise EntryFault("entry_line_end", place=place)
    return Secret(password)


def _server(key: str, place: str, context: FileContext) -> Server:
    rest = key.rpartition("://")[2]
    try:
        server = parse_server(key, allow_http=True)
        plain = parse_server(f"http://{rest}", allow_http=True)
    except AddressError as fault:
        raise EntryFault("entry_server", place=place, why=fault.message.text()) from None
    if plain.origin in context.plain_http:
        return plain
    if not server.origin.is_https:
        raise EntryFault("entry_http", place=place)
    return server


def _kept(entry: Entry, helper: Any, context: FileContext) -> Entry:
    """An entry without a secret: the helper that keeps it is named, and never called."""
    if not helper:
        return replace(entry, why=Message.of("entry_no_secret"), broken=context.kubernetes)
    name = helper if isinstance(helper, str) and HELPER.fullmatch(helper) else "?"
    key = "entry_helper_in_secret" if context.kubernetes else "entry_helper"
    return replace(entry, why=Message.of(key, helper=name), broken=context.kubernetes)


def _with_identity_token(
    entry: Entry, server: Server, username: str, token: str, context: FileContext
) -> Entry:
    """Azure accepts its identity token as the password of the all-zero user name."""
    if context.kubernetes:
        return replace(entry, why=Message.of("entry_identity_token_in_secret"), broken=True)
    if username == NOBODY_AT_AZURE:
        return replace(entry, login=FileLogin(server, username, _secret(token, entry.place)))
    return replace(entry, why=Message.of("entry_identity_token"))
