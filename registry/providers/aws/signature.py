"""AWS Signature Version 4: a request is signed with a key, which itself is never sent.

Source: docs.aws.amazon.com/IAM, "Create a signed AWS API request". Requests without a query only.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime

from registry.protocol.http import SignedHeaders
from registry.secret import Secret

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class Unsigned:
    """A request to be signed. ``headers`` are those besides `Host` and `X-Amz-Date`."""

    host: str
    region: str
    service: str
    method: str = "POST"
    path: str = "/"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def sign(request: Unsigned, key_id: str, secret_key: Secret, now: datetime) -> SignedHeaders:
    """The header fields that prove the key for this request, at this moment (aware).

    Gives `Authorization`, `X-Amz-Date` and the request's own headers but `Content-Type`, which
    the request carries already.
    """
    moment = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = (*request.headers, ("Host", request.host), ("X-Amz-Date", moment))
    canonical = sorted((name.lower(), " ".join(value.split())) for name, value in headers)
    signed = ";".join(name for name, _ in canonical)
    place = f"{moment[:8]}/{request.region}/{request.service}/aws4_request"
    asked = "\n".join(
        (
            request.method,
            request.path,
            "",
            *(f"{name}:{value}" for name, value in canonical),
            "",
            signed,
            _digest(request.body),
        )
    )
    to_sign = "\n".join((ALGORITHM, moment, place, _digest(asked.encode())))
    signature = hmac.new(_key(secret_key, place), to_sign.encode(), hashlib.sha256).hexdigest()
    proof = (
        f"{ALGORITHM} Credential={key_id}/{place}, SignedHeaders={signed}, Signature={signature}"
    )
    own = ((n, Secret(v)) for n, v in request.headers if n.lower() != "content-type")
    return SignedHeaders((("Authorization", Secret(proof)), ("X-Amz-Date", Secret(moment)), *own))


def _key(secret_key: Secret, place: str) -> bytes:
    """The key of this day, region and service."""
    key = b"AWS4" + secret_key.reveal().encode("utf-8", "replace")
    for part in place.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
