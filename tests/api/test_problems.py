"""Every code of the table of problems, as a client meets it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.test import Client, override_settings

from api import workspaces as workspaces_of_api
from api.errors import PROBLEM_TYPE, PROBLEMS, Code
from common.clock import database_now
from common.restore_pause import begin_pause
from tests import cast
from tests.api.calls import Answer, call, token_for
from tests.api.test_credentials import NEW, Api
from workspaces.models import ApiAnswer, ApiToken, Organization, User, Workspace
from workspaces.models.roles import Role
from workspaces.tokens.pace import PacePolicy
from workspaces.tokens.scopes import TokenScope
from workspaces.tokens.token_text import new_token_text

pytestmark = pytest.mark.django_db
LIST = "/workspaces"
NO_KEY = {"Idempotency-Key": "no quotes"}
KEY = {"Idempotency-Key": '"made-up"'}


def _get(api: Api, **more: Any) -> Answer:
    return call("GET", LIST, api.token, **more)


def _raw(api: Api, text: str, kind: str = "application/json") -> Answer:
    return call("POST", f"{api.base}/credentials", api.token, data=text, content_type=kind)


def _ended(api: Api) -> Answer:
    call("POST", "/tokens/revoke", api.token)
    return _get(api)


def _expired(api: Api) -> Answer:
    ApiToken.objects.update(expires_at=database_now() - timedelta(seconds=1))
    return _get(api)


def _suspended(api: Api) -> Answer:
    User.objects.update(is_active=False)
    return _get(api)


def _of_another_network(api: Api) -> Answer:
    ApiToken.objects.update(networks=["192.0.2.0/24"])
    return _get(api)


def _without_scope(api: Api) -> Answer:
    reads = frozenset({TokenScope.STATUS_READ})
    return call("GET", f"{api.base}/credentials", token_for(cast.alice(), api.place, scopes=reads))


def _as_viewer(api: Api) -> Answer:
    token = token_for(cast.someone(api.place, Role.VIEWER), api.place)
    return call("POST", f"{api.base}/credentials", token, NEW)


def _without_factor(api: Api) -> Answer:
    Organization.objects.update(requires_factor=True)
    return api("GET", "/credentials")


def _marked(api: Api, **values: Any) -> Answer:
    Workspace.objects.filter(pk=api.place.pk).update(**values)
    return api.add()


def _running(api: Api) -> Answer:
    api("POST", "/credentials", NEW, headers=KEY)
    ApiAnswer.objects.update(status=None)
    return api("POST", "/credentials", NEW, headers=KEY)


def _reused(api: Api) -> Answer:
    api("POST", "/credentials", NEW, headers=KEY)
    return api("POST", "/credentials", {**NEW, "name": "other"}, headers=KEY)


def _changed(api: Api) -> Answer:
    one = f"/credentials/{api.add().data['id']}"
    return api("PATCH", one, {"notes": "new"}, headers={"If-Match": '"of before"'})


def _too_many(api: Api) -> Answer:
    _get(api)
    taken = [[database_now().timestamp(), PacePolicy.REQUESTS.quota]]
    ApiToken.objects.get().windows.update(taken=taken)
    return _get(api)


def _asked_too_often(api: Api) -> Answer:
    one = f"/credentials/{api.add().data['id']}/checks"
    return [api("POST", one) for _ in range(3)][-1]


def _broken(api: Api, error: Exception) -> Answer:
    def bearer_places(_bearer: object) -> None:
        raise error

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workspaces_of_api, "bearer_places", bearer_places)
        return _get(api)


def _paused(api: Api) -> Answer:
    begin_pause(restored_at=database_now(), made_at=database_now())
    return _get(api)


def _refused(api: Api) -> Answer:
    one = f"/credentials/{api.add().data['id']}"
    return api("POST", f"{one}/bring-back", {"former": str(api.place.pk)})


def _too_large(api: Api) -> Answer:
    with override_settings(DATA_UPLOAD_MAX_MEMORY_SIZE=10):
        return api.add()


MEETINGS: dict[Code, Callable[[Api], Answer]] = {
    Code.UNREADABLE: lambda api: _raw(api, "{"),
    Code.BAD_REQUEST: lambda api: _get(api, HTTP_HOST="other.example.org"),
    Code.CURSOR_INVALID: lambda api: api("GET", "/credentials?cursor=made-up"),
    Code.KEY_INVALID: lambda api: api(
        "POST", "/credentials", NEW, headers={"Idempotency-Key": "x"}
    ),
    Code.TOKEN_IN_ADDRESS: lambda api: call("GET", f"{LIST}?token={api.token}", api.token),
    Code.TOKEN_MISSING: lambda api: call("GET", LIST),
    Code.TOKEN_UNKNOWN: lambda api: call("GET", LIST, new_token_text()),
    Code.TOKEN_ENDED: _ended,
    Code.TOKEN_EXPIRED: _expired,
    Code.TOKEN_SUSPENDED: _suspended,
    Code.NETWORK_NOT_ALLOWED: _of_another_network,
    Code.SCOPE_MISSING: _without_scope,
    Code.ROLE_TOO_LOW: _as_viewer,
    Code.FACTOR_MISSING: _without_factor,
    Code.NOT_FOUND: lambda api: call("GET", "/nothing", api.token),
    Code.WORKSPACE_NOT_FOUND: lambda api: call(
        "POST", "/fetch", api.token, {"image": "a/b", "workspace": str(uuid4())}
    ),
    Code.METHOD_NOT_ALLOWED: lambda api: call("PUT", LIST, api.token),
    Code.REFUSED: _refused,
    Code.ARCHIVED: lambda api: _marked(api, archived_at=database_now()),
    Code.REQUEST_RUNNING: _running,
    Code.LENGTH_REQUIRED: lambda api: api("GET", "/bin", HTTP_TRANSFER_ENCODING="chunked"),
    Code.CHANGED_MEANWHILE: _changed,
    Code.BODY_TOO_LARGE: _too_large,
    Code.MEDIA_TYPE: lambda api: _raw(api, "name=deploy", "application/x-www-form-urlencoded"),
    Code.INVALID: lambda api: api.add(name="a b"),
    Code.KEY_REUSED: _reused,
    Code.IF_MATCH_NEEDED: lambda api: api(
        "PUT",
        "/schedule",
        {
            "check_every": None,
            "remind_before": None,
            "keep_former": None,
            "tell_new_address": False,
        },
    ),
    Code.QUOTA_EXCEEDED: _too_many,
    Code.ASKED_TOO_OFTEN: _asked_too_often,
    Code.INTERNAL: lambda api: _broken(api, ZeroDivisionError()),
    Code.TOKENS_PAUSED: _paused,
    Code.UNAVAILABLE: lambda api: _broken(api, OperationalError()),
}


RETRIED = (Code.REQUEST_RUNNING,)


def test_every_code_is_met() -> None:
    assert set(MEETINGS) == set(PROBLEMS) == set(Code)


@pytest.mark.parametrize("code", MEETINGS, ids=str)
def test_a_problem_has_its_code_its_status_and_no_page(code: Code) -> None:
    answer = MEETINGS[code](Api())
    assert answer.headers["Content-Type"] == PROBLEM_TYPE
    assert answer.data["code"] == code
    assert answer.status == answer.data["status"] == PROBLEMS[code].status
    assert answer.data["type"] == f"/problems/{code}"
    assert answer.data["title"] == PROBLEMS[code].title
    assert answer.data["request_id"] == answer.headers["X-Request-ID"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert ("Retry-After" in answer.headers) == (answer.status in (429, 503) or code in RETRIED)


PATHS = (
    "/",
    "/v1",
    "/v1/",
    "/v1/nothing",
    "/v1/workspaces/",
    "/v1/workspaces/nothing",
    "/v1/fetch/",
    "/v2/workspaces",
    "//v1/workspaces",
    "/v1/%2e%2e/account/",
    "/v1/workspaces/%00",
    "/v1/openapi.json/",
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")


def every_path() -> list[str]:
    """Each path of the API with made-up keys, and paths that it does not have."""
    described = call("GET", "/openapi.json").data["paths"]
    key = "00000000-0000-0000-0000-000000000000"
    known = [re.sub(r"{\w+}", key, path).removeprefix("/api") for path in described]
    assert len(known) > 30
    return [*known, *PATHS]


@pytest.mark.parametrize("method", METHODS)
def test_no_method_at_any_path_gets_a_page(method: str) -> None:
    token = token_for(cast.alice(), cast.workspace(), scopes=frozenset({TokenScope.STATUS_READ}))
    headers = {"Authorization": f"Bearer {token}"}
    statuses = set()
    for path in every_path():
        if path.endswith("/revoke"):
            continue  # it would end the token
        answer = Client(raise_request_exception=False).generic(
            method, f"/api{path}", headers=headers
        )
        statuses.add(answer.status_code)
        kind = answer.headers.get("Content-Type", "")
        assert "html" not in kind, (method, path)
        if answer.status_code >= 400:
            assert kind == PROBLEM_TYPE, (method, path, answer.status_code)
            assert method == "HEAD" or answer.json()["status"] == answer.status_code
    assert statuses & {404, 405}
    assert not any(status >= 500 for status in statuses), statuses


def test_every_change_of_one_thing_says_what_it_makes_of_if_match() -> None:
    described = call("GET", "/openapi.json").data["paths"]
    found = {
        f"{method.upper()} {path.rpartition('/v1')[2]}": next(
            (
                "needed" if each["required"] else "taken"
                for each in operation.get("parameters", [])
                if each["name"] == "If-Match"
            ),
            "none",
        )
        for path, operations in described.items()
        for method, operation in operations.items()
        if method in ("put", "patch", "delete")
    }
    place = "/workspaces/{workspace}"
    assert found == {
        f"PATCH {place}/credentials/{{credential}}": "taken",
        f"DELETE {place}/credentials/{{credential}}": "taken",
        f"DELETE {place}/bin/{{credential}}": "none",
        f"PUT {place}/schedule": "needed",
        f"PUT {place}/notices": "none",
    }


def test_a_change_without_if_match_is_done_and_one_of_before_is_not() -> None:
    api = Api()
    one = f"/credentials/{api.add().data['id']}"
    stale = {"If-Match": api("GET", one).headers["ETag"]}
    assert api("PATCH", one, {"notes": "new"}).status == 200
    assert api("DELETE", one, headers=stale).code == "changed_meanwhile"
    assert api("GET", one).data["notes"] == "new"
    assert api("DELETE", one).status == 204
