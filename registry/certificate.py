"""What a server's certificate says of itself: parsed, printable and cut, for people to read. Pure.

Nothing here judges a certificate; :mod:`registry.transport.tls` verifies servers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

MAX_NAMES = 8
MAX_CHARACTERS = 100
MAX_BYTES = 64 * 1024

UNREADABLE = (
    *(ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion),
    *(x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)

T = TypeVar("T", bound=x509.ExtensionType)


@dataclass(frozen=True)
class Certificate:
    """A certificate that a server showed. Times are aware, UTC.

    ``names`` are DNS names and addresses, at most eight of ``count``; ``common_name`` is no name
    of a server. ``issuer`` is a common name, else an organization. ``fingerprint`` is the SHA-256
    as hex digits. ``tells_issuer`` True: it names where its issuer's certificate can be fetched.
    """

    names: tuple[str, ...]
    count: int
    has_address: bool
    common_name: str
    issuer: str
    starts_at: datetime
    ends_at: datetime
    fingerprint: str
    tells_issuer: bool = False


def read_certificate(der: bytes) -> Certificate | None:
    """Read a certificate (DER); None if it cannot be read. Never raises. Source: RFC 5280."""
    if len(der) > MAX_BYTES:
        return None
    try:
        return _read(x509.load_der_x509_certificate(der))
    except UNREADABLE:
        return None


def _read(found: x509.Certificate) -> Certificate:
    alternatives = _extension(found, x509.SubjectAlternativeName)
    hosts = alternatives.get_values_for_type(x509.DNSName) if alternatives else []
    addresses = alternatives.get_values_for_type(x509.IPAddress) if alternatives else []
    names = [*hosts, *map(str, addresses)]
    access = _extension(found, x509.AuthorityInformationAccess) or ()
    return Certificate(
        names=tuple(map(_cut, names[:MAX_NAMES])),
        count=len(names),
        has_address=bool(addresses),
        common_name=_first(found.subject, NameOID.COMMON_NAME),
        issuer=_first(found.issuer, NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME),
        starts_at=found.not_valid_before_utc,
        ends_at=found.not_valid_after_utc,
        fingerprint=found.fingerprint(hashes.SHA256()).hex(),
        tells_issuer=any(
            each.access_method == AuthorityInformationAccessOID.CA_ISSUERS for each in access
        ),
    )


def _extension(found: x509.Certificate, kind: type[T]) -> T | None:
    try:
        return found.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _first(name: x509.Name, *kinds: x509.ObjectIdentifier) -> str:
    values = (each.value for kind in kinds for each in name.get_attributes_for_oid(kind))
    return _cut(next((value for value in values if isinstance(value, str)), ""))


def _cut(text: str) -> str:
    return re.sub(r"[^\x20-\x7e]", "?", text)[:MAX_CHARACTERS]


def in_words(names: Iterable[str], count: int) -> str:
    """The names for a sentence, and how many more there are."""
    shown = list(names)
    more = count - len(shown)
    return (", ".join(shown) or "no server") + (f" and {more} more" if more > 0 else "")
