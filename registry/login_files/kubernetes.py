"""The entries of Kubernetes secrets that hold logins of registries.

Sources: Kubernetes, "Secrets", "Docker config Secrets"; pkg/credentialprovider/secrets/secrets.go:
a secret of any other type is never used for images.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from registry.login_files.docker_config import (
    FileContext,
    docker_entries,
    dockercfg_entries,
)
from registry.login_files.entry import Entry, EntryFault, FileFault, shown
from registry.protocol.strict_json import MAX_DEPTH, NotJson, read_json

FIELDS = {
    "kubernetes.io/dockerconfigjson": ".dockerconfigjson",
    "kubernetes.io/dockercfg": ".dockercfg",
}
MAX_BYTES = 1024 * 1024
ABSENT = (None, "", "null", "~")


def is_kubernetes(value: dict[str, Any]) -> bool:
    """True if an object says what it is in the way of Kubernetes."""
    return isinstance(value.get("kind"), str) and "apiVersion" in value


def objects_in(value: dict[str, Any], place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a list, each with its place; a single object is itself.

    The items of a `SecretList` need no kind of their own. Raises :class:`FileFault`.
    """
    kind = value["kind"]
    if not kind.endswith("List"):
        yield place, value
        return
    items = value.get("items")
    if items in ABSENT:
        return
    if not isinstance(items, list):
        raise FileFault("file_wrong_type", place=f"{place}: items", wanted="a list")
    for number, item in enumerate(items, 1):
        where = f"{place}: item {number}"
        if not isinstance(item, dict):
            raise FileFault("file_wrong_type", place=where, wanted="an object")
        yield where, {"kind": kind.removesuffix("List"), **item}


def secret_entries(secret: dict[str, Any], context: FileContext) -> Iterator[Entry]:
    """The entries of one object; none if it is no secret, or one for other uses."""
    if secret["kind"] != "Secret":
        return
    place = f"{context.place}: {_name(secret)}"
    context = replace(context, place=place, kubernetes=True)
    try:
        kind = _text(secret.get("type"))
        if kind in FIELDS:
            yield from _logins(_content(secret, FIELDS[kind], context), kind, context)
        elif any(field in _part(secret, part) for field in FIELDS.values() for part in PARTS):
            raise EntryFault("entry_secret_type", place=f"{place}: type", type=_quoted(kind))
    except (EntryFault, FileFault) as fault:
        yield Entry(place, "–", why=fault.message, broken=True)


PARTS = ("stringData", "data")


def _logins(content: Any, kind: str, context: FileContext) -> Iterator[Entry]:
    if not isinstance(content, dict):
        place = f"{context.place}: {FIELDS[kind]}"
        raise EntryFault("entry_wrong_type", place=place, wanted="a JSON object")
    read = docker_entries if FIELDS[kind] == ".dockerconfigjson" else dockercfg_entries
    yield from list(read(content, context))


def _content(secret: dict[str, Any], field: str, context: FileContext) -> object:
    """The JSON in a field of the secret; `stringData` wins over `data`, as in the API server."""
    plain = _part(secret, "stringData").get(field)
    place = f"{context.place}: {'data' if plain is None else 'stringData'}.{field}"
    if plain is None:
        body = _decoded(_part(secret, "data").get(field), place)
    else:
        body = _text(plain).encode("utf-8", "surrogatepass")
    try:
        return read_json(body, max_bytes=MAX_BYTES)
    except NotJson as fault:
        raise fault_of_json(fault, place) from None


def fault_of_json(fault: NotJson, place: str) -> FileFault:
    """What is wrong with the JSON at a place, in words."""
    return {
        "too_large": FileFault("file_large", place=place),
        "too_deep": FileFault("file_deep", place=place, levels=str(MAX_DEPTH)),
        "repeated_key": FileFault("file_repeated", place=place),
    }.get(fault.reason, FileFault("file_not_json", place=place, line=str(fault.line or 1)))


def _decoded(value: object, place: str) -> bytes:
    if value in ABSENT:
        raise EntryFault("entry_secret_empty", place=place)
    try:
        return base64.b64decode(re.sub(r"[\r\n]", "", _text(value)), validate=True)
    except (binascii.Error, ValueError):
        raise EntryFault("entry_secret_data", place=place) from None


def _part(secret: dict[str, Any], name: str) -> dict[str, Any]:
    value = secret.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _name(secret: dict[str, Any]) -> str:
    """`namespace/name`, as people call a secret."""
    metadata = _part(secret, "metadata")
    names = (_text(metadata.get("namespace")), _text(metadata.get("name")) or "a secret")
    return shown("/".join(name for name in names if name))


def _quoted(kind: str) -> str:
    return f"“{shown(kind)}”" if kind else "absent"
