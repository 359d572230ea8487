"""The client that machines download, one file under three names, with its digest.

On its own: views read no files.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FILE = Path(__file__).resolve().parents[2] / "cli" / "lockkeeper_client.py"
DIGESTS = "SHA256SUMS"
PROGRAMS: Mapping[str, str | Promise] = {
    "docker-credential-lockkeeper": _("docker, podman, skopeo, buildah, crane, Helm and ORAS"),
    "lockkeeper-credential-provider": _("the kubelet of each node of Kubernetes"),
    "lockkeeper-preflight": _("a pipeline: can these images be pulled?"),
}
"""What each name of the file is for."""


@cache
def client_bytes() -> bytes:
    """The file. A process reads it once."""
    return FILE.read_bytes()


def client_digest() -> str:
    """Its SHA-256 digest in hexadecimal."""
    return hashlib.sha256(client_bytes()).hexdigest()


def digest_lines() -> str:
    """A line for each name, as ``sha256sum --check`` reads them."""
    return "".join(f"{client_digest()}  {name}\n" for name in PROGRAMS)
