"""The link that stops mails: works without a sign-in, once is enough, and tells nothing."""

from datetime import timedelta

import pytest
from django.test import Client

from credentials_app.models import (
    Audience,
    Delivery,
    Frequency,
    NoticePreference,
    ReportSubscription,
)
from credentials_app.notices import preferences, unsubscribe
from credentials_app.notices.unsubscribe import Kind, UnsubscribeToken
from tests import cast
from tests.credentials_app.scenes import NOON
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db
LINK = "http://localhost:8000"


def path_for(kind: str, person: object = None, place: object = None) -> str:
    link = unsubscribe.link_for(kind, person or cast.alice(), place)  # type: ignore[arg-type]
    return link.removeprefix(LINK)


def stranger() -> Client:
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("with_place", [True, False])
def test_a_token_carries_its_wish_and_nothing_readable(kind: Kind, with_place: bool) -> None:
    place = cast.workspace() if with_place else None
    wish = UnsubscribeToken(kind, cast.alice().pk, place.pk if place else None)
    token = unsubscribe.write(wish)
    assert unsubscribe.read(token) == wish
    for word in ("alice", "acme", "web", "@"):
        assert word not in token.lower()


@pytest.mark.parametrize(
    "token",
    ["", "x", "x.y", "AAAA." + "B" * 43, "made-up-token", "%00", "Ünicode"],
)
def test_what_is_no_token_of_ours_wishes_nothing(token: str) -> None:
    assert unsubscribe.read(token) is None


def test_a_changed_token_wishes_nothing() -> None:
    token = unsubscribe.write(UnsubscribeToken(Kind.NOTICES, cast.alice().pk, None))
    changed = ("B" if token[0] == "A" else "A") + token[1:]
    assert unsubscribe.read(changed) is None


def test_the_headers_are_those_of_rfc_8058() -> None:
    headers = unsubscribe.headers_for("notices", cast.alice(), cast.workspace())
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Unsubscribe"].startswith(f"<{LINK}/unsubscribe/")
    assert headers["List-Unsubscribe"].endswith("/>")


def test_one_click_of_a_mail_program_stops_the_notices_of_that_workspace_only() -> None:
    here, there = cast.workspace(), cast.workspace("ops")
    path = path_for("notices", cast.alice(), here)
    answer = stranger().post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    row = NoticePreference.objects.get()
    assert (row.person, row.workspace, row.pace) == (cast.alice(), here, Delivery.NOTHING)
    assert not NoticePreference.objects.filter(workspace=there).exists()
    event = AuditEvent.objects.get(action=preferences.CHANGE)
    assert (event.actor_label, event.via) == ("unsubscribe link", "web")


def test_looking_changes_nothing() -> None:
    path = path_for("notices", cast.alice(), cast.workspace())
    browser = stranger()
    for _ in range(3):
        assert b"<button" in browser.get(path).content
    assert not NoticePreference.objects.exists()
    assert "sessionid" not in browser.cookies


def test_what_was_chosen_about_reach_stays() -> None:
    person, place = cast.alice(), cast.workspace()
    preferences.set_preference(
        person, place, pace=Delivery.DAILY, reach=Audience.OWN, now=NOON, caller=cast.CALLER
    )
    token = unsubscribe.write(UnsubscribeToken(Kind.NOTICES, person.pk, place.pk))
    unsubscribe.unsubscribe(token, now=NOON + timedelta(days=1), caller=cast.CALLER)
    row = NoticePreference.objects.get()
    assert (row.pace, row.reach) == (Delivery.NOTHING, Audience.OWN)


def test_the_link_of_a_mail_about_several_workspaces_stops_all_of_them() -> None:
    cast.workspace(), cast.workspace("ops")
    stranger().post(path_for("notices", cast.alice()))
    found = NoticePreference.objects.filter(person=cast.alice(), pace=Delivery.NOTHING)
    assert found.count() == 3  # with the personal one


def test_who_left_the_workspace_gets_no_preference_there() -> None:
    path = path_for("notices", cast.bob(), cast.workspace())
    assert stranger().post(path).status_code == 200
    assert not NoticePreference.objects.exists()


@pytest.mark.parametrize("of_instance", [False, True])
def test_reports_stop_too(of_instance: bool) -> None:
    person, place = cast.alice(), None if of_instance else cast.workspace()
    ReportSubscription.objects.create(person=person, workspace=place, next_at=NOON)
    kind = Kind.INSTANCE_REPORT if of_instance else Kind.REPORT
    path = path_for(kind, person, place)
    for _ in range(2):
        stranger().post(path)
    row = ReportSubscription.objects.get()
    assert (row.frequency, row.next_at) == (Frequency.NEVER, None)


def test_every_token_gets_the_same_answer() -> None:
    good = path_for("notices", cast.alice(), cast.workspace())
    for method in ("get", "post"):
        answers = {
            getattr(stranger(), method)(path).content
            for path in (good, "/unsubscribe/made-up-token/", good[:-2] + "/")
        }
        assert len(answers) == 1
        page = answers.pop().decode()
        for word in ("Alice", "alice@example.org", "Acme", "Web"):
            assert word not in page


@pytest.mark.parametrize("kind", list(Kind))
def test_a_link_that_is_pressed_again_writes_nothing_more(kind: Kind) -> None:
    place = None if kind is Kind.INSTANCE_REPORT else cast.workspace()
    for _ in range(3):
        stranger().post(path_for(kind, cast.alice(), place))
    assert AuditEvent.objects.filter(actor_label="unsubscribe link").count() == 1
    assert NoticePreference.objects.count() + ReportSubscription.objects.count() == 1


def test_who_left_the_workspace_gets_no_report_to_stop_there() -> None:
    stranger().post(path_for(Kind.REPORT, cast.mallory(), cast.workspace()))
    assert not ReportSubscription.objects.exists()
    assert not AuditEvent.objects.filter(actor_label="unsubscribe link").exists()
