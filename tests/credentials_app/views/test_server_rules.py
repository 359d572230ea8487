"""The pages of server rules: who makes them, what they take, what they say."""

import pytest
import trustme
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from credentials_app.models import ServerRule
from tests import cast
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
SERVER = "registry.example.org"


@pytest.fixture(scope="module")
def pem() -> str:
    return trustme.CA().cert_pem.bytes().decode()


@pytest.mark.parametrize("way", ["pasted", "uploaded"])
def test_certificates_are_pasted_or_uploaded(
    visitor: Client, seat: Seat, pem: str, way: str
) -> None:
    values: dict[str, object] = {"server": SERVER}
    if way == "pasted":
        values["ca_pem"] = pem
    else:
        values["ca_file"] = SimpleUploadedFile("ca.pem", pem.encode())
    answer = visitor.post(credentials_url(seat.workspace, "rule_add"), values)
    assert answer.url == credentials_url(seat.workspace, "rules")
    rule = ServerRule.objects.get()
    assert (rule.origin, rule.allow_http) == (f"https://{SERVER}", False)
    assert rule.ca_pem.strip() == pem.strip()
    assert "own certificates" in visitor.get(answer.url).content.decode()


REFUSED = {
    "no certificate": ("hello", "cannot be read"),
    "a private key": ("-----BEGIN PRIVATE KEY-----\nmade-up\n", "private key"),
    "more than 64 KiB": ("x" * 70_000, "64 KiB"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("field", ["ca_pem", "ca_file"])
def test_certificates_that_are_none_are_told_at_their_field(
    visitor: Client, seat: Seat, case: str, field: str
) -> None:
    text, sentence = REFUSED[case]
    value = text if field == "ca_pem" else SimpleUploadedFile("ca.pem", text.encode())
    answer = visitor.post(
        credentials_url(seat.workspace, "rule_add"), {"server": SERVER, field: value}
    )
    assert answer.status_code == 200
    assert sentence in str(answer.context["form"].errors[field])
    assert not ServerRule.objects.exists()


def test_a_file_of_bytes_is_no_fault_of_ours(visitor: Client, seat: Seat) -> None:
    junk = SimpleUploadedFile("ca.der", bytes(range(256)))
    values = {"server": SERVER, "ca_file": junk}
    answer = visitor.post(credentials_url(seat.workspace, "rule_add"), values)
    assert "cannot be read" in str(answer.context["form"].errors["ca_file"])


def test_http_is_allowed_changed_and_taken_back(visitor: Client, seat: Seat) -> None:
    values = {"server": "10.1.2.3:5000", "allow_http": "on"}
    visitor.post(credentials_url(seat.workspace, "rule_add"), values)
    rule = ServerRule.objects.get()
    assert (rule.origin, rule.allow_http) == ("http://10.1.2.3:5000", True)
    edit = credentials_url(seat.workspace, "rule_edit", pk=rule.pk)
    assert "10.1.2.3:5000" in visitor.get(edit).content.decode()
    answer = visitor.post(edit, {"server": "http://evil.example.net", "allow_http": "on"})
    assert answer.status_code == 302
    assert ServerRule.objects.get().origin == "http://10.1.2.3:5000"
    delete = credentials_url(seat.workspace, "rule_delete", pk=rule.pk)
    assert "No credential" in visitor.get(delete).content.decode()
    visitor.post(delete)
    assert not ServerRule.objects.exists()


def test_deleting_says_how_many_credentials_rest_on_it(
    visitor: Client, seat: Seat, pem: str
) -> None:
    visitor.post(credentials_url(seat.workspace, "rule_add"), {"server": SERVER, "ca_pem": pem})
    scenes.stored("one", by=seat)
    scenes.stored("two", by=seat)
    address = credentials_url(seat.workspace, "rule_delete", pk=ServerRule.objects.get().pk)
    assert "2 credentials" in visitor.get(address).content.decode()


def test_a_rule_of_another_workspace_is_not_found(visitor: Client, seat: Seat) -> None:
    elsewhere = ServerRule.objects.create(
        workspace=cast.workspace("other"),
        origin="https://a.example",
        changed_at=seat.workspace.created_at,
    )
    for view in ("rule_edit", "rule_delete"):
        address = credentials_url(seat.workspace, view, pk=elsewhere.pk)
        assert visitor.get(address).status_code == 404


OUT_OF_REACH = "LOCKKEEPER_PRIVATE_NETWORKS"


@pytest.mark.parametrize(
    ("networks", "works"), [("", False), ("10.0.0.0/8", False), ("10.0.0.0/8:5000", True)]
)
def test_a_rule_that_cannot_work_yet_says_what_is_missing(
    visitor: Client, seat: Seat, settings: LazySettings, networks: str, works: bool
) -> None:
    settings.LOCKKEEPER_PRIVATE_NETWORKS = networks
    values = {"server": "10.1.2.3:5000", "allow_http": "on"}
    told = visitor.post(credentials_url(seat.workspace, "rule_add"), values, follow=True)
    assert ServerRule.objects.exists()
    said = [str(message) for message in told.context["messages"]]
    assert any(OUT_OF_REACH in words for words in said) is not works
    again = visitor.get(credentials_url(seat.workspace, "rules")).content.decode()
    assert (OUT_OF_REACH in again) is not works


def test_the_form_of_a_credential_leads_to_the_rule_for_its_http_server(
    visitor: Client, seat: Seat
) -> None:
    values = {
        "name": "local",
        "server": "http://10.1.2.3:5000",
        "username": "robot",
        "secret": "made-up-secret-1",
        "need": "pull",
        "provider": "generic",
        "act": "add",
    }
    add, rule_add = (credentials_url(seat.workspace, view) for view in ("add", "rule_add"))
    link = f"{rule_add}?server=http%3A//10.1.2.3%3A5000"
    assert link in visitor.post(add, values).content.decode()
    page = visitor.get(link)
    assert 'value="http://10.1.2.3:5000"' in page.content.decode()
    assert page.context["form"]["allow_http"].value() is True
    maintainer = cast.client_for(cast.someone(seat.workspace, "maintainer"))
    refused = maintainer.post(add, values).content.decode()
    assert "allow http for this server" in refused
    assert rule_add not in refused
