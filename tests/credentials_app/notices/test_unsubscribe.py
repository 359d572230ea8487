"""The link that stops mails: works without a sign-in, once is enough, and tells nothing."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import signing
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st

from common.paging import page_of_rows
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
from workspaces.models import AuditEvent, User

pytestmark = pytest.mark.django_db
LINK = "http://localhost:8000"


def path_for(kind: str, person: object = None, place: object = None) -> str:
    link = unsubscribe.link_for(kind, person or cast.alice(), place)  # type: ignore[arg-type]
    return link.removeprefix(LINK)


def stranger() -> Client:
    return Client(enforce_csrf_checks=True)


def signed(*values: object, salt: str = unsubscribe.SALT) -> str:
    return signing.Signer(salt=salt).sign_object(list(values))


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("with_place", [True, False])
def test_a_token_carries_its_wish_and_nothing_else(kind: Kind, with_place: bool) -> None:
    place = cast.workspace() if with_place else None
    wish = UnsubscribeToken(kind, cast.alice().pk, place.pk if place else None)
    token = unsubscribe.write(wish)
    assert unsubscribe.read(token) == wish
    carried = signing.b64_decode(token.partition(":")[0].encode()).decode()
    assert json.loads(carried) == [kind, wish.person.hex, place.pk.hex if place else None]
    for word in ("alice", "acme", "web", "@"):
        assert word not in carried


def test_a_token_fits_into_one_line_of_a_mail() -> None:
    wish = UnsubscribeToken(Kind.REPORT, cast.alice().pk, cast.workspace().pk)
    assert re.fullmatch(r"[A-Za-z0-9_-]+:[A-Za-z0-9_-]{43}", unsubscribe.write(wish))
    assert len(unsubscribe.link_for("report", cast.alice(), cast.workspace())) < 200


def test_one_wish_has_one_token_for_good() -> None:
    wish = UnsubscribeToken(Kind.NOTICES, cast.alice().pk, None)
    with time_machine.travel(NOON, tick=False) as clock:
        token = unsubscribe.write(wish)
        clock.shift(timedelta(days=4000))
        assert unsubscribe.write(wish) == token
        assert unsubscribe.read(token) == wish


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "x.y",
        "AAAA." + "B" * 43,
        "made-up-token",
        "%00",
        "Ünicode",
        pytest.param("AAAA:" + "B" * 43, id="a made-up signature"),
        pytest.param(":", id="a colon"),
        pytest.param("ü:ü", id="letters beyond ASCII"),
        pytest.param("\0:\0", id="zero characters"),
        pytest.param(".eJw:" + "B" * 43, id="what looks compressed"),
        pytest.param("A" * 1_000_000, id="very long"),
        pytest.param("A" * 1_000_000 + ":" + "B" * 1_000_000, id="very long in two parts"),
    ],
)
def test_what_is_no_token_of_ours_wishes_nothing(token: str) -> None:
    assert unsubscribe.read(token) is None


@given(st.text())
def test_whatever_a_token_says_is_read_or_refused(token: str) -> None:
    assert unsubscribe.read(token) is None


@pytest.mark.parametrize(
    "salt",
    [
        pytest.param("django.core.signing.Signer", id="the usual one"),
        pytest.param("common.paging:credentials_app.Credential:by_name", id="of a cursor"),
        pytest.param("lockkeeper.unsubscribe", id="of another purpose"),
    ],
)
def test_a_token_with_a_foreign_salt_wishes_nothing(salt: str) -> None:
    values = (Kind.NOTICES, cast.alice().pk.hex, None)
    assert unsubscribe.read(signed(*values)) == UnsubscribeToken(
        Kind.NOTICES, cast.alice().pk, None
    )
    assert unsubscribe.read(signed(*values, salt=salt)) is None


def test_a_cursor_is_no_token() -> None:
    cast.alice(), cast.bob()
    cursor = page_of_rows(User.objects.all(), by=("pk",), size=1).next_cursor
    assert cursor
    assert unsubscribe.read(cursor) is None


def test_a_token_that_was_changed_or_cut_anywhere_wishes_nothing() -> None:
    token = unsubscribe.write(UnsubscribeToken(Kind.NOTICES, cast.alice().pk, None))
    for at, sign in enumerate(token):
        changed = "B" if sign == "A" else "A"
        assert unsubscribe.read(token[:at] + changed + token[at + 1 :]) is None
        assert unsubscribe.read(token[:at]) is None
        assert unsubscribe.read(token[at + 1 :]) is None
    for more in (token + "A", token + ":", "." + token, token * 2):
        assert unsubscribe.read(more) is None


def test_a_token_is_read_as_long_as_its_key_is_a_fallback() -> None:
    wish = UnsubscribeToken(Kind.NOTICES, cast.alice().pk, None)
    token = unsubscribe.write(wish)
    with override_settings(SECRET_KEY="k" * 50, SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert unsubscribe.read(token) == wish
        assert unsubscribe.write(wish) != token
    with override_settings(SECRET_KEY="k" * 50):
        assert unsubscribe.read(token) is None


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
