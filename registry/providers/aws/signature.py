"""AWS Signature Version 4: the key signs a request and is never sent itself. Pure.

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
    """A request to sign. ``headers`` are all except `Host` and `X-Amz-Date`."""

    host: str
    region: str
    service: str
    method: str = "POST"
    path: str = "/"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


def sign(request: Unsigned, key_id: str, secret_key: Secret, now: datetime) -> SignedHeaders:
    """Return the headers that prove the key for this request.

    Takes the request, the key and its id, and the present time (aware). Returns `Authorization`,
    `X-Amz-Date` and the request's own headers, except `Content-Type`, which it already has.
    """
    timestamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    headers = (*request.headers, ("Host", request.host), ("X-Amz-Date", timestamp))
    canonical = sorted((name.lower(), " ".join(value.split())) for name, value in headers)
    signed = ";".join(name for name, _ in canonical)
    scope = f"{timestamp[:8]}/{request.region}/{request.service}/aws4_request"
    canonical_request = "\n".join(
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
    to_sign = "\n".join((ALGORITHM, timestamp, scope, _digest(canonical_request.encode())))
    signature = hmac.new(_key(secret_key, scope), to_sign.encode(), hashlib.sha256).hexdigest()
    proof = (
        f"{ALGORITHM} Credential={key_id}/{scope}, SignedHeaders={signed}, Signature={signature}"
    )
    own = ((n, Secret(v)) for n, v in request.headers if n.lower() != "content-type")
    return SignedHeaders(
        (("Authorization", Secret(proof)), ("X-Amz-Date", Secret(timestamp)), *own)
    )


def _key(secret_key: Secret, scope: str) -> bytes:
    """Return the signing key of one day, region and service (`DAY/REGION/SERVICE/aws4_request`)."""
    key = b"AWS4" + secret_key.reveal().encode("utf-8", "replace")
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
