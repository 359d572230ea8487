"""Checks, replacements, schedule, notices, people, report and audit log by the API."""

from typing import Any

import pytest
from django.utils import timezone

from credentials_app import tasks
from credentials_app.models import Credential, NoticePreference
from registry.outcome import Outcome
from tests import cast
from tests.api.calls import call, token_for
from tests.api.test_credentials import Api
from tests.credentials_app.scenes import evidence, registry_says, step
from workspaces.models import AuditEvent
from workspaces.models.roles import Role
from workspaces.tokens.scopes import TokenScope

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def api() -> Api:
    return Api()


def test_a_check_is_asked_for_followed_and_read(api: Api) -> None:
    one = f"/credentials/{api.add().data['id']}"
    asked = api("POST", f"{one}/checks", {})
    assert asked.status == 202, asked.data
    assert asked.headers["Location"] == f"/api/v1{api.base}{one}/progress"
    assert asked.data["is_moving"] is True
    with registry_says(Outcome.VALID, evidence(step())):
        tasks.check_credential(Credential.objects.get().pk)
    done = api("GET", f"{one}/progress").data
    assert (done["is_moving"], done["status"]) == (False, "valid")
    runs = api("GET", f"{one}/checks").data["items"]
    assert [run["outcome"] for run in runs] == ["valid"]
    detail = api("GET", f"{one}/checks/{runs[0]['id']}").data
    assert [each["name"] for each in detail["steps"]] == ["sign_in"]
    assert detail["recipients"] == ["gitlab.example.org"]


def test_too_many_checks_wait(api: Api) -> None:
    one = f"/credentials/{api.add().data['id']}"
    for _ in range(2):
        assert api("POST", f"{one}/checks").status == 202
    late = api("POST", f"{one}/checks")
    assert (late.status, late.code) == (429, "asked_too_often")
    assert 1 <= int(late.headers["Retry-After"]) <= 61


def test_all_are_checked_at_once(api: Api) -> None:
    api.add()
    asked = api("POST", "/checks-of-many", {"credentials": None})
    assert (asked.status, asked.data["total"]) == (202, 1)
    many = asked.headers["Location"].removeprefix(f"/api/v1{api.base}")
    assert api("GET", many).data["left"] == 1
    again = api("POST", "/checks-of-many", {})
    assert (again.status, again.code) == (409, "refused")
    assert again.data["errors"][0]["code"] == "still_running"


def test_a_secret_that_works_replaces_the_stored_one(api: Api) -> None:
    added = api.add().data
    one = f"/credentials/{added['id']}"
    asked = api("POST", f"{one}/replacements", {"secret": "made-up-password-2"})
    assert (asked.status, asked.data["state"]) == (202, "trying")
    follow = asked.headers["Location"].removeprefix(f"/api/v1{api.base}")
    with registry_says(Outcome.VALID, evidence(step())):
        tasks.check_trial(asked.data["id"])
    assert api("GET", follow).data == {
        "id": asked.data["id"],
        "state": "stored",
        "outcome": None,
        "cause": "",
        "secret_version": 2,
    }
    former = api("GET", f"{one}/former-secrets").data["items"]
    assert [each["secret_version"] for each in former] == [1]
    back = api("POST", f"{one}/bring-back", {"former": former[0]["id"]})
    assert (back.status, back.data["secret_version"]) == (200, 3)
    gone = api("POST", f"{one}/bring-back", {"former": former[0]["id"]})
    assert gone.data["errors"][0]["code"] == "no_way_back"


def test_a_secret_that_is_refused_replaces_nothing(api: Api) -> None:
    one = f"/credentials/{api.add().data['id']}"
    asked = api("POST", f"{one}/replacements", {"secret": "made-up-password-2"})
    follow = asked.headers["Location"].removeprefix(f"/api/v1{api.base}")
    with registry_says(Outcome.REJECTED, evidence(step())):
        tasks.check_trial(asked.data["id"])
    answer = api("GET", follow).data
    assert (answer["state"], answer["outcome"]) == ("refused", "rejected")
    assert answer["cause"]
    assert api("GET", one).data["secret_version"] == 1


