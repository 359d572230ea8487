"""Who is let in by the API: a token that is alive, from where it may be used, and nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from api import auth, errors
from common.clock import database_now
from common.restore_pause import begin_pause
from tests import cast
from tests.api.calls import call, token_for
from workspaces.models import ApiToken, AuditEvent
from workspaces.models.roles import Role
from workspaces.tokens.pace import PacePolicy
from workspaces.tokens.token_text import new_token_text

pytestmark = pytest.mark.django_db


def test_a_token_lists_the_workspaces_that_it_is_for() -> None:
    here, other = cast.workspace("web"), cast.workspace("apps")
    answer = call("GET", "/workspaces", token_for(cast.alice(), here))
    assert answer.status == 200
    assert [item["id"] for item in answer.data["items"]] == [str(here.pk)]
    assert answer.headers["Cache-Control"] == "no-store"
    token = token_for(cast.alice(), here)
    assert call("GET", f"/workspaces/{other.pk}", token).code == "not_found"
    assert call("GET", f"/workspaces/{here.pk}", token).data["role"] == "owner"


def test_without_a_token_nobody_is_let_in() -> None:
    answer = call("GET", "/workspaces")
    assert (answer.status, answer.code) == (401, "token_missing")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("header", ["Basic YTpi", "Bearer", "Bearer a b", "lkk_x", "Bearer  "])
def test_a_header_that_is_no_bearer_is_no_token(header: str) -> None:
    assert call("GET", "/workspaces", headers={"Authorization": header}).code == "token_missing"


def test_a_session_opens_nothing() -> None:
    assert cast.client_for(cast.alice()).get("/api/v1/workspaces").status_code == 401


@pytest.mark.parametrize("page", ["/account/", "/o/acme/web/credentials/", "/admin/"])
def test_a_token_opens_no_page(page: str) -> None:
    token = token_for(cast.alice(), cast.workspace())
    answer = Client().get(page, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 302
    assert "/login/" in answer.headers["Location"]


def test_an_unknown_token_is_refused() -> None:
    assert call("GET", "/workspaces", new_token_text()).code == "token_unknown"
    assert call("GET", "/workspaces", "lkk_short").code == "token_unknown"


def test_a_token_ends_on_its_day() -> None:
    token = token_for(cast.alice(), cast.workspace())
    ApiToken.objects.update(expires_at=database_now() - timedelta(seconds=1))
    assert call("GET", "/workspaces", token).code == "token_expired"


def test_whoever_has_a_token_can_revoke_it() -> None:
    token = token_for(cast.alice(), cast.workspace())
    assert call("POST", "/tokens/revoke", token).status == 204
    assert call("GET", "/workspaces", token).code == "token_ended"
    assert AuditEvent.objects.filter(action="tokens:token:end").count() == 1
    assert call("POST", "/tokens/revoke", token).status == 204, "a second finder is content, too"
    assert call("POST", "/tokens/revoke", new_token_text()).code == "token_unknown"


def test_the_token_of_a_suspended_person_is_refused() -> None:
    token = token_for(cast.alice(), cast.workspace())
    cast.alice().__class__.objects.update(is_active=False)
    assert call("GET", "/workspaces", token).code == "token_suspended"


def test_after_a_restore_tokens_wait_for_an_administrator() -> None:
    token = token_for(cast.alice(), cast.workspace())
    begin_pause(restored_at=database_now(), made_at=database_now())
    answer = call("GET", "/workspaces", token)
    assert (answer.status, answer.code) == (503, "tokens_paused")
    assert answer.headers["Retry-After"] == "300"


@pytest.mark.parametrize(
    ("address", "status"),
    [("192.0.2.7", 200), ("198.51.100.1", 403), ("2001:db8::1", 200), ("::ffff:192.0.2.9", 200)],
)
def test_a_token_is_used_from_its_networks_only(address: str, status: int) -> None:
    token = token_for(cast.alice(), cast.workspace(), networks=("192.0.2.0/24", "2001:db8::/32"))
    assert call("GET", "/workspaces", token, REMOTE_ADDR=address).status == status


def test_the_last_use_is_written_once_a_minute() -> None:
    token = token_for(cast.alice(), cast.workspace())
    for address in ("192.0.2.1", "192.0.2.2"):
        headers = {"User-Agent": "curl/8.5"}
        call("GET", "/workspaces", token, headers=headers, REMOTE_ADDR=address)
    row = ApiToken.objects.get()
    assert (row.used_address, row.used_agent) == ("192.0.2.1", "curl/8.5")
    ApiToken.objects.update(used_at=database_now() - timedelta(minutes=2))
    call("GET", "/workspaces", token, REMOTE_ADDR="192.0.2.2")
    assert ApiToken.objects.get().used_address == "192.0.2.2"


def test_the_121st_request_of_a_minute_waits_as_long_as_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    token, noon = token_for(cast.alice(), cast.workspace()), database_now()
    at = [noon]
    for module in (auth, errors):
        monkeypatch.setattr(module, "database_now", lambda: at[0])
    quota = PacePolicy.REQUESTS.quota
    first = call("GET", "/workspaces", token)
    assert first.headers["RateLimit-Policy"] == '"requests";q=120;w=60'
    assert first.headers["RateLimit"] == f'"requests";r={quota - 1};t=60'
    at[0] = noon + timedelta(seconds=20)
    assert [call("GET", "/workspaces", token).status for _ in range(quota - 1)] == [200] * 119
    late = call("GET", "/workspaces", token)
    assert (late.status, late.code) == (429, "quota_exceeded")
    assert late.headers["Retry-After"] == "40"
    assert late.headers["RateLimit"] == '"requests";r=0;t=40'
    at[0] += timedelta(seconds=40)
    assert call("GET", "/workspaces", token).status == 200
    assert call("GET", "/workspaces", token).headers["Retry-After"] == "20"


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/workspaces?token={}"),
        ("GET", "/workspaces/{}"),
        ("DELETE", "/workspaces/{}/credentials"),
        ("GET", "/{}"),
        ("GET", "/nothing?a=b&t={}"),
        ("GET", "/openapi.json?t={}"),
        ("GET", "/tokens/revoke?token={}"),
    ],
)
@pytest.mark.parametrize("spelled", [str, lambda text: text.replace("_", "%5F")])
def test_a_token_in_the_address_is_revoked(
    method: str, address: str, spelled: Callable[[str], str]
) -> None:
    token = token_for(cast.alice(), cast.workspace())
    assert call(method, address.format(spelled(token))).code == "token_in_address"
    assert call("GET", "/workspaces", token).code == "token_ended"


def test_a_token_in_the_address_is_revoked_whatever_the_body_is() -> None:
    token = token_for(cast.alice(), cast.workspace())
    sent = {"data": "a=b", "content_type": "application/x-www-form-urlencoded"}
    assert call("POST", f"/fetch?t={token}", **sent).code == "token_in_address"
    assert call("GET", "/workspaces", token).code == "token_ended"


def test_a_person_who_left_has_no_workspace_left() -> None:
    place = cast.workspace()
    bob = cast.participant(place, cast.bob(), Role.MAINTAINER)
    token = token_for(bob, place)
    bob.participations.all().delete()
    assert call("GET", "/workspaces", token).data["items"] == []
    assert call("GET", f"/workspaces/{place.pk}", token).code == "not_found"


@pytest.mark.parametrize("path", ["/nothing", "/workspaces/nothing", "/workspaces/"])
def test_what_is_not_there_is_a_problem_and_no_page(path: str) -> None:
    answer = call("GET", path, token_for(cast.alice(), cast.workspace()))
    assert (answer.status, answer.code) == (404, "not_found")


def test_a_method_that_an_address_does_not_have_is_named() -> None:
    for method in ("DELETE", "PUT", "OPTIONS", "TRACE"):
        answer = call(method, "/workspaces")
        assert (answer.status, answer.code) == (405, "method_not_allowed"), method
        assert answer.headers["Allow"] == "GET"
