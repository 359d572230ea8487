"""Verify an id_token: signature, issuer, audience, expiry and nonce. Pure.

OpenID Connect Core 1.0, section 3.1.3.7, and stricter: we accept RS256 and ES256 only, whatever
the provider's own document says, and verify the signature although the token came by TLS.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from registry.protocol.json_reader import JsonReader
from workspaces.openid.failures import DISTRUSTED, SignInEnded

KINDS_OF_KEYS = {"RS256": "RSA", "ES256": "EC"}
LEEWAY_S = 60
LEAST_BITS = 2048
MOST_CHARACTERS = 32_768
MUST_HAVE = ["iss", "sub", "aud", "exp", "iat"]
REASONS: tuple[tuple[type[jwt.PyJWTError], str], ...] = (
    (jwt.ExpiredSignatureError, "it has expired"),
    (jwt.InvalidIssuerError, "it is of another issuer"),
    (jwt.InvalidAudienceError, "it is for another client"),
    (jwt.ImmatureSignatureError, "it is of a time to come"),
    (jwt.MissingRequiredClaimError, "a claim is missing"),
    (jwt.InvalidSignatureError, "its signature is not of this key"),
)


class UnknownKey(Exception):
    """No key of the provider has the id that the token names: the keys may have changed."""


@dataclass(frozen=True)
class Expected:
    """What a token must say."""

    issuer: str
    client_id: str
    nonce: str


def verify_id_token(token: object, *, keys: Sequence[JsonReader], expected: Expected) -> JsonReader:
    """The claims of the token. Raises :class:`SignInEnded`, and :class:`UnknownKey`."""
    if not isinstance(token, str) or len(token) > MOST_CHARACTERS:
        raise _distrusted("there is none, or it is too long")
    header = _header(token)
    algorithm = header.get("alg")
    if algorithm not in KINDS_OF_KEYS:
        raise _distrusted("it is not signed by RS256 or ES256")
    key = _key(keys, algorithm, header.get("kid"))
    claims = JsonReader(_decoded(token, key, algorithm, expected))
    _refuse_other_client(claims, expected)
    nonce = claims.text("nonce")
    if not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise _distrusted("its nonce is not that of this sign-in")
    subject = claims.text("sub")
    if not 0 < len(subject) <= 255 or not subject.isprintable():
        raise _distrusted("its subject is empty, too long or not printable")
    return claims


def _header(token: str) -> dict[str, Any]:
    try:
        return jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise _distrusted("it is no JWT") from None


def _key(keys: Sequence[JsonReader], algorithm: str, kid: object) -> Any:
    """The key of this id; without an id, the only key that fits the algorithm."""
    fitting = [key for key in keys if _fits(key, algorithm)]
    if kid is not None:
        fitting = [key for key in fitting if key.get("kid") == kid]
    if not fitting:
        raise UnknownKey
    if len(fitting) > 1:
        raise _distrusted("several keys could have signed it")
    try:
        key = jwt.PyJWK(fitting[0].fields, algorithm=algorithm).key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        raise _distrusted("its key cannot be read") from None
    is_strong = isinstance(key, RSAPublicKey) and key.key_size >= LEAST_BITS
    is_p256 = isinstance(key, EllipticCurvePublicKey) and key.curve.name == "secp256r1"
    if not (is_strong or is_p256):
        raise _distrusted("its key is private, too short or on another curve")
    return key


def _fits(key: JsonReader, algorithm: str) -> bool:
    is_kind = key.get("kty") == KINDS_OF_KEYS[algorithm]
    return is_kind and key.get("use") in {None, "sig"} and key.get("alg") in {None, algorithm}


def _decoded(token: str, key: Any, algorithm: str, expected: Expected) -> dict[str, Any]:
    try:
        return jwt.decode(
            token,
            key,
            algorithms=[algorithm],
            issuer=expected.issuer,
            audience=expected.client_id,
            leeway=LEEWAY_S,
            options={"require": MUST_HAVE},
        )
    except (jwt.PyJWTError, ValueError, TypeError, OverflowError) as error:
        found = (reason for kind, reason in REASONS if isinstance(error, kind))
        reason = next(found, "it cannot be read")
    raise _distrusted(reason)


def _refuse_other_client(claims: JsonReader, expected: Expected) -> None:
    """Core 3.1.3.7, rules 4 and 5: with several audiences `azp` must name us."""
    audiences, party = claims.get("aud"), claims.get("azp")
    is_ours_alone = audiences in (expected.client_id, [expected.client_id])
    if party not in (None, expected.client_id):
        raise _distrusted("it was issued to another client")
    if not is_ours_alone and party is None:
        raise _distrusted("it is for several clients and does not say for which it was issued")


def _distrusted(reason: str) -> SignInEnded:
    return SignInEnded(DISTRUSTED, f"id_token refused: {reason}")