def test_a_secret_is_stored_untried_if_one_says_so(api: Api) -> None:
    one = f"/credentials/{api.add().data['id']}"
    body = {"secret": "made-up-password-2", "untried": True, "leaked": True}
    assert api("POST", f"{one}/replacements", body).data["state"] == "stored"
    assert api("GET", f"{one}/former-secrets").data["items"] == []


def test_the_schedule_is_replaced_as_a_whole(api: Api) -> None:
    got = api("GET", "/schedule")
    new = {"check_every": "2h", "remind_before": [7, 1], "keep_former": "0"}
    new |= {"tell_new_address": True}
    assert api("PUT", "/schedule", new).code == "if_match_needed"
    headers = {"If-Match": got.headers["ETag"]}
    put = api("PUT", "/schedule", new, headers=headers)
    assert put.data == new, put.data
    assert api("PUT", "/schedule", new, headers=headers).code == "changed_meanwhile"
    wrong = api("PUT", "/schedule", new | {"check_every": "1m"}, headers={"If-Match": "*"})
    assert wrong.data["errors"][0]["pointer"] == "/check_every"


def test_notices_are_chosen_and_muted(api: Api) -> None:
    one = f"/credentials/{api.add().data['id']}"
    assert api("GET", "/notices").data == {"delivery": "at_once", "audience": "by_role"}
    chosen = {"delivery": "daily", "audience": "all"}
    assert api("PUT", "/notices", chosen).data == chosen
    assert NoticePreference.objects.get().pace == "daily"
    assert api("POST", f"{one}/snooze", {"days": 7}).status == 204
    assert Credential.objects.get().snoozed_until
    assert api("POST", f"{one}/unmute").status == 204
    nothing = api("POST", f"{one}/acknowledge").data
    assert nothing["errors"][0]["code"] == "nothing_to_acknowledge"


def test_people_and_the_report_are_read(api: Api) -> None:
    cast.someone(api.place, Role.VIEWER)
    people = api("GET", "/participants").data["items"]
    assert [each["role"] for each in people] == ["owner", "viewer"]
    api.add()
    report = api("GET", "/report").data
    assert (report["total"], report["is_all_well"]) == (1, False)
    assert [part["section"] for part in report["parts"]] == ["unverified"]


def test_the_audit_log_is_read_in_pages(api: Api) -> None:
    api.add()
    first = api("GET", "/audit-events?limit=1").data
    assert first["items"][0]["action"] == "credentials:credential:add"
    assert first["items"][0]["via"] == "api"
    rest = api("GET", f"/audit-events?limit=1&cursor={first['next']}").data["items"]
    assert rest[0]["number"] == first["items"][0]["number"] - 1
    kinds = api("GET", "/audit-events?what=tokens").data["items"]
    assert [each["action"] for each in kinds] == ["tokens:token:make"]
    assert api("GET", "/audit-events?since=yesterday").code == "invalid"


def test_the_log_of_the_instance_is_for_auditors(api: Api) -> None:
    auditor: Any = cast.auditor()
    place = cast.personal(auditor)
    scopes = frozenset({TokenScope.ADMIN_READ})
    token = token_for(auditor, place, scopes=scopes)
    events = call("GET", "/instance/audit-events", token)
    assert events.data["items"]
    assert AuditEvent.objects.count() >= len(events.data["items"])
    assert call("GET", "/instance/audit-events", api.token).code == "scope_missing"
    auditor.is_auditor = False
    auditor.save(update_fields=["is_auditor"])
    assert call("GET", "/instance/audit-events", token).code == "role_too_low"


def test_an_archived_workspace_is_read_only(api: Api) -> None:
    api.place.archived_at = timezone.now()
    api.place.save(update_fields=["archived_at"])
    assert api("GET", "/credentials").status == 200
    answer = api.add()
    assert (answer.status, answer.code) == (409, "archived")
