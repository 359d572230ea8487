"""Reads the certificates that people paste for a server; refuses bad ones with a reason."""

import ssl
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtensionOID

from credentials_app.services.errors import CertificatesRefused

MOST_BYTES = 65536
MOST_CERTIFICATES = 20


def read_certificates(pem: str, *, now: datetime) -> str:
    """The certificates as plain PEM; empty if there are none. Raises CertificatesRefused."""
    text = pem.strip()
    if not text:
        return ""
    if len(text.encode()) > MOST_BYTES:
        raise CertificatesRefused("too_long")
    if "PRIVATE KEY" in text:
        raise CertificatesRefused("private_key")
    try:
        found = _load(text)
        for certificate in found:
            _judge(certificate, now)
        plain = "".join(_plain(certificate) for certificate in found)
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=plain)
    except (ValueError, ssl.SSLError):
        # Some parts are parsed only when they are read, and TLS reads parts that we do not.
        raise CertificatesRefused("unreadable") from None
    return plain


def _load(text: str) -> list[x509.Certificate]:
    if text.count("-----BEGIN") > MOST_CERTIFICATES:
        raise CertificatesRefused("too_many")
    return x509.load_pem_x509_certificates(text.encode())


def _judge(certificate: x509.Certificate, now: datetime) -> None:
    if certificate.not_valid_after_utc <= now:
        raise CertificatesRefused("ended")
    if certificate.not_valid_before_utc > now:
        raise CertificatesRefused("not_yet")
    if not _is_authority(certificate) and certificate.issuer != certificate.subject:
        raise CertificatesRefused("not_authority")


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        constraints = certificate.extensions.get_extension_for_oid(ExtensionOID.BASIC_CONSTRAINTS)
    except (x509.ExtensionNotFound, ValueError):
        return False
    return isinstance(constraints.value, x509.BasicConstraints) and constraints.value.ca


def _plain(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()
