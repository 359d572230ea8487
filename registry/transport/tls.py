"""Verify servers' certificates, and name the cause of a failed handshake."""

import ssl
from functools import lru_cache
from pathlib import Path

import certifi

from registry.addresses.hosts import is_address
from registry.certificate import Certificate, read_certificate
from registry.protocol.http import FailureKind, NetworkFailure

# https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/
VERIFY_WORDS = {
    9: "certificate_not_yet_valid",
    10: "certificate_expired",
    18: "self_signed",
    2: "unknown_issuer",
    19: "unknown_issuer",
    20: "unknown_issuer",
    21: "unknown_issuer",
    62: "wrong_name",
    64: "wrong_name",
}
_DER = 2  # what ssl writes as `_ssl.ENCODING_DER`
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
        raise NetworkFailure(FailureKind.TLS, detail="other", cause="bad_authority") from None


def word_for(error: ssl.SSLError) -> str:
    """Our word for the cause of a failed handshake; `other` if Python does not name it."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return VERIFY_WORDS.get(getattr(error, "verify_code", 0), "other")
    return "too_old" if getattr(error, "reason", "") in TOO_OLD else "other"


CAUSES = {
    "certificate_expired": "expired",
    "certificate_not_yet_valid": "not_yet_valid",
    "self_signed": "self_signed",
    "too_old": "too_old",
}
# Reasons of OpenSSL; an alert is what the server said before it ended the connection.
REASONS = {
    "WRONG_VERSION_NUMBER": "no_tls",
    "PACKET_LENGTH_TOO_LONG": "no_tls",
    "RECORD_LAYER_FAILURE": "no_tls",
    "HTTP_REQUEST": "no_tls",
    "TLSV1_UNRECOGNIZED_NAME": "unknown_name",
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": "client_certificate",
    "TLSV1_ALERT_INSUFFICIENT_SECURITY": "no_common",
    "NO_SHARED_CIPHER": "no_common",
    "NO_CIPHERS_AVAILABLE": "no_common",
    "DH_KEY_TOO_SMALL": "no_common",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "no_common",
}
# Alerts that refuse us, behind the certificate of the server: it wants one of ours.
ABOUT_US = {"SSLV3_ALERT_HANDSHAKE_FAILURE", "SSLV3_ALERT_BAD_CERTIFICATE"}


def shown_chain(encrypted: ssl.SSLSocket) -> tuple[bytes, ...]:
    """The certificates (DER) that the server sent, its own first; none if it sent none.

    They are there after a failed handshake too, and nothing vouches for them. Python 3.13 has a
    public method for it.
    """
    inner = encrypted._sslobj  # type: ignore[attr-defined]
    return tuple(each.public_bytes(_DER) for each in inner.get_unverified_chain() or ())


def failed_handshake(
    error: ssl.SSLError, *, chain: tuple[bytes, ...] = (), host: str = ""
) -> NetworkFailure:
    """The failure of a handshake with ``host``, of whose certificates ``chain`` came (DER)."""
    word = word_for(error)
    shown = read_certificate(chain[0]) if chain else None
    is_about_it = isinstance(error, ssl.SSLCertVerificationError)
    if is_about_it:
        cause = _cause_of(word, shown, len(chain), host)
    else:
        reason = getattr(error, "reason", None) or ""
        cause = CAUSES.get(word) or REASONS.get(reason, "")
        cause = "client_certificate" if chain and reason in ABOUT_US else cause
    certificate = shown if is_about_it else None
    return NetworkFailure(FailureKind.TLS, detail=word, cause=cause, certificate=certificate)


def _cause_of(word: str, shown: Certificate | None, length: int, host: str) -> str:
    """Why a certificate is refused; empty if no sentence of ours says it."""
    if shown is None:
        return ""
    if word == "unknown_issuer":
        if length > 1:
            return "unknown_authority"
        return "incomplete" if shown.tells_issuer else "issuer_missing"
    if word == "wrong_name":
        if not shown.count:
            return "name_in_cn" if shown.common_name else "other_names"
        return "no_address" if is_address(host) and not shown.has_address else "other_names"
    return CAUSES.get(word, "")
