"""Certificates good and bad, and the server sides that show them."""

import datetime
import ssl
import tempfile
import warnings
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "registry.example.org"
NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


class Authority:
    """An authority that only a test knows."""

    def __init__(self) -> None:
        self._made = trustme.CA()
        self.pem = self._made.cert_pem.bytes().decode()

    def shows(self, *names: str, expired: bool = False) -> ssl.SSLContext:
        """The server side of a certificate for these names (loopback when none is given)."""
        ends = NOW - DAY if expired else NOW + 30 * DAY
        issued = self._made.issue_cert(
            *(names or ("127.0.0.1", "::1", "localhost")), not_before=NOW - 30 * DAY, not_after=ends
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issued.configure_cert(context)
        return context

    def asks_clients(self) -> ssl.SSLContext:
        """A server that wants a certificate of its clients."""
        context = self.shows(NAME)
        context.verify_mode = ssl.CERT_REQUIRED
        self._made.configure_trust(context)
        return context

    def speaks_only(self, version: ssl.TLSVersion) -> ssl.SSLContext:
        """A server that knows nothing newer than this version."""
        context = self.shows(NAME, "127.0.0.1")
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = context.maximum_version = version
        return context


def self_signed(
    *names: str, expired: bool = False, common_name: str = ""
) -> tuple[ssl.SSLContext, str]:
    """A server whose certificate vouches for itself and is no authority; and its PEM.

    One with a ``common_name`` has no other, as it was usual long ago.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    called = common_name or "a made-up registry"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called)])
    alternatives = [x509.DNSName(name) for name in (names or ("localhost",))]
    begun = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - 30 * DAY)
        .not_valid_after(NOW - DAY if expired else NOW + 30 * DAY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    if not common_name:
        begun = begun.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    made = begun.sign(key, hashes.SHA256())
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return _server_side(pem + private), pem.decode()


def _server_side(chain: bytes) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "chain"
        file.write_bytes(chain)
        context.load_cert_chain(file)
    return context
