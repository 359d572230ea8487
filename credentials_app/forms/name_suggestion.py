"""A name for a new credential, made of its provider, its place and its need. Pure."""

import re
from collections.abc import Collection
from itertools import count

from credentials_app.forms.detection import Detection
from registry.addresses.hosts import is_address
from registry.providers import GENERIC

LONGEST, ROOM = 100, 5
PLAIN_LABELS = frozenset({"www", "registry", "docker", "containers", "images", "hub", "cr"})
"""The first labels of host names that say nothing: registries are called that."""


def name_base(found: Detection) -> str:
    """The name without a number, such as `gitlab-group-app-pull`; empty if nothing is known yet."""
    provider = "" if found.provider is GENERIC else _plain(found.provider.slug)
    place = _plain(found.repository or _host(found, provider))
    known = "-".join(part for part in (provider, place) if part)
    need = "push" if found.push else "pull"
    room = LONGEST - ROOM - len(need) - 1
    return f"{known[:room].strip('-')}-{need}" if known else ""


def first_free(base: str, taken: Collection[str]) -> str:
    """The name itself, or with the first number that makes it unlike those that are taken.

    ``taken`` holds names in small letters.
    """
    if base.lower() not in taken:
        return base
    return next(name for number in count(2) if (name := f"{base}-{number}").lower() not in taken)


def _host(found: Detection, provider: str) -> str:
    """The part of the server's name that tells it from others; empty for the provider's own."""
    if found.server is None or found.server.display == found.provider.cloud_server:
        return ""
    host = found.server.host
    if is_address(host):
        return host
    labels = [each for each in host.split(".")[:-1] if each not in {*PLAIN_LABELS, provider}]
    return labels[0] if labels else ""


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-").lower()
