"""Verify servers' certificates, and name the cause of a failed handshake."""

import ssl
from functools import lru_cache
from pathlib import Path

import certifi

from registry.protocol.http import FailureKind, NetworkFailure

# https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/
VERIFY_WORDS = {
    10: "certificate_expired",
    18: "self_signed",
    2: "unknown_issuer",
    19: "unknown_issuer",
    20: "unknown_issuer",
    21: "unknown_issuer",
    62: "wrong_name",
    64: "wrong_name",
}
TOO_OLD = {
    "NO_PROTOCOLS_AVAILABLE",
    "TLSV1_ALERT_PROTOCOL_VERSION",
    "UNSUPPORTED_PROTOCOL",
    "UNSUPPORTED_SSL_VERSION",
    "VERSION_TOO_LOW",
}


@lru_cache(maxsize=64)
def context(ca_pem: str = "") -> ssl.SSLContext:
    """The TLS context that verifies servers, with these extra authorities (PEM).

    It demands TLS 1.2 or newer and verifies certificate and name; no setting turns that off. It
    trusts the system's authorities, certifi's, and those of ``ca_pem``; a server's own certificate
    in ``ca_pem`` is an exact pin. It reads nothing of the environment. The last 64 contexts stay in
    memory. Raises :class:`NetworkFailure` (tls) if ``ca_pem`` is unusable.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.hostname_checks_common_name = False  # RFC 9525 section 6.3; Docker refuses it too
    made.set_alpn_protocols(["http/1.1"])
    # The paths built into OpenSSL: load_default_certs() would obey SSL_CERT_FILE.
    paths = ssl.get_default_verify_paths()
    file, folder = Path(paths.openssl_cafile), Path(paths.openssl_capath)
    made.load_verify_locations(certifi.where())
    if file.is_file():
        made.load_verify_locations(cafile=file)
    if folder.is_dir():
        made.load_verify_locations(capath=folder)
    if ca_pem:
        made.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        _add(made, ca_pem)
    return made


def _add(made: ssl.SSLContext, ca_pem: str) -> None:
    try:
        made.load_verify_locations(cadata=ca_pem)
    except (ValueError, TypeError, OSError):  # ssl.SSLError is an OSError
        raise NetworkFailure(FailureKind.TLS, detail="other") from None


def word_for(error: ssl.SSLError) -> str:
    """Our word for the cause of a failed handshake; `other` if Python does not name it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return VERIFY_WORDS.get(getattr(error, "verify_code", 0), "other")
    return "too_old" if getattr(error, "reason", "") in TOO_OLD else "other"
