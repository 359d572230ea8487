"""Reads the arguments of check_login, with the password from standard input."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

from registry.addresses.hosts import AddressError
from registry.addresses.origins import Origin
from registry.addresses.server import parse_server
from registry.egress.allow_list import (
    AllowEntry,
    AllowListError,
    parse_allow_list,
    parse_nat64,
    parse_only_hosts,
)
from registry.egress.guard import Policy
from registry.login import AcceptAllProbe, Login, Need
from registry.login_files.docker_config import LONGEST_USERNAME
from registry.login_files.entry import Entry, FileFault
from registry.login_files.kubernetes import MAX_BYTES as MAX_FILE_BYTES
from registry.login_files.login_file import read_login_file
from registry.protocol.scope import RepositoryError, repository_name
from registry.secret import Secret
from registry.secret_kinds.paste import EDGES, MAX_BYTES, PasteError, read_paste

WANTED = {"server": "SERVER", "username": "--username", "password_stdin": "--password-stdin"}
OF_ONE_LOGIN = WANTED | {
    "repository": "--repository",
    "expires_on": "--expires-on",
    "provider": "--provider",
    "allow_http": "--allow-http",
}


@dataclass(frozen=True)
class CheckArguments:
    """The login, the need and the network policy of the command line."""

    login: Login
    need: Need
    trusted: frozenset[Origin]
    policy: Policy
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class FileArguments:
    """The file of logins, the need of each and the network policy of the command line.

    ``probe``: of the first login at each registry that is let in.
    """

    entries: tuple[Entry, ...]
    name: str
    need: Need
    ca_pem: str
    probe: AcceptAllProbe
    http_realms: frozenset[Origin]
    trusted: frozenset[Origin]
    policy: Policy
    warnings: tuple[str, ...] = ()


class UsageFault(Exception):
    """A sentence about the command line; it never contains the password."""


def read_arguments(options: dict[str, Any]) -> CheckArguments | FileArguments:
    """The arguments of the check. Raises :class:`UsageFault`."""
    return _of_file(options) if options["config"] else _of_one_login(options)


def _of_file(options: dict[str, Any]) -> FileArguments:
    for name, flag in OF_ONE_LOGIN.items():
        if options[name]:
            raise UsageFault(f"{flag}: leave it out with --config: the file names each login.")
    plain = frozenset(_http_origin(host) for host in options["plain_http"])
    path = options["config"]
    name = "standard input" if path == "-" else path
    try:
        entries = read_login_file(_content(path), name, plain_http=plain)
    except FileFault as fault:
        raise UsageFault(f"--config: {fault.message.text()}") from None
    return FileArguments(
        entries,
        name,
        need=Need(options["need"] == "push"),
        ca_pem=_pem(options["ca_file"]),
        probe=_probe(options),
        http_realms=_http_realms(options["trust_sign_in"]),
        trusted=_trusted(options["trust_sign_in"], bool(plain)),
        policy=_policy(_allowed(options)),
    )


def _content(path: str) -> bytes:
    """At most one byte more than a file may have."""
    try:
        if path == "-":
            return sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
        with Path(path).open("rb") as file:
            return file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError):  # ValueError: a zero byte in the name
        raise FileFault("file_unreadable", place=path) from None


def _http_origin(host: str) -> Origin:
    bare = host.removeprefix("http://")
    return _parsed("--plain-http", lambda: parse_server(f"http://{bare}", allow_http=True)).origin


def _of_one_login(options: dict[str, Any]) -> CheckArguments:
    missing = [flag for name, flag in WANTED.items() if options[name] in ("", False)]
    if missing:
        raise UsageFault(f"{', '.join(missing)}: missing, or give a file with --config.")
    if options["plain_http"]:
        raise UsageFault("--plain-http: it goes with --config; here use --allow-http.")
    http = options["allow_http"]
    server = _parsed("SERVER", lambda: parse_server(options["server"], allow_http=http)).origin
    repository = options["repository"] and _parsed(
        "--repository", lambda: repository_name(options["repository"], server=server)
    )
    secret, warnings = _password()
    login = Login(
        server=server,
        username=_username(options["username"]),
        secret=secret,
        provider=options["provider"] or "generic",
        http_allowed=http,
        http_realms=_http_realms(options["trust_sign_in"]) if http else frozenset(),
        ca_pem=_pem(options["ca_file"]),
        expires_on=_date(options["expires_on"]),
        probe=_probe(options),
    )
    need = Need(options["need"] == "push", repository)
    trusted = _trusted(options["trust_sign_in"], http)
    return CheckArguments(login, need, trusted, _policy(_allowed(options)), warnings)


def _probe(options: dict[str, Any]) -> AcceptAllProbe:
    return AcceptAllProbe.NONE if options["no_probe"] else AcceptAllProbe.TRY


def _allowed(options: dict[str, Any]) -> tuple[AllowEntry, ...]:
    entries = [settings.LOCKKEEPER_PRIVATE_NETWORKS, *options["allow_private"]]
    return _parsed(
        "--allow-private", lambda: tuple(e for text in entries for e in parse_allow_list(text))
    )


def _policy(allowed: tuple[AllowEntry, ...]) -> Policy:
    """The networks that this instance allows, and those that the command line adds."""
    only, prefix = settings.LOCKKEEPER_ONLY_HOSTS, settings.LOCKKEEPER_NAT64_PREFIX
    return Policy(
        allowed,
        only_hosts=_parsed("LOCKKEEPER_ONLY_HOSTS", lambda: parse_only_hosts(only)),
        nat64_prefix=_parsed("LOCKKEEPER_NAT64_PREFIX", lambda: parse_nat64(prefix)),
    )


T = TypeVar("T")


def _parsed(name: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except (AddressError, RepositoryError, PasteError) as fault:
        raise UsageFault(f"{name}: {fault.message.text()}") from None
    except AllowListError as fault:
        raise UsageFault(f"{name}: {fault}") from None


def _username(text: str) -> str:
    if text.strip(EDGES) != text and text.strip(EDGES):
        raise UsageFault(
            "--username: there is a space or line break around the user name: remove it."
        )
    if not 0 < len(text) <= LONGEST_USERNAME or ":" in text or not text.isprintable():
        raise UsageFault("--username: give a user name of one line, without a colon.")
    return text


def _password() -> tuple[Secret, tuple[str, ...]]:
    """The line on standard input without its line break, and what speaks against it.

    Spaces at its ends belong to the password, as they do for Docker and skopeo. A person who types
    a command knows better: what is only doubtful is judged all the same.
    """
    raw = sys.stdin.buffer.read(MAX_BYTES + 2)
    try:
        line = raw.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise UsageFault("password: it is not UTF-8 text.") from None
    paste = _parsed("password", lambda: read_paste(line, anyway=True))
    is_as_typed = line.strip(EDGES) == line.strip(" ")
    return Secret(line) if is_as_typed else paste.secret, _doubts(line)


def _doubts(line: str) -> tuple[str, ...]:
    try:
        read_paste(line)
    except PasteError as doubt:
        return (f"password: {doubt.message.text()}",)
    return ()


def _pem(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise UsageFault("--ca-file: it cannot be read as a PEM file.") from None


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageFault("--expires-on: give a date as YYYY-MM-DD.") from None


def _trusted(hosts: list[str], http: bool) -> frozenset[Origin]:
    read = partial(parse_server, allow_http=True)
    origins = [_parsed("--trust-sign-in", partial(read, host)).origin for host in hosts]
    plain = [Origin("http", origin.host, origin.port) for origin in origins if http]
    return frozenset([*origins, *plain])


def _http_realms(hosts: list[str]) -> frozenset[Origin]:
    """The trusted sign-in hosts that the command line names with http://."""
    return frozenset(each for each in _trusted(hosts, http=False) if not each.is_https)
