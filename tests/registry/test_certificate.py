"""A stranger's certificate becomes a few printable values, or nothing."""

import datetime
import os
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.certificate import MAX_BYTES, in_words, read_certificate

START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
KEY = ec.generate_private_key(ec.SECP256R1())


def made(*names: str, common_name: str = "", issuer: str = "Made-up CA", url: str = "") -> bytes:
    """A certificate for these names (DER)."""
    subject = [x509.NameAttribute(NameOID.COMMON_NAME, common_name)] if common_name else []
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(subject))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(START + datetime.timedelta(days=90))
    )
    extensions: list[Any] = []
    if names:
        extensions.append(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]))
    if url:
        place = x509.UniformResourceIdentifier(url)
        described = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, place)
        extensions.append(x509.AuthorityInformationAccess([described]))
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_names_issuer_dates_and_fingerprint_are_read() -> None:
    found = read_certificate(made("registry.example.org", "b.example.org"))
    assert found is not None
    assert found.names == ("registry.example.org", "b.example.org")
    assert found.issuer == "Made-up CA"
    assert found.starts_at == START
    assert found.ends_at == START + datetime.timedelta(days=90)
    assert len(found.fingerprint) == 64
    assert not found.tells_issuer


def test_a_certificate_that_says_where_its_issuer_is_tells_it() -> None:
    found = read_certificate(made("h.example", url="http://ca.example/intermediate.crt"))
    assert found is not None
    assert found.tells_issuer


def test_foreign_text_is_cut_and_printable() -> None:
    found = read_certificate(
        made(*(f"h{n}.example" for n in range(50)), issuer="a\n<b>\u202e" + "x" * 50)
    )
    assert found is not None
    assert (len(found.names), found.count) == (8, 50)
    assert found.issuer.startswith("a?<b>?x")
    assert in_words(found.names, found.count).endswith("h7.example and 42 more")


def test_a_certificate_without_names_has_none() -> None:
    found = read_certificate(made(common_name="registry.example.org"))
    assert found is not None
    assert (found.names, found.count, found.common_name) == ((), 0, "registry.example.org")
    assert in_words(found.names, found.count) == "no server"


@pytest.mark.parametrize("der", [b"", b"made up", made("h.example")[:-9], os.urandom(500)])
def test_what_is_no_certificate_is_none(der: bytes) -> None:
    assert read_certificate(der) is None


def test_a_certificate_of_a_megabyte_is_none() -> None:
    assert read_certificate(made("h.example") + bytes(MAX_BYTES)) is None


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 300), st.integers(0, 255))
def test_a_damaged_certificate_never_raises(place: int, value: int) -> None:
    der = bytearray(made("registry.example.org", url="http://ca.example/"))
    der[place] = value
    found = read_certificate(bytes(der))
    assert found is None or all(name.isprintable() for name in (*found.names, found.issuer))
