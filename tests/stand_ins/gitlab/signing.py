"""Tokens that a real registry accepts: RS256, named by the libtrust id of their key."""

import base64
import datetime as dt
import functools
import hashlib
import uuid
from pathlib import Path
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

LEEWAY = dt.timedelta(seconds=60)


def key_id(public: rsa.RSAPublicKey) -> str:
    """libtrust's name of a key: 30 bytes of its SHA-256 in base32, in groups of four."""
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    text = base64.b32encode(hashlib.sha256(der).digest()[:30]).decode()
    return ":".join(text[start : start + 4] for start in range(0, len(text), 4))


class Signer:
    """A key pair, the certificate of it that registries trust, and tokens signed with it."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.kid = key_id(self._key.public_key())

    def sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self.kid})

    def read(self, token: str, *, issuer: str, service: str, now: dt.datetime) -> dict[str, Any]:
        """The claims of a token that is ours and in time; raises ``jwt.InvalidTokenError``."""
        claims: dict[str, Any] = jwt.decode(
            token,
            self._key.public_key(),
            algorithms=["RS256"],
            audience=service,
            issuer=issuer,
            options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
        )
        moment = now.timestamp()
        late = moment > claims["exp"] + LEEWAY.total_seconds()
        if late or moment < claims["nbf"] - LEEWAY.total_seconds():
            raise jwt.InvalidTokenError("not now")
        return claims

    def write_certificate(self, path: Path) -> Path:
        """A self-signed certificate of the key, for a registry's ``rootcertbundle``."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made-up GitLab")])
        today = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - dt.timedelta(days=1))
            .not_valid_after(today + dt.timedelta(days=1))
            .sign(self._key, hashes.SHA256())
        )
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        return path


@functools.cache
def default_signer() -> Signer:
    """One key for all stand-ins of a process: making one takes a while."""
    return Signer()


def claims(
    *,
    issuer: str,
    service: str,
    now: dt.datetime,
    time: dt.timedelta,
    subject: str | None,
    rest: dict[str, Any],
) -> dict[str, Any]:
    """What a token says: times in whole seconds, no ``sub`` where there is no user."""
    moment = int(now.timestamp())
    given: dict[str, Any] = {"jti": str(uuid.uuid4()), "aud": service, "iss": issuer}
    if subject is not None:
        given["sub"] = subject
    times = {"iat": moment, "nbf": moment - 5, "exp": moment + int(time.total_seconds())}
    return given | times | rest
