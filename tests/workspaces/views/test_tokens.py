"""The pages of API tokens: make one, see it once, revoke it; a workspace's admins end others'."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from common.clock import database_now
from tests import cast
from tests.api.calls import call, token_for
from workspaces.models import ApiToken, AuditEvent, Workspace
from workspaces.models.roles import Role

pytestmark = pytest.mark.django_db
MAKE, OWN = "/account/tokens/add/", "/account/tokens/"


def form(place: Workspace, **more: Any) -> dict[str, Any]:
    """What a person sends to make a token."""
    chosen = {"scopes": ["status:read", "checks:run"], "workspaces": [str(place.pk)]}
    return {"name": "deploy script", "days": "90", **chosen, **more}


def test_a_token_is_made_shown_once_and_opens_the_api() -> None:
    place, browser = cast.workspace(), cast.client_for(cast.alice())
    assert b'value="90"' in browser.get(MAKE).content
    page = browser.post(MAKE, form(place, networks="127.0.0.0/8\n", prefixes=""))
    found = re.search(r'value="(lkk_[0-9A-Za-z]{36})"', page.content.decode())
    assert found
    token = found[1]
    assert call("GET", "/workspaces", token).status == 200
    row = ApiToken.objects.get()
    assert (row.scopes, row.networks) == (["status:read", "checks:run"], ["127.0.0.0/8"])
    assert row.expires_at - row.created_at == timedelta(days=90)
    listed = browser.get(OWN).content.decode()
    assert token not in listed
    assert token[:12] in listed
    assert AuditEvent.objects.filter(action="tokens:token:make").count() == 1
    values = ApiToken.objects.filter(pk=row.pk).values().get()
    assert token not in str(values), "the hash only is stored"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Give the token a name."),
        ({"scopes": []}, "Choose at least one scope."),
        ({"scopes": ["admin:read"]}, "Select a valid choice"),
        ({"workspaces": []}, "Choose at least one workspace."),
        ({"days": "366"}, "A token lasts 1 to 365 days."),
        ({"networks": "192.0.2.1/24"}, "Line 1 is no network"),
        ({"prefixes": "registry.example.org/a\nnothing"}, "Line 2 is no repository"),
        (
            {"scopes": ["credentials:write"], "prefixes": "registry.example.org/a"},
            "leave the scope",
        ),
        ({"name": "lkk_0123456789ABCDEFGHIJKLMNOPQRST4PMbyp"}, "This looks like a token"),
    ],
)
def test_a_wrong_value_is_named_and_the_rest_stays(change: dict[str, Any], words: str) -> None:
    browser = cast.client_for(cast.alice())
    page = browser.post(MAKE, form(cast.workspace(), **change)).content.decode()
    assert words in page
    assert ApiToken.objects.count() == 0
    if "name" not in change:
        assert 'value="deploy script"' in page


def test_a_workspace_of_others_is_no_choice() -> None:
    place = cast.workspace()
    page = cast.client_for(cast.mallory()).post(MAKE, form(place))
    assert b"Select a valid choice" in page.content
    assert ApiToken.objects.count() == 0


def test_an_old_sign_in_is_proved_again_first() -> None:
    browser = cast.client_for(cast.alice())
    session = browser.session
    session["account_authentication_methods"][0]["at"] -= 301
    session.save()
    assert browser.get(MAKE).status_code == 302
    assert browser.post(MAKE, form(cast.workspace())).status_code == 303
    assert ApiToken.objects.count() == 0


def test_a_person_revokes_only_their_own() -> None:
    place = cast.workspace()
    token = token_for(cast.alice(), place)
    row = ApiToken.objects.get()
    cast.participant(place, cast.bob(), Role.OWNER)
    path = f"/account/tokens/{row.pk}/revoke/"
    assert cast.client_for(cast.bob()).post(path).status_code == 404
    assert call("GET", "/workspaces", token).status == 200
    browser = cast.client_for(cast.alice())
    browser.post(path)
    assert call("GET", "/workspaces", token).code == "token_ended"
    assert "Revoked by" in browser.get(OWN).content.decode()
    assert AuditEvent.objects.filter(action="tokens:token:end").count() == 1


def test_an_admin_ends_the_token_of_somebody_for_this_workspace_alone() -> None:
    place, other = cast.workspace("web"), cast.workspace("apps")
    bob = cast.participant(place, cast.bob(), Role.USER)
    cast.participant(other, bob, Role.USER)
    token = token_for(bob, place, other)
    browser: Client = cast.client_for(cast.someone(place, Role.ADMIN))
    listed = browser.get("/o/acme/web/tokens/").content.decode()
    assert "bob@example.org" in listed
    row = ApiToken.objects.get()
    browser.post(f"/o/acme/web/tokens/{row.pk}/revoke/")
    left = call("GET", "/workspaces", token).data["items"]
    assert [each["slug"] for each in left] == ["apps"]
    browser.get("/o/acme/web/")  # it shows what was done
    assert "bob@example.org" not in browser.get("/o/acme/web/tokens/").content.decode()
    assert browser.post(f"/o/acme/web/tokens/{row.pk}/revoke/").status_code == 404


def test_the_list_costs_the_same_for_one_and_for_many(
    django_assert_max_num_queries: Any,
) -> None:
    place, browser = cast.workspace(), cast.client_for(cast.alice())
    for _ in range(20):
        token_for(cast.alice(), place)
    ApiToken.objects.filter(pk=ApiToken.objects.first().pk).update(ended_at=database_now())  # type: ignore[union-attr]
    with django_assert_max_num_queries(8):
        assert browser.get(OWN).status_code == 200
    with django_assert_max_num_queries(8):
        assert browser.get("/o/acme/web/tokens/").status_code == 200
