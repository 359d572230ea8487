"""Which answers are compressed: pages that were read, and that no other site asked for."""

import gzip
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.cast import alice, client_for
from tests.credentials_app import scenes
from workspaces.places import credentials_url

pytestmark = pytest.mark.django_db

OURS = {"HTTP_ACCEPT_ENCODING": "gzip, br", "HTTP_SEC_FETCH_SITE": "same-origin"}


def test_a_page_that_the_person_or_our_page_asked_for_is_compressed() -> None:
    client = client_for(alice())
    plain = client.get("/account/")
    for site in ("same-origin", "none"):
        answer = client.get("/account/", **OURS | {"HTTP_SEC_FETCH_SITE": site})
        assert answer["Content-Encoding"] == "gzip"
        assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(answer["Vary"].split(", "))
        assert len(gzip.decompress(answer.content)) == len(plain.content)
        assert int(answer["Content-Length"]) == len(answer.content) < len(plain.content) / 2


OTHERS = {
    "another site": {"HTTP_SEC_FETCH_SITE": "cross-site"},
    "a neighbor of the site": {"HTTP_SEC_FETCH_SITE": "same-site"},
    "a browser that does not say": {"HTTP_SEC_FETCH_SITE": ""},
    "a browser that cannot": {"HTTP_ACCEPT_ENCODING": "identity"},
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_page_is_not_compressed_for(name: str) -> None:
    answer = client_for(alice()).get("/account/?next=guess", **OURS | OTHERS[name])
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer


def test_rows_that_a_script_asks_for_again_are_not_compressed() -> None:
    """They repeat the address of the page, which another site may have opened."""
    seat = scenes.seat()
    row = scenes.stored("deploy", by=seat)
    address = f"{credentials_url(row.workspace, 'list')}?q=deploy"
    client = client_for(seat.user)
    assert client.get(address, **OURS)["Content-Encoding"] == "gzip"
    answer = client.get(address, **OURS, HTTP_HX_REQUEST="true")
    assert b"q=deploy" in answer.content
    assert "Content-Encoding" not in answer


def test_the_answer_to_a_form_with_a_secret_is_not_compressed() -> None:
    seat = scenes.seat()
    typed = {"name": "a name with blanks", "secret": "made-up-secret", "server": "quay.io"}
    client = client_for(seat.user)
    answer = client.post(credentials_url(seat.workspace, "add"), typed, **OURS)
    assert answer.status_code in {200, 422}
    assert b"a name with blanks" in answer.content
    assert b"made-up-secret" not in answer.content
    assert "Content-Encoding" not in answer


def test_the_link_of_an_invitation_is_not_compressed(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.MAIL_FOLDER = tmp_path
    seat = scenes.seat()
    path = f"/o/{seat.workspace.organization.slug}/{seat.workspace.slug}/people/"
    client = client_for(seat.user)
    assert client.get(path, **OURS)["Content-Encoding"] == "gzip"
    answer = client.post(f"{path}invite/", {"email": "new@example.org", "role": "viewer"}, **OURS)
    assert b"/invitations/" in answer.content
    assert "Content-Encoding" not in answer


def test_an_error_page_is_not_compressed() -> None:
    answer = Client().get("/not/there/", **OURS)
    assert "Content-Encoding" not in answer
