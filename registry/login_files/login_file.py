"""Reads a whole file: recognizes what wrote it, and returns its entries."""

from collections.abc import Iterator
from itertools import islice

from registry.addresses.origins import Origin
from registry.login_files.docker_config import (
    FileContext,
    docker_entries,
    dockercfg_entries,
    is_docker_config,
    is_dockercfg,
)
from registry.login_files.entry import Entry, FileFault
from registry.login_files.kubernetes import (
    MAX_BYTES,
    fault_of_json,
    is_kubernetes,
    objects_in,
    secret_entries,
)
from registry.login_files.yaml_reader import read_yaml
from registry.protocol.strict_json import NotJson, read_json

MAX_ENTRIES = 2000


def read_login_file(
    body: bytes, name: str, *, plain_http: frozenset[Origin] = frozenset()
) -> tuple[Entry, ...]:
    """The entries of a docker config.json, podman auth.json, .dockercfg or Kubernetes secrets.

    Takes the bytes (at most 1 MiB of UTF-8), the name of the file for the places, and the http
    origins that may be asked without encryption. JSON is one value; YAML may have several
    documents. Returns at least one and at most 2,000 entries. Raises :class:`FileFault` with the
    name, the place and the fix if the file as a whole is none of these, or has no login.
    """
    entries = tuple(islice(_entries(body, name, plain_http), MAX_ENTRIES + 1))
    if len(entries) > MAX_ENTRIES:
        raise FileFault("file_many", place=name, most=f"{MAX_ENTRIES:,}")
    if not entries:
        raise FileFault("file_no_login", place=name)
    return entries


def _entries(body: bytes, name: str, plain_http: frozenset[Origin]) -> Iterator[Entry]:
    documents = _documents(body, name)
    for number, document in enumerate(documents, 1):
        place = f"{name}: document {number}" if len(documents) > 1 else name
        yield from _of_document(document, FileContext(place, plain_http=plain_http))


def _of_document(document: object, context: FileContext) -> Iterator[Entry]:
    if document in ("", "null", {}):
        return
    if isinstance(document, dict) and is_kubernetes(document):
        for place, found in objects_in(document, context.place):
            yield from secret_entries(found, FileContext(place, plain_http=context.plain_http))
    elif isinstance(document, dict) and is_docker_config(document):
        yield from docker_entries(document, context)
    elif isinstance(document, dict) and is_dockercfg(document):
        yield from dockercfg_entries(document, context)
    else:
        raise FileFault("file_unknown", place=context.place)


def _documents(body: bytes, name: str) -> list[object]:
    if len(body) > MAX_BYTES:
        raise FileFault("file_large", place=name)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileFault("file_not_text", place=name) from None
    if not text.lstrip().startswith(("{", "[")):
        return read_yaml(text, name)
    try:
        return [read_json(body, max_bytes=MAX_BYTES)]
    except NotJson as fault:
        raise fault_of_json(fault, name) from None
