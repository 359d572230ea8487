"""Credentials by the API: the same rules, sentences and rows as on the pages."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError

from common.clock import database_now
from credentials_app.models import Credential, Tag
from tests import cast
from tests.api.calls import Answer, call, token_for
from workspaces.models import ApiAnswer, AuditEvent, User, Workspace
from workspaces.models.roles import Role
from workspaces.tokens.scopes import TokenScope

pytestmark = pytest.mark.django_db
NEW = {
    "name": "deploy",
    "server": "registry.example.org",
    "username": "ci-robot",
    "secret": "made-up-password-1",
}


class Api:
    """A workspace and a token of its owner."""

    def __init__(self) -> None:
        self.place: Workspace = cast.workspace()
        self.token = token_for(cast.alice(), self.place)
        self.base = f"/workspaces/{self.place.pk}"

    def __call__(self, method: str, path: str, body: Any = None, **more: Any) -> Answer:
        return call(method, f"{self.base}{path}", self.token, body, **more)

    def add(self, **values: Any) -> Answer:
        """A new credential."""
        return self("POST", "/credentials", {**NEW, **values})


@pytest.fixture
def api() -> Api:
    return Api()


def test_a_credential_is_added_and_read_without_its_secret(api: Api) -> None:
    tags = {"tags": ["prod", "ci"], "notes": "made by hand", "expires_on": "2030-03-31"}
    added = api.add(need="push", repository="team/app", remind_before=[], check_every="2h", **tags)
    assert added.status == 201, added.data
    assert added.headers["Location"] == f"/api/v1{api.base}/credentials/{added.data['id']}"
    got = api("GET", f"/credentials/{added.data['id']}")
    assert got.data == added.data
    assert (
        got.data
        | {
            "name": "deploy",
            "server": "https://registry.example.org",
            "need": "push",
            "status": "unverified",
            "note": "checking",
            "owner": "alice@example.org",
            "tags": ["ci", "prod"],
            "expires_on": "2030-03-31",
            "check_every": "2h",
            "remind_before": [],
        }
        == got.data
    )
    assert "made-up-password-1" not in str(got.data)
    event = AuditEvent.objects.get(action="credentials:credential:add")
    assert event.via == "api"
    assert event.details["token"] == api.token[:12]


def test_every_wrong_value_is_named_and_none_is_repeated(api: Api) -> None:
    secret, words = "x" * 70_000, "not a name at all"
    answer = api.add(name=words, server="https://registry.example.org/some/path", secret=secret)
    assert (answer.status, answer.code) == (422, "invalid")
    answer = api.add(name=words, server="https://registry.example.org/some/path", username="a:b")
    faults = {fault["pointer"]: fault for fault in answer.data["errors"]}
    assert set(faults) == {"/name", "/server", "/username"}
    assert words not in str(answer.data)
    assert "some/path" not in str(answer.data)
    assert Credential.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"name": "DEPLOY"}, "/name", "name_taken"),
        ({"name": "b", "owner": "nobody@example.org"}, "/owner", "owner_not_here"),
        ({"name": "b", "notes": "glpat-aB3dE6gH9jK2mN5pQ8sT"}, "/notes", "token_in_plain_field"),
        ({"name": "b", "unknown": 1}, "/unknown", "extra_forbidden"),
        ({"name": "b", "need": "everything"}, "/need", "literal_error"),
        ({"name": "b", "username": "a\x00b"}, "/username", "string_pattern_mismatch"),
        ({"name": "b", "remind_before": [400]}, "/remind_before/0", "less_than_equal"),
        ({"name": "b", "server": "http://registry.example.org"}, "/server", "invalid"),
    ],
)
def test_a_wrong_value_has_a_pointer_and_a_code(
    api: Api, change: dict[str, Any], pointer: str, code: str
) -> None:
    api.add()
    answer = api.add(**change)
    assert (answer.status, answer.code) == (422, "invalid")
    faults = {(fault["pointer"], fault["code"]) for fault in answer.data["errors"]}
    assert (pointer, code) in faults


def test_our_own_token_is_refused_in_a_plain_field(api: Api) -> None:
    answer = api.add(notes=f"use {api.token} for it")
    assert [fault["pointer"] for fault in answer.data["errors"]] == ["/notes"]
    assert api.token not in str(answer.data)


def test_an_edit_changes_what_it_names_and_nothing_else(api: Api) -> None:
    added = api.add(tags=["prod"], notes="old")
    one = f"/credentials/{added.data['id']}"
    changed = api("PATCH", one, {"notes": "new"}, headers={"If-Match": added.headers["ETag"]})
    assert changed.status == 200
    before, after = added.data, changed.data
    assert {name for name in before if before[name] != after[name]} == {"notes", "changed_at"}
    assert Tag.objects.count() == 1
    late = api("PATCH", one, {"notes": "newer"}, headers={"If-Match": added.headers["ETag"]})
    assert (late.status, late.code) == (412, "changed_meanwhile")
    assert api("GET", one).data["notes"] == "new"
    assert api("PATCH", one, {"owner": None, "tags": []}).data["owner"] is None


def test_a_check_between_two_requests_is_no_conflict(api: Api) -> None:
    added = api.add()
    Credential.objects.update(status="valid")
    one = f"/credentials/{added.data['id']}"
    fresh = api("GET", one)
    assert fresh.headers["ETag"] != added.headers["ETag"]
    headers = {"If-Match": added.headers["ETag"]}
    assert api("PATCH", one, {"notes": "new"}, headers=headers).status == 200


def test_another_server_needs_the_secret_again(api: Api) -> None:
    one = f"/credentials/{api.add().data['id']}"
    answer = api("PATCH", one, {"server": "registry.example.net"})
    assert answer.data["errors"][0]["pointer"] == "/secret"
    both = {"server": "registry.example.net", "secret": "made-up-password-2"}
    assert api("PATCH", one, both).data["secret_version"] == 2


def test_the_same_answer_is_not_sent_twice(api: Api) -> None:
    one = f"/credentials/{api.add().data['id']}"
    got = api("GET", one)
    again = api("GET", one, headers={"If-None-Match": got.headers["ETag"]})
    assert (again.status, again.data) == (304, None)


def test_a_deleted_credential_waits_in_the_bin_and_comes_back(api: Api) -> None:
    pk = api.add().data["id"]
    assert api("DELETE", f"/credentials/{pk}", headers={"If-Match": '"1"'}).status == 412
    assert api("DELETE", f"/credentials/{pk}").status == 204
    assert api("GET", f"/credentials/{pk}").code == "not_found"
    assert [item["id"] for item in api("GET", "/bin").data["items"]] == [pk]
    api.add()
    assert api("POST", f"/bin/{pk}/restore").data["errors"][0]["code"] == "name_taken"
    assert (
        api("POST", f"/bin/{pk}/restore", {"name": "a b"}).data["errors"][0]["pointer"] == "/name"
    )
    assert api("POST", f"/bin/{pk}/restore", {"name": "again"}).data["name"] == "again"
    assert api("DELETE", f"/credentials/{pk}?for_good=true").status == 204
    assert api("GET", "/bin").data["items"] == []
    assert api("DELETE", f"/bin/{pk}").code == "not_found"


def test_a_paused_credential_is_resumed(api: Api) -> None:
    one = f"/credentials/{api.add().data['id']}"
    assert api("POST", f"{one}/pause").data["status"] == "paused"
    assert api("POST", f"{one}/resume").data["status"] == "unverified"


def test_a_list_is_filtered_sorted_and_read_in_pages(api: Api) -> None:
    for number in range(5):
        api.add(name=f"c{number}", tags=["odd" if number % 2 else "even"])
    Credential.objects.filter(name="c3").update(status="refused")
    names = [item["name"] for item in api("GET", "/credentials?sort=-name").data["items"]]
    assert names == ["c4", "c3", "c2", "c1", "c0"]
    assert [i["name"] for i in api("GET", "/credentials?tag=odd&sort=name").data["items"]] == [
        "c1",
        "c3",
    ]
    seen, path = [], "/credentials?limit=2"
    while path:
        page = api("GET", path)
        seen += [item["name"] for item in page.data["items"]]
        after = page.data["next"]
        path = f"/credentials?limit=2&cursor={after}" if after else ""
        if after:
            assert f"cursor={after}".replace(":", "%3A") in page.headers["Link"]
    assert seen == ["c3", "c0", "c1", "c2", "c4"], "worst first, each once"


@pytest.mark.parametrize("query", ["status=nonsense", "sort=colour", "colour=red", "limit=201"])
def test_a_filter_that_is_unknown_is_refused(api: Api, query: str) -> None:
    assert api("GET", f"/credentials?{query}").code == "invalid"


def test_a_cursor_of_another_filter_is_refused(api: Api) -> None:
    for number in range(2):
        api.add(name=f"c{number}")
    after = api("GET", "/credentials?limit=1&sort=name").data["next"]
    assert api("GET", f"/credentials?limit=1&cursor={after}").code == "cursor_invalid"
    assert api("GET", f"/credentials?sort=name&cursor={after[:-1]}x").code == "cursor_invalid"
    assert api("GET", f"/credentials?limit=50&sort=name&cursor={after}").status == 200


def test_a_repeat_with_the_same_key_is_done_once(api: Api) -> None:
    headers = {"Idempotency-Key": '"a-1"'}
    first = api("POST", "/credentials", NEW, headers=headers)
    again = api("POST", "/credentials", NEW, headers=headers)
    assert (again.status, again.data) == (201, first.data)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert Credential.objects.count() == 1
    other = api("POST", "/credentials", {**NEW, "name": "other"}, headers=headers)
    assert (other.status, other.code) == (422, "key_reused")
    bare = api("POST", "/credentials", NEW, headers={"Idempotency-Key": "a-1"})
    assert bare.code == "key_invalid"


@pytest.mark.parametrize(
    ("lost", "code"),
    [
        (lambda bob: bob.participations.all().delete(), "not_found"),
        (lambda bob: bob.participations.update(role=Role.VIEWER), "role_too_low"),
        (lambda _bob: Workspace.objects.update(archived_at=database_now()), "archived"),
    ],
)
def test_a_repeat_answers_only_who_may_still_do_it(
    api: Api, lost: Callable[[User], object], code: str
) -> None:
    bob = cast.participant(api.place, cast.bob(), Role.MAINTAINER)
    token, headers = token_for(bob, api.place), {"Idempotency-Key": '"a-1"'}
    ask = partial(call, "POST", f"{api.base}/credentials", token, NEW, headers)
    assert ask().status == 201
    assert ask().headers["Idempotency-Replayed"] == "true"
    lost(bob)
    assert ask().code == code


def test_an_etag_that_a_proxy_made_weak_is_the_same(api: Api) -> None:
    added = api.add()
    one, weak = f"/credentials/{added.data['id']}", f"W/{added.headers['ETag']}"
    assert api("GET", one, headers={"If-None-Match": weak}).status == 304
    assert api("PATCH", one, {"notes": "new"}, headers={"If-Match": weak}).status == 200
    assert api("PATCH", one, {"notes": "x"}, headers={"If-Match": 'W/"1.a"'}).status == 412


def test_a_refused_request_frees_its_key(api: Api) -> None:
    headers = {"Idempotency-Key": '"a-1"'}
    wrong = api("POST", "/credentials", {**NEW, "name": "a b"}, headers=headers)
    assert wrong.status == 422
    assert api("POST", "/credentials", NEW, headers=headers).status == 201


def test_a_key_that_is_freed_at_this_moment_asks_for_another_try(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(**_values: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(ApiAnswer.objects, "create", taken)
    answer = api("POST", "/credentials", NEW, headers={"Idempotency-Key": '"a-1"'})
    assert (answer.status, answer.code) == (409, "request_running")


def test_a_body_that_is_no_json_is_refused(api: Api) -> None:
    sent = {"data": "{", "content_type": "application/json"}
    assert call("POST", f"{api.base}/credentials", api.token, **sent).code == "unreadable"
    sent = {"data": "name=deploy", "content_type": "application/x-www-form-urlencoded"}
    assert call("POST", f"{api.base}/credentials", api.token, **sent).code == "media_type"


def test_a_token_of_another_scope_or_role_is_refused(api: Api) -> None:
    reads = frozenset({TokenScope.STATUS_READ})
    token = token_for(cast.alice(), api.place, scopes=reads)
    assert call("GET", f"{api.base}/statuses", token).status == 200
    assert call("GET", f"{api.base}/credentials", token).code == "scope_missing"
    viewer = token_for(cast.someone(api.place, Role.VIEWER), api.place)
    assert call("GET", f"{api.base}/credentials", viewer).status == 200
    assert call("POST", f"{api.base}/credentials", viewer, NEW).code == "role_too_low"
