"""Who chose the provider, a person or the page; the fields that follow from it; hints and fills."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from credentials_app.models import Credential, Trial
from registry.providers import PROVIDERS
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
GOOD = {
    "name": "deploy",
    "provider": "generic",
    "username": "ci-robot",
    "secret": scenes.PASSWORD,
    "server": "registry.example.org",
    "need": "pull",
}


def send(visitor: Client, seat: Seat, act: str = "add", **values: str) -> str:
    answer = visitor.post(credentials_url(seat.workspace, "add"), {**GOOD, "act": act, **values})
    return html.unescape(answer.content.decode())


def chosen_tile(page: str) -> list[str]:
    return re.findall(r'name="tile" value="(\w+)"[^>]* checked', page)


def chosen_option(page: str) -> list[str]:
    return re.findall(r'<option value="(\w+)"[^>]* selected', page)[:1]


def value_of(page: str, name: str) -> str:
    field = re.search(rf'<input[^>]* name="{name}"[^>]*>', page)
    value = re.search(r' value="([^"]*)"', field.group(0)) if field else None
    return value.group(1) if value else ""


CHOICES: dict[str, tuple[dict[str, str], str]] = {
    "a tile": ({"tile": "harbor"}, "harbor"),
    "a tile, whatever the select says": ({"tile": "harbor", "provider": "quay"}, "harbor"),
    "the select, by the tile more": ({"tile": "more", "provider": "nexus"}, "nexus"),
    "the select, without any tile": ({"provider": "nexus"}, "nexus"),
    "the tile that the page chose": ({"tile": "quay", "told": "quay"}, "generic"),
    "the option that the page chose": (
        {"tile": "more", "provider": "nexus", "told": "nexus"},
        "generic",
    ),
    "another tile than the page's": ({"tile": "harbor", "told": "quay"}, "harbor"),
    "nothing": ({}, "generic"),
}


@pytest.mark.parametrize("case", CHOICES)
def test_a_person_chooses_and_the_page_only_proposes(
    visitor: Client, seat: Seat, case: str
) -> None:
    values, stored = CHOICES[case]
    send(visitor, seat, **values)
    assert Credential.objects.get().provider == stored


def test_a_tile_that_does_not_exist_is_told(visitor: Client, seat: Seat) -> None:
    page = send(visitor, seat, tile="no-such")
    assert "Choose a provider from the list." in page
    assert not Credential.objects.exists()


def test_the_select_shows_what_was_found_by_the_server(visitor: Client, seat: Seat) -> None:
    page = send(visitor, seat, server="registry.gitlab.com", name="")
    assert (chosen_tile(page), chosen_option(page)) == (["gitlab"], ["gitlab"])
    assert value_of(page, "told") == "gitlab"
    page = send(visitor, seat, tile="gitlab", told="gitlab", server="quay.io", name="")
    assert (chosen_tile(page), chosen_option(page)) == (["quay"], ["quay"])
    page = send(visitor, seat, server="acme.jfrog.io", name="")
    assert (chosen_tile(page), chosen_option(page)) == (["more"], ["artifactory"])
    page = send(visitor, seat, name="")
    assert (chosen_tile(page), chosen_option(page)) == ([], ["generic"])


def test_what_a_person_chose_stays_chosen(visitor: Client, seat: Seat) -> None:
    page = send(visitor, seat, tile="harbor", server="quay.io", name="")
    assert chosen_tile(page) == ["harbor"]
    assert value_of(page, "told") == ""
    assert "This server is Quay, and Harbor is chosen" in page


def test_a_stored_one_that_was_found_stays_found_by_its_server(visitor: Client, seat: Seat) -> None:
    send(visitor, seat, server="ghcr.io")
    row = Credential.objects.get()
    address = credentials_url(seat.workspace, "edit", pk=row.pk)
    page = visitor.get(address).content.decode()
    assert chosen_tile(page) == ["ghcr"]
    sent = {name: value_of(page, name) for name in ("name", "server", "username", "told", "seen")}
    answer = visitor.post(address, {**sent, "tile": "ghcr", "provider": "ghcr", "need": "push"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.provider, row.push) == ("generic", True)


def test_a_provider_with_one_server_needs_none(visitor: Client, seat: Seat) -> None:
    send(visitor, seat, tile="ghcr", server="")
    assert Credential.objects.get().server == "https://ghcr.io"


@pytest.mark.parametrize("slug", ["gitlab", "quay", "harbor", "acr"])
def test_where_people_have_their_own_server_none_is_assumed(
    visitor: Client, seat: Seat, slug: str
) -> None:
    page = send(visitor, seat, tile=slug, server=" ")
    assert not Credential.objects.exists()
    assert 'id="id_server_error"' in page


def test_a_server_that_is_filled_in_is_one_of_its_provider() -> None:
    own = {p.slug: p for p in PROVIDERS if p.cloud_server}
    assert {"gitlab", "ghcr", "docker_hub", "quay", "ecr_public", "nvidia"} <= set(own)
    for provider in own.values():
        assert provider.serves(provider.cloud_server.replace("docker.io", "registry-1.docker.io"))


WEB_SITES = {
    "gitlab.com": "registry.gitlab.com",
    "https://gitlab.com": "registry.gitlab.com",
    "www.gitlab.com": "registry.gitlab.com",
    "github.com": "ghcr.io",
}


@pytest.mark.parametrize("typed", WEB_SITES)
def test_a_web_site_is_told_and_exchanged_for_its_registry(
    visitor: Client, seat: Seat, typed: str
) -> None:
    address = credentials_url(seat.workspace, "found")
    page = visitor.get(address, {"server": typed}).content.decode()
    assert f"its container registry is {WEB_SITES[typed]}." in page
    page = send(visitor, seat, "use_registry", server=typed, notes="kept", name="")
    assert value_of(page, "server") == WEB_SITES[typed]
    assert value_of(page, "username") == "ci-robot"
    assert "kept</textarea>" in page
    assert scenes.PASSWORD not in page
    assert "error_summary" not in page
    assert not Credential.objects.exists()
    assert not Trial.objects.exists()


@pytest.mark.parametrize("typed", ["registry.gitlab.com", "gitlab.example.org", "ghcr.io", "a b"])
def test_another_server_is_no_web_site(visitor: Client, seat: Seat, typed: str) -> None:
    page = visitor.get(credentials_url(seat.workspace, "found"), {"server": typed})
    assert "is a web site" not in page.content.decode()


def test_the_suggested_name_is_filled_in_without_scripts(visitor: Client, seat: Seat) -> None:
    page = send(visitor, seat, name="", server="quay.io")
    assert "Use quay-pull</button>" in page
    page = send(visitor, seat, "use_suggested_name", name="", server="quay.io")
    assert value_of(page, "name") == "quay-pull"
    assert "error_summary" not in page


@pytest.mark.parametrize("act", ["use_registry", "use_suggested_name"])
@pytest.mark.parametrize("field", ["name", "username", "repository", "tags", "notes", "expires_on"])
def test_a_fill_does_not_send_back_a_token(
    visitor: Client, seat: Seat, act: str, field: str
) -> None:
    token = "glpat-" + "a1B2c3D4e5F6g7H8i9J0"
    page = send(visitor, seat, act, **{"server": "gitlab.com", field: token})
    assert token not in page
    assert "A token was in another field than Password: it was left out." in page


def test_the_shape_that_a_script_names_speaks_where_the_server_does_not(
    visitor: Client, seat: Seat
) -> None:
    def ask(**values: str) -> str:
        answer = visitor.get(credentials_url(seat.workspace, "found"), values)
        return answer.content.decode()

    assert 'data-speaks-as="gitlab"' in ask(shape="gitlab")
    assert 'data-speaks-as="quay"' in ask(shape="gitlab", server="quay.io")
    assert 'data-speaks-as="harbor"' in ask(shape="gitlab", provider="harbor")
    assert 'data-speaks-as="generic"' in ask(shape="no-such")


NAMES = {
    "a space": ("my name", "There is a space in the name"),
    "letters with accents": ("d\u00e9ploy", "letters, digits, hyphens and underscores"),
    "too long": ("n" * 101, "at most 100 characters"),
    "taken": ("Deploy", "This name is taken"),
    "good": ("deploy-2", ""),
    "empty": ("", ""),
}


@pytest.mark.parametrize("case", NAMES)
def test_what_is_wrong_with_a_name_is_told_while_typing(
    visitor: Client, seat: Seat, case: str
) -> None:
    typed, words = NAMES[case]
    scenes.stored("deploy", by=seat)
    answer = visitor.get(credentials_url(seat.workspace, "name"), {"name": typed})
    page = answer.content.decode()
    assert words in page if words else page.strip() == ""


MORE: dict[str, dict[str, Any]] = {
    "nothing": {},
    "a repository": {"repository": "team/app"},
    "an end": {"expires_on": "2027-01-31"},
    "an end that is none": {"expires_on": "soon"},
    "notes": {"notes": "made by hand"},
    "an interval": {"check_every": "6h"},
    "nobody as the owner": {"owner": ""},
}


@pytest.mark.parametrize("case", MORE)
def test_what_is_filled_in_or_wrong_is_not_hidden(visitor: Client, seat: Seat, case: str) -> None:
    page = send(visitor, seat, **{"name": "", "owner": str(seat.user.pk), **MORE[case]})
    opens = case not in {"nothing", "nobody as the owner"}
    assert ('id="more_fields" open' in page) is opens


@pytest.mark.parametrize(("username", "is_said"), [("", True), ("_json_key", True), ("x", False)])
def test_a_user_name_that_every_login_has_is_said(
    visitor: Client, seat: Seat, username: str, is_said: bool
) -> None:
    page = send(visitor, seat, tile="gar", username=username, name="")
    assert ('<details class="said" id="username_said">' in page) is is_said
    assert value_of(page, "username") == (username or "_json_key")
