"""The page that exports, its download, and the switch for members."""

import html
import json
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from credentials_app.exports.files import FileFormat
from credentials_app.models import Credential
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from tests.workspaces.sign_in.test_step_up import old_sign_in
from workspaces.models import AuditEvent
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


def page(visitor: Client, *rows: Credential) -> Any:
    address = credentials_url(rows[0].workspace, "export")
    return visitor.get(address, {"pk": [str(row.pk) for row in rows]})


def download(visitor: Client, *rows: Credential, kind: str = "podman", **more: str) -> Any:
    values = {"pk": [str(row.pk) for row in rows], "kind": kind, **more}
    return visitor.post(credentials_url(rows[0].workspace, "export"), values)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("docker", "config.json"),
        ("podman", "auth.json"),
        ("kubernetes", "deploy.yaml"),
        ("gitlab", "DOCKER_AUTH_CONFIG.txt"),
    ],
)
def test_a_file_is_an_attachment_that_nothing_keeps(
    visitor: Client, seat: Seat, kind: str, name: str
) -> None:
    answer = download(visitor, scenes.stored(by=seat), kind=kind, secret_name="deploy")
    assert answer.status_code == 200
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "auth" in answer.content.decode() or kind == "kubernetes"


@pytest.mark.parametrize("kind", FileFormat)
def test_an_export_that_asks_for_the_password_first_opens_nothing(
    seat: Seat, kind: FileFormat
) -> None:
    row = scenes.stored(by=seat)
    browser = cast.client_for(seat.user)
    opened = AuditEvent.objects.filter(details__reason="export")
    answer = download(old_sign_in(browser), row, kind=kind.value)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert not opened.exists()
    assert download(cast.client_for(seat.user), row, kind=kind.value).status_code == 200
    assert opened.count() == 1


def test_no_page_shows_the_secret(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat)
    told = page(visitor, row).content.decode()
    assert scenes.PASSWORD not in told
    assert page(visitor, row)["Cache-Control"].count("no-store")


def test_the_lines_fetch_the_secret_and_do_not_hold_it(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat)
    told = page(visitor, row).content.decode()
    lines = {html.unescape(each) for each in re.findall(r'data-copy="([^"]*)"', told)}
    assert len(lines) == 6
    [login] = [each for each in lines if "docker login" in each and "curl" in each]
    assert "--password-stdin registry.example.org" in login
    assert f'"credential":"{row.pk}"' in login


def test_what_a_file_would_do_stands_beside_it(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat, repository="team")
    told = page(visitor, row).content.decode()
    assert "deploy is used for every image of registry.example.org, not only for team." in told


def test_two_of_one_host_are_refused_for_docker_and_nothing_typed_is_lost(
    visitor: Client, seat: Seat
) -> None:
    rows = [scenes.stored("a", by=seat), scenes.stored("b", by=seat, repository="team")]
    answer = download(visitor, *rows, kind="docker", secret_name="kept-name")
    assert answer.status_code == 200
    assert "Content-Disposition" not in answer
    told = answer.content.decode()
    assert "a, b have the same host" in told
    assert 'value="kept-name"' in told
    assert list(json.loads(download(visitor, *rows).content)["auths"]) == [
        "registry.example.org",
        "registry.example.org/team",
    ]


def test_what_may_push_needs_its_box(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat, push=True)
    assert "leaves only when push is asked for" in download(visitor, row).content.decode()
    assert "Content-Disposition" in download(visitor, row, with_push="1")


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"kind": "tar"}, "Choose one of these files."),
        ({"kind": ""}, "Choose a file."),
        ({"secret_name": "Not_A_Name"}, "Use lower-case letters, digits, hyphens and dots"),
        ({"namespace": "a.b"}, "Use lower-case letters, digits and hyphens"),
    ],
)
def test_a_wrong_value_is_named(
    visitor: Client, seat: Seat, values: dict[str, str], error: str
) -> None:
    answer = download(visitor, scenes.stored(by=seat), **{"kind": "kubernetes", **values})
    assert "Content-Disposition" not in answer
    assert error in answer.content.decode()


def test_an_old_sign_in_is_asked_again_and_gets_no_file(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat)
    session = visitor.session
    session["account_authentication_methods"] = []
    session.save()
    for answer in (page(visitor, row), download(visitor, row)):
        assert answer.status_code in {302, 303}
        assert "reauthenticate" in answer["Location"]


def test_members_export_where_the_owner_allows_it(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat)
    member = cast.client_for(cast.someone(seat.workspace, "user"))
    detail = credentials_url(seat.workspace, "detail", pk=row.pk)
    assert page(member, row)["Location"] == credentials_url(seat.workspace, "list")
    assert 'id="export"' not in member.get(detail).content.decode()
    visitor.post(credentials_url(seat.workspace, "export_policy"), {"members": "1"})
    assert "Content-Disposition" in download(member, row)
    assert 'id="export"' in member.get(detail).content.decode()
    assert 'id="allow_members"' not in page(member, row).content.decode()
    visitor.post(credentials_url(seat.workspace, "export_policy"), {"members": "0"})
    assert download(member, row)["Location"] == credentials_url(seat.workspace, "list")


def test_the_selected_ones_of_the_list_are_led_to_the_page(visitor: Client, seat: Seat) -> None:
    rows = [scenes.stored(f"c{each}", by=seat, repository=f"x{each}") for each in range(2)]
    answer = visitor.post(
        credentials_url(seat.workspace, "export_selected"),
        {"pk": [str(row.pk) for row in rows], "act": "export"},
    )
    assert answer.status_code == 302
    assert "Export 2 credentials" in visitor.get(answer["Location"]).content.decode()
    empty = visitor.post(credentials_url(seat.workspace, "export_selected"), {"act": "export"})
    assert empty["Location"].startswith(credentials_url(seat.workspace, "list"))


def test_a_credential_that_is_gone_leads_to_the_list(visitor: Client, seat: Seat) -> None:
    row = scenes.stored(by=seat)
    Credential.objects.filter(pk=row.pk).update(deleted_at=row.created_at)
    for answer in (page(visitor, row), download(visitor, row)):
        assert answer["Location"] == credentials_url(seat.workspace, "list")


def test_a_bad_one_is_named_before_anything_is_downloaded(visitor: Client, seat: Seat) -> None:
    row = scenes.checked(scenes.stored(by=seat), Outcome.EXPIRED)
    assert "deploy: It has expired." in page(visitor, row).content.decode()


@pytest.mark.parametrize("kind", FileFormat)
def test_only_the_file_for_kubernetes_has_a_name_and_a_namespace(
    visitor: Client, seat: Seat, kind: FileFormat
) -> None:
    """What is not shown with the other files keeps nobody from them."""
    row = scenes.stored(by=seat)
    answer = download(visitor, row, kind=kind, secret_name="Not_A_Name", namespace="a.b")
    assert ("Content-Disposition" in answer) is (kind is not FileFormat.KUBERNETES)
    told = page(visitor, row).content.decode()
    assert "Name of the secret, for Kubernetes" in told
    assert "Namespace, for Kubernetes" in told
