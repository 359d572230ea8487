"""Words of the search with a key: each finds what the key says, and goes with plain words."""

import re
from typing import Any

import pytest

from credentials_app.models import Credential
from credentials_app.presentation.list_conditions import FILTERS
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.list_search import KEYS
from credentials_app.presentation.listing import chosen
from credentials_app.services.tags import store_tags
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.presentation.test_listing import NOW, store, told, typed
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
TAGS = {"blue": ("env:prod", "team/sky"), "red": ("env:staging",), "gray": ()}


@pytest.fixture
def seat() -> Seat:
    """Alice, with three credentials that differ in everything."""
    found = scenes.seat()
    grace = cast.participant(found.workspace, cast.person("grace@example.org", name="Grace Hopper"))
    rows: dict[str, dict[str, Any]] = {
        "blue": {
            "status": "expired", "provider": "quay", "owner": grace, "username": "Robot-Blue",
            "server": "https://quay.io", "repository": "team/blue", **told(-3),
        },
        "red": {
            "status": "valid", "provider": "gitlab", "username": "robot-red", "push": True,
            "server": "https://registry.red.example:5000", "repository": "team/red", **typed(20),
        },
        "gray": {
            "status": "missing_scope", "provider": "gitlab", "push_not_proved": True,
            "server": "http://gray.example", "notes": 'status:new, see "old token"',
        },
    }  # fmt: skip
    for name, columns in rows.items():
        store_tags(store(found, name, **columns), TAGS[name])
    return found


def names(seat: Seat, search: str) -> set[str]:
    rows = chosen(seat.workspace, ListQuery(search=search), NOW)
    return set(rows.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("status:expired", {"blue"}),
        ("STATUS:Broken", {"blue", "gray"}),
        ("status:attention", {"blue", "gray"}),
        ("status:missing_scope", {"gray"}),
        ('status:"missing scope"', {"gray"}),
        ("status:ending", {"red"}),
        ("status:paused", set()),
        ("tag:env:prod", {"blue"}),
        ("TAG:Env:Staging", {"red"}),
        ("tag:env", set()),
        ("tag:-", {"gray"}),
        ("env", {"blue", "red"}),
        ("SKY", {"blue"}),
        ("sky quay", {"blue"}),
        ("sky gitlab", set()),
        ("tag:env:prod tag:team/sky", {"blue"}),
        ("tag:größe", set()),
        ("provider:quay", {"blue"}),
        ("provider:GitLab", {"red", "gray"}),
        ("server:red.example", {"red"}),
        ("server:red.example:5000", {"red"}),
        ("server:http://", {"gray"}),
        ("owner:grace", {"blue"}),
        ("owner:grace@example.org", {"blue"}),
        ('owner:"Grace Hopper"', {"blue"}),
        ("owner:nobody", {"red", "gray"}),
        ("ends:30", {"red"}),
        ("ends:7", set()),
        ("ends:none", {"gray"}),
        ("access:push", {"red"}),
        ("access:pull", {"blue", "gray"}),
        ("access:push_not_proved", set()),
        ("user:robot-blue", {"blue"}),
        ("repo:TEAM/", {"blue", "red"}),
        ("status:expired provider:quay", {"blue"}),
        ("status:expired provider:gitlab", set()),
        ("provider:gitlab team", {"red"}),
    ],
)
def test_a_key_finds_only_where_it_says(seat: Seat, search: str, expected: set[str]) -> None:
    assert names(seat, search) == expected


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("status:new", {"gray"}),
        ("status:ne", {"gray"}),
        ("status:", {"gray"}),
        ("colour:blue", set()),
        ("https://quay.io", {"blue"}),
        ("red.example:5000", {"red"}),
        ('"old token"', {"gray"}),
        ('"token old"', set()),
        ('"old', {"gray"}),
        ('""', {"blue", "red", "gray"}),
        ("ends:-1", set()),
        ("ends:99999", set()),
        ("ends:²", set()),
        ("access:all", set()),
    ],
)
def test_what_no_key_understands_is_searched_as_it_is(
    seat: Seat, search: str, expected: set[str]
) -> None:
    assert names(seat, search) == expected


def test_every_status_filter_can_be_typed_as_it_stands_in_addresses(seat: Seat) -> None:
    for value in FILTERS:
        by_chip = chosen(seat.workspace, ListQuery(chips=(("status", value),)), NOW)
        found = set(by_chip.values_list("name", flat=True))
        assert found <= names(seat, f"status:{value}"), value
        assert names(seat, f'status:"{value.replace("_", " ")}"') == names(seat, f"status:{value}")


def test_a_key_finds_no_other_workspace(seat: Seat) -> None:
    store(cast.seat(cast.personal()), "elsewhere", status="expired")
    assert Credential.objects.filter(status="expired").count() == 2
    for search in ("status:expired", "owner:nobody", "server:example", "access:pull"):
        assert "elsewhere" not in names(seat, search)


def test_the_page_names_every_key(seat: Seat) -> None:
    page = cast.client_for(seat.user).get(credentials_url(seat.workspace, "list"))
    [said] = re.findall(r'id="q_help">(.*?)</p>', page.content.decode())
    assert set(re.findall(r"\b([a-z]+):", said)) == set(KEYS)
