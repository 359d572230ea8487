"""The one way out of a secret: what is served, to whom, and what the log and the counts have."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import Error

from common.clock import database_now
from common.restore_pause import begin_pause
from credentials_app import secrets
from credentials_app.models import Credential, Fetch
from credentials_app.services import place_deletion
from credentials_app.services.actions import pause_credential
from credentials_app.services.deletion import delete_credential
from credentials_app.serving import WhyNot
from credentials_app.status import Status
from registry.outcome import Outcome
from tests import cast
from tests.api.calls import Answer, call, token_for
from tests.credentials_app import scenes
from tests.rules.code import ROOT
from workspaces import audit_heads
from workspaces.models import AuditEvent
from workspaces.rights.seat import Seat
from workspaces.tokens.scopes import TokenScope

pytestmark = pytest.mark.django_db(transaction=True)
IMAGE = "registry.example.org/team/app:1.4"
FETCH = frozenset({TokenScope.SECRETS_FETCH})


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


@pytest.fixture
def seat() -> Seat:
    return scenes.seat()


def fetched(seat: Seat, *, prefixes: tuple[str, ...] = (), agent: str = "", **body: Any) -> Answer:
    token = token_for(seat.user, seat.workspace, scopes=FETCH, prefixes=prefixes)
    return call("POST", "/fetch", token, body, {"User-Agent": agent})


def reason(answer: Answer) -> str:
    assert (answer.status, answer.code) == (409, "refused"), answer.data
    return str(answer.data["errors"][0]["code"])


def test_an_image_gets_its_login(seat: Seat) -> None:
    scenes.stored("whole", by=seat)
    row = scenes.stored("team", by=seat, repository="team")
    answer = fetched(seat, image=IMAGE)
    assert answer.status == 200
    config = json.loads(answer.data.pop("dockerconfigjson"))
    assert answer.data == {
        "credential": str(row.pk),
        "name": "team",
        "server": "registry.example.org",
        "repository": "team",
        "username": "ci-robot",
        "password": scenes.PASSWORD,
        "version": 1,
        "seconds_left": None,
    }
    assert list(config["auths"]) == ["registry.example.org/team"], "as the exported pull secret"
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_password_alone_is_plain_text(seat: Seat) -> None:
    row = scenes.stored(by=seat)
    token = token_for(seat.user, seat.workspace, scopes=FETCH)
    answer = call("POST", "/fetch", token, {"credential": str(row.pk), "as": "password"})
    assert (answer.status, answer.data) == (200, None)
    assert answer.headers["Content-Type"].startswith("text/plain")


def test_a_program_that_only_gets_fetches_by_address(seat: Seat) -> None:
    row = scenes.stored(by=seat, push=True)
    token = token_for(seat.user, seat.workspace, scopes=FETCH)
    path = f"/workspaces/{seat.workspace.pk}/credentials/{row.pk}/login"
    assert reason(call("GET", path, token)) == "may_push"
    assert call("GET", f"{path}?need=push", token).data["password"] == scenes.PASSWORD
    delete_credential(seat, row)
    assert call("GET", path, token).status == 404


@pytest.mark.parametrize(
    ("outcome", "code"),
    [
        (Outcome.EXPIRED, "expired"),
        (Outcome.REVOKED, "revoked"),
        (Outcome.REJECTED, "refused"),
        (Outcome.MISSING_SCOPE, "missing_scope"),
        (Outcome.NO_ACCESS, "no_access"),
        (Outcome.BLOCKED, "blocked"),
    ],
)
def test_what_is_bad_is_a_conflict_with_its_reason_and_opens_nothing(
    seat: Seat, outcome: Outcome, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = scenes.checked(scenes.stored(by=seat), outcome)
    monkeypatch.setattr(secrets, "open_sealed", lambda *_args: pytest.fail("it was opened"))
    assert reason(fetched(seat, image=IMAGE)) == code
    assert reason(fetched(seat, credential=str(row.pk))) == code
    assert Fetch.objects.count() == 0


@pytest.mark.parametrize("outcome", [Outcome.VALID, Outcome.UNPROVED, None])
def test_what_works_or_is_not_known_to_fail_is_served(seat: Seat, outcome: Outcome | None) -> None:
    row = scenes.stored(by=seat)
    if outcome:
        scenes.checked(row, outcome)
    assert fetched(seat, image=IMAGE).status == 200


def test_an_outage_of_a_registry_keeps_what_worked_coming(seat: Seat) -> None:
    row = scenes.checked(scenes.stored(by=seat), Outcome.VALID)
    for _time in range(4):
        row = scenes.checked(row, Outcome.UNREACHABLE)
    assert fetched(seat, image=IMAGE).status == 200


def test_what_is_paused_is_a_conflict(seat: Seat) -> None:
    pause_credential(seat, scenes.stored(by=seat))
    assert reason(fetched(seat, image=IMAGE)) == "paused"


def test_an_end_that_was_told_and_has_passed_is_a_conflict(seat: Seat) -> None:
    row = scenes.checked(scenes.stored(by=seat), Outcome.VALID)
    ended = database_now() - timedelta(minutes=1)
    Credential.objects.filter(pk=row.pk).update(expires_at=ended, expires_source="provider")
    assert reason(fetched(seat, image=IMAGE)) == "expired"


def test_what_no_look_makes_in_one_step_is_a_conflict_too(seat: Seat) -> None:
    row = scenes.checked(scenes.stored(by=seat), Outcome.VALID)
    assert reason(fetched(seat, image=IMAGE, need="push")) == "only_pulls"
    Credential.objects.filter(pk=row.pk).update(status=Status.WRONG_SERVER.value)
    assert reason(fetched(seat, image=IMAGE)) == "wrong_server"


def test_the_documents_name_every_reason_and_a_test_here_meets_it() -> None:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    told = re.search(r"`errors\[0\].code` says why:(.*?)\n- ", page, re.DOTALL)
    assert told
    named = {each for each in re.findall(r"`(\w+)`", told[1]) if each != "need"}
    assert named == {each.value for each in WhyNot}
    here = Path(__file__).read_text(encoding="utf-8")
    assert [each for each in WhyNot if f'"{each.value}"' not in here] == []


def test_push_is_only_for_who_asks(seat: Seat) -> None:
    scenes.stored("push", by=seat, push=True)
    assert reason(fetched(seat, image=IMAGE)) == "may_push"
    assert fetched(seat, image=IMAGE, need="push").data["name"] == "push"
    scenes.stored("pull", by=seat)
    assert fetched(seat, image=IMAGE).data["name"] == "pull"
    assert fetched(seat, image=IMAGE, need="push").data["name"] == "push"


def test_nothing_for_it_is_not_found(seat: Seat) -> None:
    scenes.stored(by=seat, repository="team")
    elsewhere = scenes.stored("elsewhere", by=cast.seat(cast.workspace("other")))
    for body in (
        {"image": "nginx"},
        {"image": "registry.example.org/other/app"},
        {"image": "registry.example.org:5000/team/app"},
        {"server": "registry.example.net"},
        {"credential": str(elsewhere.pk)},
        {"credential": "00000000-0000-0000-0000-000000000000"},
    ):
        answer = fetched(seat, **body)
        assert (answer.status, answer.code) == (404, "not_found"), body


@pytest.mark.parametrize(
    "server", ["registry.example.org", "https://registry.example.org/v2/", "registry.example.org\n"]
)
def test_a_server_alone_gets_what_is_for_all_of_it_or_its_only_one(seat: Seat, server: str) -> None:
    scenes.stored("team", by=seat, repository="team")
    assert fetched(seat, server=server).data["name"] == "team"
    scenes.stored("other", by=seat, repository="other")
    assert reason(fetched(seat, server=server)) == "several"
    assert fetched(seat, server=server, prefixes=("registry.example.org/other",)).data["name"] == (
        "other"
    )
    scenes.stored("whole", by=seat)
    assert fetched(seat, server=server).data["name"] == "whole"


def test_a_limited_token_gets_only_what_lies_within_its_prefix(seat: Seat) -> None:
    whole = scenes.stored("whole", by=seat)
    scenes.stored("beside", by=seat, repository="team-b")
    limited = ("registry.example.org/team",)
    for body in (
        {"server": "registry.example.org"},
        {"image": IMAGE},
        {"image": "registry.example.org/team-b/x"},
        {"credential": str(whole.pk)},
    ):
        assert fetched(seat, prefixes=limited, **body).status == 404, body
    scenes.stored("app", by=seat, repository="team/app")
    assert fetched(seat, prefixes=limited, server="registry.example.org").data["name"] == "app"
    assert fetched(seat, prefixes=limited, image=IMAGE).data["name"] == "app"


@pytest.mark.parametrize("username", ["", "a:b"])
def test_a_user_name_that_fits_no_file_is_in_no_pull_secret(seat: Seat, username: str) -> None:
    row = scenes.stored(by=seat, username=username)  # of before the rule of the form
    answer = fetched(seat, credential=str(row.pk))
    assert (answer.data["username"], answer.data["dockerconfigjson"]) == (username, None)


def test_a_wrong_workspace_is_no_missing_credential(seat: Seat) -> None:
    scenes.stored(by=seat)
    foreign = cast.personal(cast.bob())
    for place in (str(foreign.pk), "00000000-0000-0000-0000-000000000007"):
        answer = fetched(seat, image=IMAGE, workspace=place)
        assert (answer.status, answer.code) == (404, "workspace_not_found")
    token = token_for(seat.user, seat.workspace, scopes=frozenset({TokenScope.CHECKS_RUN}))
    body = {"images": [IMAGE], "workspace": str(foreign.pk)}
    assert call("POST", "/preflight", token, body).code == "workspace_not_found"
    there = fetched(seat, image="registry.example.net/team/app")
    assert there.code == "not_found", "here it is the credential"


def test_a_token_whose_workspaces_are_gone_is_told_so(seat: Seat) -> None:
    token = token_for(seat.user, seat.workspace, scopes=FETCH)
    place_deletion.delete_workspace(seat)
    assert call("POST", "/fetch", token, {"image": IMAGE}).code == "workspace_not_found"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/image"),
        ({"image": IMAGE, "server": "registry.example.org"}, "/image"),
        ({"image": "registry.example.org"}, "/image"),
        ({"server": "a b"}, "/server"),
        ({"image": IMAGE, "need": "delete"}, "/need"),
        ({"image": IMAGE, "more": 1}, "/more"),
    ],
)
def test_a_wrong_request_is_named(seat: Seat, body: dict[str, Any], pointer: str) -> None:
    answer = fetched(seat, **body)
    assert (answer.status, answer.code) == (422, "invalid"), answer.data
    assert answer.data["errors"][0]["pointer"].endswith(pointer)


def test_a_token_of_several_workspaces_names_one(seat: Seat) -> None:
    other = cast.workspace("other")
    scenes.stored(by=seat)
    token = token_for(seat.user, seat.workspace, other, scopes=FETCH)
    assert call("POST", "/fetch", token, {"image": IMAGE}).code == "invalid"
    body = {"image": IMAGE, "workspace": str(seat.workspace.pk)}
    assert call("POST", "/fetch", token, body).status == 200
    assert call("POST", "/fetch", token, {**body, "workspace": str(other.pk)}).status == 404


def test_scope_and_right_are_both_needed(seat: Seat) -> None:
    scenes.stored(by=seat)
    reading = token_for(seat.user, seat.workspace, scopes=frozenset({TokenScope.CREDENTIALS_READ}))
    assert call("POST", "/fetch", reading, {"image": IMAGE}).code == "scope_missing"
    member = cast.seat(seat.workspace, cast.someone(seat.workspace, "user"))
    assert fetched(member, image=IMAGE).code == "role_too_low"
    assert call("POST", "/fetch", "", {"image": IMAGE}).code == "token_missing"


def test_each_fetch_is_in_the_log_before_it_opens_and_counted_by_consumer(
    seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenes.stored(by=seat)
    seen, real = [], secrets.open_sealed
    opened = AuditEvent.objects.filter(details__reason="fetch")

    def noted(*args: Any) -> str:
        seen.append(opened.count())
        return real(*args)

    monkeypatch.setattr(secrets, "open_sealed", noted)
    token = token_for(seat.user, seat.workspace, scopes=FETCH)
    for agent in ("lockkeeper-helper/1 (docker)", "lockkeeper-kubelet/1", "curl/8"):
        call("POST", "/fetch", token, {"image": IMAGE}, {"User-Agent": agent})
    call("POST", "/fetch", token, {"image": IMAGE}, {"User-Agent": "curl/8"})
    assert seen == [1, 2, 3, 4]
    rows = Fetch.objects.order_by("pk").values_list("kind", "label", "image", "count")
    image = "registry.example.org/team/app"
    assert list(rows) == [
        ("helper", "deploy script", image, 1),
        ("kubelet", "deploy script", image, 1),
        ("api", "deploy script", image, 2),
    ]


def test_without_the_log_nothing_leaves(seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    scenes.stored(by=seat)
    token = token_for(seat.user, seat.workspace, scopes=FETCH)
    call("GET", "/workspaces", token)  # its use is noted

    def fails(*_args: Any) -> None:
        raise Error("made up")

    monkeypatch.setattr(audit_heads, "append", fails)
    monkeypatch.setattr(secrets, "open_sealed", lambda *_args: pytest.fail("it was opened"))
    assert call("POST", "/fetch", token, {"image": IMAGE}).status >= 500


def test_after_a_restore_no_secret_leaves_until_an_administrator_continues(seat: Seat) -> None:
    scenes.stored(by=seat)
    token = token_for(seat.user, seat.workspace, scopes=FETCH)
    begin_pause(restored_at=database_now(), made_at=database_now())
    opened = AuditEvent.objects.filter(details__reason="fetch")
    answer = call("POST", "/fetch", token, {"image": IMAGE})
    assert (answer.status, answer.code) == (503, "tokens_paused")
    assert (opened.count(), Fetch.objects.count()) == (0, 0)
    assert cast.client_for(cast.administrator()).post("/admin/restored/").status_code == 302
    assert call("POST", "/fetch", token, {"image": IMAGE}).status == 200
    assert opened.count() == 1
