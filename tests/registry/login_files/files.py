"""Made-up files of logins, as docker, podman and kubectl write them."""

import base64
import json
from typing import Any

PASSWORD = "cnry-file-password-made-up"


def packed(text: str | bytes) -> str:
    """Base64 with its padding."""
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


AUTH = packed(f"ci:{PASSWORD}")


def auths(fields: Any, key: str = "registry.example.org", **others: Any) -> dict[str, Any]:
    """A file of one entry."""
    return {"auths": {key: fields}, **others}


def secret(content: Any, *, field: str = ".dockerconfigjson", **others: Any) -> dict[str, Any]:
    """A Kubernetes secret with this JSON."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": "regcred", "namespace": "team-a"},
        "type": f"kubernetes.io/{field[1:]}",
        "data": {field: packed(json.dumps(content))},
        **others,
    }
