"""Plain http and private certificates: what is taken, what is refused, what follows."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from credentials_app import secrets
from credentials_app.checks import check
from credentials_app.models import Credential, ServerRule
from credentials_app.services.certificates import MOST_CERTIFICATES, read_certificates
from credentials_app.services.errors import REASONS, CertificatesRefused
from credentials_app.services.server_rules import delete_rule, resting_on, set_rule
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from workspaces.models import AuditEvent
from workspaces.places import credentials_url

NOW = datetime.now(UTC)
AUTHORITY = trustme.CA()
PEM = AUTHORITY.cert_pem.bytes().decode()
NO_TEXT = b"made-\xff\xfe-name"


def certificate(
    *,
    subject: str = "a",
    issuer: str = "a",
    days: tuple[int, int] = (-1, 1),
    ca: bool | None = None,
) -> str:
    key = ec.generate_private_key(ec.SECP256R1())

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True)
    signed = builder.sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.parametrize(
    ("pem", "reason"),
    [
        ("nonsense", "unreadable"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "unreadable"),
        (PEM + AUTHORITY.private_key_pem.bytes().decode(), "private_key"),
        (PEM * (MOST_CERTIFICATES + 1), "too_many"),
        ("x" * 65537, "too_long"),
        (certificate(ca=True, days=(-9, -1)), "ended"),
        (PEM + certificate(ca=True, days=(1, 9)), "not_yet"),
        (certificate(issuer="b"), "not_authority"),
        (certificate(issuer="b", ca=False), "not_authority"),
    ],
)
def test_certificates_that_cannot_be_used_are_refused_with_a_reason(pem: str, reason: str) -> None:
    with pytest.raises(CertificatesRefused) as refused:
        read_certificates(pem, now=NOW)
    assert refused.value.reason == reason
    assert str(REASONS[reason])


def broken(pem: str, *, name: bytes) -> str:
    """The certificate with other bytes in the place of its subject's and issuer's name."""
    der = ssl.PEM_cert_to_DER_cert(pem)
    assert der.count(b"made-up-name") == 2
    assert len(name) == len(b"made-up-name")
    return ssl.DER_cert_to_PEM_cert(der.replace(b"made-up-name", name))


@pytest.mark.parametrize("ca", [True, False, None])
@pytest.mark.parametrize("beside", ["", PEM])
def test_a_name_that_is_no_text_is_refused_with_a_reason(ca: bool | None, beside: str) -> None:
    pem = broken(certificate(subject="made-up-name", issuer="made-up-name", ca=ca), name=NO_TEXT)
    with pytest.raises(CertificatesRefused) as refused:
        read_certificates(beside + pem, now=NOW)
    assert refused.value.reason == "unreadable"


def test_what_tls_cannot_load_is_refused_though_we_can_read_it() -> None:
    """An authority is not asked for its name; TLS reads it."""
    pem = broken(certificate(subject="made-up-name", issuer="made-up-name", ca=True), name=NO_TEXT)
    assert x509.load_pem_x509_certificates(pem.encode())
    with pytest.raises(ssl.SSLError):
        ssl.create_default_context(cadata=pem)


@pytest.mark.django_db
def test_the_form_says_so_and_stores_nothing() -> None:
    seat = scenes.seat()
    pem = broken(certificate(subject="made-up-name", issuer="made-up-name"), name=NO_TEXT)
    values = {"server": "registry.example.org", "ca_pem": pem}
    answer = cast.client_for(seat.user).post(credentials_url(seat.workspace, "rule_add"), values)
    assert answer.status_code == 200
    assert "cannot be read as certificates" in answer.content.decode()
    assert not ServerRule.objects.exists()


@pytest.mark.parametrize(
    "pem",
    [PEM, PEM.replace("\n", "\r\n"), "a comment\n" + PEM, certificate(), certificate(ca=True)],
    ids=["authority", "Windows line ends", "comment", "self-signed", "self-signed authority"],
)
def test_authorities_and_self_signed_certificates_are_taken(pem: str) -> None:
    read = read_certificates(pem, now=NOW)
    assert read.startswith("-----BEGIN CERTIFICATE-----\n")
    assert read_certificates(read, now=NOW) == read


def test_nothing_pasted_is_no_certificate() -> None:
    assert read_certificates(" \n", now=NOW) == ""


@pytest.mark.django_db
def test_a_rule_is_made_changed_and_removed_with_its_audit_events() -> None:
    rule = set_rule(scenes.seat(), scenes.REGISTRY, allow_http=False, ca_pem=PEM)
    same = set_rule(scenes.seat(), scenes.REGISTRY, allow_http=True, ca_pem=PEM)
    assert (same.pk, ServerRule.objects.count()) == (rule.pk, 1)
    delete_rule(scenes.seat(), rule)
    assert not ServerRule.objects.exists()
    newest = list(AuditEvent.objects.values_list("action", flat=True)[:3])
    assert newest == [f"credentials:server_rule:{verb}" for verb in ("delete", "edit", "add")]
    assert "CERTIFICATE" not in str(list(AuditEvent.objects.values("details")))


@pytest.mark.django_db
def test_nobody_removes_the_rule_of_another_workspace() -> None:
    rule = set_rule(scenes.seat(), scenes.REGISTRY, allow_http=True, ca_pem="")
    with pytest.raises(ServerRule.DoesNotExist):
        delete_rule(cast.seat(cast.workspace("ops")), rule)
    assert ServerRule.objects.exists()


@pytest.mark.django_db
def test_the_certificates_of_the_rule_are_used_for_its_server_alone() -> None:
    rule = set_rule(scenes.seat(), scenes.REGISTRY, allow_http=False, ca_pem=PEM)
    with_rule = scenes.stored()
    without = scenes.stored("other", server=scenes.STRANGER)
    assert resting_on(rule) == 1
    with scenes.registry_says(Outcome.VALID) as registry:
        check.check_one(Credential, with_rule.pk)
        check.check_one(Credential, without.pk)
    assert [login.ca_pem for login in registry.logins] == [rule.ca_pem, ""]


@pytest.mark.django_db
def test_no_workspace_vouches_for_the_servers_of_another() -> None:
    set_rule(cast.seat(cast.workspace("ops")), scenes.REGISTRY, allow_http=True, ca_pem=PEM)
    row = scenes.stored()
    assert secrets.open_secret(row, reason=secrets.Reason.CHECK).ca_sha256 == ""


@pytest.mark.django_db
def test_another_authority_wants_the_secret_again() -> None:
    row = scenes.checked(scenes.stored(), Outcome.VALID)
    set_rule(scenes.seat(), scenes.REGISTRY, allow_http=False, ca_pem=PEM)
    with scenes.registry_says(Outcome.VALID) as registry:
        Credential.objects.update(next_check_at=NOW)
        check.check_one(Credential, row.pk)
    row.refresh_from_db()
    assert registry.logins == []
    assert (row.status, row.could_not_look_why) == ("valid", "sealed_mismatch")
