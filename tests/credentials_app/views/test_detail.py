"""The page of one credential: cause, next step, rights, end, trail, history, and its buttons."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common.clock import database_now
from credentials_app import secrets
from credentials_app.models import Credential, OwnAddress, SeenAddress
from credentials_app.services.actions import pause_credential
from credentials_app.services.administration import pause_all
from credentials_app.services.credentials import draft_of, edit_credential
from credentials_app.status import Status, UseSeen
from registry.addresses.origins import Origin
from registry.evidence import ExpirySource, StepName
from registry.outcome import Outcome
from registry.words.message import Message
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import NOON
from workspaces.places import credentials_url
from workspaces.rights.roles import Role
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
MOST = {"detail": 11, "history": 8}


def page(visitor: Client, seat: Seat, row: Credential, view: str = "detail", **more: Any) -> str:
    answer = visitor.get(credentials_url(seat.workspace, view, pk=row.pk, **more))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("looks", [1, 50])
def test_the_page_costs_the_same_however_long_the_history(
    visitor: Client, seat: Seat, looks: int
) -> None:
    row = scenes.stored("deploy", by=seat)
    for _ in range(looks):
        row = scenes.checked(row, Outcome.VALID)
    address = credentials_url(seat.workspace, "detail", pk=row.pk)
    visitor.get(address)
    with CaptureQueriesContext(connection) as seen:
        visitor.get(address)
    assert len(seen) <= MOST["detail"]
    with CaptureQueriesContext(connection) as seen:
        page(visitor, seat, row, "history")
    assert len(seen) <= MOST["history"]


def test_from_the_list_one_goes_on_to_the_next_and_back_to_the_list(
    visitor: Client, seat: Seat
) -> None:
    for name in ("a", "b"):
        scenes.stored(name, by=seat)
    found = visitor.get(f"{credentials_url(seat.workspace, 'list')}?sort=-name").content.decode()
    first, second = re.findall(r'id="row-[^"]*" href="([^"]*)"', found)
    told = visitor.get(unescape(first)).content.decode()
    assert 'rel="prev"' not in told
    [following] = re.findall(r'rel="next" href="([^"]*)"', told)
    assert following == second
    told = visitor.get(unescape(following)).content.decode()
    assert f'rel="prev" href="{first}"' in told
    assert f'href="{credentials_url(seat.workspace, "list")}?sort=-name"' in told


def test_after_an_action_the_place_in_the_list_is_kept(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    here = credentials_url(seat.workspace, "detail", pk=row.pk)
    for view, referer, back in (
        ("pause", f"http://testserver{here}?sort=name&at=1", f"{here}?sort=name&at=1"),
        ("resume", f"http://testserver{here}?at=1", f"{here}?at=1"),
        ("snooze", f"http://testserver{here}", here),
        ("check", "", here),
        ("pause", "https://evil.example.com/?at=1", here),
        ("pause", "http://[", here),
    ):
        address = credentials_url(seat.workspace, view, pk=row.pk)
        answer = visitor.post(address, {"days": 1}, headers={"referer": referer})
        assert (answer.status_code, answer.headers["Location"]) == (302, back), view


def test_whoever_may_read_sees_what_people_did_to_this_one_and_to_no_other(seat: Seat) -> None:
    row, other = scenes.stored("deploy", by=seat), scenes.stored("other", by=seat)
    pause_credential(seat, row)
    edit_credential(seat, other, replace(draft_of(other), notes="Made up."))
    visitor = cast.client_for(cast.someone(seat.workspace, Role.VIEWER))
    told = page(visitor, seat, row)
    assert "Paused" in told
    assert "Alice" in told
    assert "Edited" not in told
    assert "notes" in page(visitor, seat, other)


def test_whoever_may_read_gets_no_address_of_people_who_are_not_here(seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    pause_all(cast.administrator(), cast.CALLER, [row.pk])
    told = page(cast.client_for(cast.someone(seat.workspace, Role.VIEWER)), seat, row)
    assert "Ada" in told
    assert "ada@example.org" not in told


def test_a_bad_one_says_cause_step_rights_and_end(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat, push=True, repository="team/app")
    verdict = scenes.verdict(
        Outcome.MISSING_SCOPE,
        message=Message.of("cause_missing_scope", missing="write_registry"),
        advice=(Message.of("do_new_scopes", scopes="write_registry"),),
        needed=("read_registry", "write_registry"),
        held=("read_registry",),
        missing=("write_registry",),
        expires_at=datetime(2027, 3, 14, tzinfo=UTC),
        expires_source=ExpirySource.PROVIDER,
    )
    told = page(visitor, seat, scenes.checked(row, verdict))
    for text in (
        "Missing scope", "but it lacks write_registry", "create a new one with write_registry",
        "13 Mar 2027", "told by the provider", "team/app", "gitlab.example.org",
    ):  # fmt: skip
        assert text in told
    assert "14 Mar 2027" not in re.sub('title=".*?"', "", told), "its last moment is another day's"
    assert scenes.PASSWORD not in told


def test_rights_that_are_not_needed_and_a_short_life_are_told(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat, push=True)
    verdict = scenes.verdict(
        needed=("read_registry", "write_registry"),
        held=("api", "read_registry"),
        excess=("api",),
        advice=(
            Message.of("do_fewer_scopes", excess="api", scopes="read_registry"),
            Message.of("do_long_push", life="5 minutes"),
        ),
        token_lifetime_s=300,
    )
    told = page(visitor, seat, scenes.checked(row, verdict))
    for text in (
        "Valid", "More than is needed: api.", "replace it by one with read_registry",
        "lives 5 minutes", "“unauthorized: authentication required”",
    ):  # fmt: skip
        assert text in told
    plain = page(visitor, seat, scenes.checked(scenes.stored("plain", by=seat), Outcome.VALID))
    assert "More than is needed" not in plain
    assert "Sign-in token" not in plain


def test_what_dies_by_design_ends_soon(visitor: Client, seat: Seat) -> None:
    verdict = scenes.verdict(expires_source=ExpirySource.BY_DESIGN)
    told = page(visitor, seat, scenes.checked(scenes.stored("deploy", by=seat), verdict))
    assert ">Soon<" in told
    assert "such tokens always end" in told


@time_machine.travel("2027-03-14 00:30:00+02:00", tick=False)
def test_the_last_day_is_the_same_in_every_time_zone() -> None:
    seat = scenes.seat()
    row = scenes.stored("deploy", by=seat, expires_on=date(2027, 3, 14))
    told = page(cast.client_for(seat.user), seat, row)
    assert "13 Mar 2027" in told
    assert "typed in" in told


def test_times_are_told_by_the_clock_of_the_reader() -> None:
    seat = scenes.seat()
    seat.user.time_zone = "Asia/Tokyo"
    seat.user.save(update_fields=["time_zone"])
    row = scenes.stored("deploy", by=seat)
    Credential.objects.filter(pk=row.pk).update(
        last_checked_at=datetime(2026, 5, 1, 20, 30, tzinfo=UTC)
    )
    told = page(cast.client_for(seat.user), seat, row)
    assert 'title="2 May 2026, 05:30 JST"' in told
    assert "Times are in Asia/Tokyo" in told


def test_a_typed_end_that_the_registry_contradicts_is_told(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat, expires_on=date(2031, 1, 1))
    verdict = scenes.verdict(
        expires_at=datetime(2030, 6, 1, tzinfo=UTC), expires_source=ExpirySource.PROVIDER
    )
    assert "Typed in was" in page(visitor, seat, scenes.checked(row, verdict))


def test_an_outage_leaves_the_status_and_tells_its_own_cause(visitor: Client, seat: Seat) -> None:
    row = scenes.checked(scenes.stored("deploy", by=seat), Outcome.VALID)
    told = page(visitor, seat, scenes.checked(row, Outcome.UNREACHABLE))
    assert "The server cannot be reached" in told
    assert "says nothing about the credential" in told
    assert 'aria-label="Status"' in told
    assert "tone-bad" not in told


def test_the_trail_shows_each_request_and_answer(visitor: Client, seat: Seat) -> None:
    seen = scenes.evidence(scenes.step(StepName.PING, 401), scenes.step(StepName.SIGN_IN, None))
    told = page(
        visitor, seat, scenes.checked(scenes.stored("deploy", by=seat), Outcome.VALID, seen)
    )
    assert "https://registry.example.org/v2/" in told
    assert ">401<" in told
    assert "no answer" in told


def test_a_check_that_sent_nothing_says_so(visitor: Client, seat: Seat) -> None:
    row = scenes.checked(scenes.stored(by=seat), Outcome.REJECTED)
    run = row.runs.get()
    run.evidence["steps"] = []
    run.save(update_fields=["evidence"])
    for view, keys in (("detail", {}), ("run", {"run": run.pk})):
        page = visitor.get(credentials_url(seat.workspace, view, pk=row.pk, **keys))
        assert "No request was recorded." in page.content.decode()


def test_lines_of_the_history_differ_by_cause_and_keep_their_remark(
    visitor: Client, seat: Seat
) -> None:
    row = scenes.stored("deploy", by=seat, push=True)
    for told in (
        scenes.verdict(push_not_proved=True),
        scenes.verdict(Outcome.NO_ACCESS, message=Message.of("cause_no_push")),
        scenes.verdict(Outcome.NO_ACCESS, message=Message.of("cause_broken_answer")),
    ):
        row = scenes.checked(row, told)
    checks = page(visitor, seat, row).partition("<h3>Checks</h3>")[2].partition("</ol>")[0]
    assert checks.count('<li class="event">') == 3
    assert checks.count("Push not proved") == 1


def test_history_has_checks_and_changes_and_each_check_has_a_page(
    visitor: Client, seat: Seat
) -> None:
    row = scenes.checked(scenes.stored("deploy", by=seat), Outcome.VALID)
    row = scenes.checked(row, Outcome.EXPIRED)
    told = page(visitor, seat, row)
    assert "was valid" in told
    run = row.runs.order_by("-started_at").first()
    assert run is not None
    assert credentials_url(seat.workspace, "run", pk=row.pk, run=run.pk) in told
    assert "The token has expired" in page(visitor, seat, row, "run", run=run.pk)
    assert "The token has expired" in page(visitor, seat, row, "history")


def test_a_check_of_another_credential_has_no_page_here(visitor: Client, seat: Seat) -> None:
    mine, other = scenes.stored("mine", by=seat), scenes.stored("other", by=seat)
    run = scenes.checked(other, Outcome.VALID).runs.get()
    address = credentials_url(seat.workspace, "run", pk=mine.pk, run=run.pk)
    assert visitor.get(address).status_code == 404


def test_check_now_rings_and_a_second_time_at_once_waits(
    visitor: Client, seat: Seat, django_capture_on_commit_callbacks: Any
) -> None:
    row = scenes.stored("deploy", by=seat)
    address = credentials_url(seat.workspace, "check", pk=row.pk)
    with (
        patch("credentials_app.tasks.check_credential.delay") as rung,
        django_capture_on_commit_callbacks(execute=True),
    ):
        for _ in range(3):
            answer = visitor.post(address)
    assert rung.call_count == 2
    assert (
        "was checked twice within a minute. The next is possible in"
        in visitor.get(answer.url).content.decode()
    )


def test_pausing_and_checking_again(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    visitor.post(credentials_url(seat.workspace, "pause", pk=row.pk))
    row.refresh_from_db()
    assert row.status == Status.PAUSED
    told = page(visitor, seat, row)
    assert 'id="pause"' not in told
    assert "Resume it, or replace the secret" in told
    visitor.post(credentials_url(seat.workspace, "check", pk=row.pk))
    row.refresh_from_db()
    assert row.status == Status.UNVERIFIED


def test_resuming_makes_it_due_at_once(visitor: Client, seat: Seat) -> None:
    row = scenes.checked(scenes.stored("deploy", by=seat), Outcome.VALID)
    assert 'id="resume"' not in page(visitor, seat, row)
    visitor.post(credentials_url(seat.workspace, "pause", pk=row.pk))
    assert 'id="resume"' in page(visitor, seat, row)
    assert visitor.post(credentials_url(seat.workspace, "resume", pk=row.pk)).status_code == 302
    row.refresh_from_db()
    assert row.status == Status.UNVERIFIED
    assert row.next_check_at is not None
    assert row.next_check_at <= database_now()


def test_last_good_and_last_bad_stand_beside_the_interval(visitor: Client, seat: Seat) -> None:
    row = scenes.checked(scenes.stored("deploy", by=seat), Outcome.VALID)
    facts = re.sub(r"\s+", " ", page(visitor, seat, row))
    assert re.search(r"<dt>Last good</dt><dd><time", facts)
    assert "<dt>Last bad</dt><dd>never</dd>" in facts
    assert "<dt>Check every</dt><dd>12 hours<small>as everywhere here</small>" in facts
    row = scenes.checked(row, Outcome.EXPIRED)
    assert re.search(r"<dt>Last bad</dt><dd><time", page(visitor, seat, row))


def asking(seat: Seat, host: Origin = scenes.STRANGER) -> Credential:
    row = scenes.stored("deploy", by=seat)
    verdict = scenes.verdict(Outcome.DISTRUSTED_REALM, asks=host)
    return scenes.checked(row, verdict, scenes.evidence(realm=None))


@pytest.mark.parametrize(
    "host", ["https://sign-in.example.net", "https://10.1.2.3", "https://[2001:db8::1]:5000"]
)
def test_a_strange_sign_in_host_is_asked_about_and_trusted_once(
    visitor: Client, seat: Seat, host: str
) -> None:
    row = asking(seat, Origin.parse(host))
    assert f"Trust {host.removeprefix('https://')}" in page(visitor, seat, row)
    address = credentials_url(seat.workspace, "sign_in", pk=row.pk)
    assert visitor.post(address, {"host": host}).status_code == 302
    row.refresh_from_db()
    assert row.asks == ""
    content = secrets.open_secret(row, reason=secrets.Reason.CHECK)
    assert content.recipients == {Origin.parse(host)}


def test_a_host_that_nobody_asked_about_is_not_trusted(visitor: Client, seat: Seat) -> None:
    row = asking(seat)
    address = credentials_url(seat.workspace, "sign_in", pk=row.pk)
    visitor.post(address, {"host": "https://evil.example.net"})
    row.refresh_from_db()
    assert row.asks == str(scenes.STRANGER)


def test_another_host_than_the_pinned_one_asks_for_the_password(
    visitor: Client, seat: Seat
) -> None:
    row = scenes.checked(scenes.stored("deploy", by=seat), Outcome.VALID)
    verdict = scenes.verdict(Outcome.DISTRUSTED_REALM, asks=scenes.STRANGER)
    row = scenes.checked(row, verdict, scenes.evidence(realm=None))
    address = credentials_url(seat.workspace, "sign_in", pk=row.pk)
    answer = visitor.post(address, {"host": str(scenes.STRANGER)})
    assert "Enter the password again" in answer.content.decode()
    values = {"host": str(scenes.STRANGER), "secret": scenes.PASSWORD}
    assert visitor.post(address, values).status_code == 302


def test_a_viewer_reads_and_has_no_buttons(seat: Seat) -> None:
    row = asking(seat)
    cast.participant(seat.workspace, cast.bob(), "viewer")
    told = page(cast.client_for(cast.bob()), seat, row)
    for view in ("edit", "delete", "check", "pause", "sign_in"):
        assert credentials_url(seat.workspace, view, pk=row.pk) + '"' not in told


def test_what_is_near_its_end_is_called_expiring(visitor: Client, seat: Seat) -> None:
    soon = (datetime.now(UTC) + timedelta(days=9)).date()
    row = scenes.stored("deploy", by=seat, expires_on=soon)
    told = page(visitor, seat, scenes.checked(row, Outcome.VALID))
    assert "Expiring" in told
    assert "Create its successor" in told


def test_what_travels_unencrypted_says_so(visitor: Client, seat: Seat) -> None:
    assert "ot encrypted" not in page(visitor, seat, scenes.stored("sealed-way", by=seat))
    told = page(visitor, seat, scenes.stored_in_the_clear(by=seat))
    assert "Not encrypted</span>" in told
    assert "whoever is on the way can read the password" in told


USED = {
    "use_seen": UseSeen.OTHERS,
    "used_at": NOON,
    "use_told_at": NOON,
    "secret_set_at": NOON - timedelta(days=9),
}
OURS, OTHER = "198.51.100.1", "203.0.113.7"


def used_from(row: Credential, *addresses: str) -> None:
    for address in addresses:
        SeenAddress.objects.create(credential=row, address=address, first_at=NOON, last_at=NOON)


def last_used(page: str) -> str:
    """The words of the fact, without markup."""
    fact = page.partition("<dt>Last used</dt>")[2].partition("</dd>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", fact).split())


def test_the_last_use_is_told_with_addresses_that_are_not_ours(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    Credential.objects.filter(pk=row.pk).update(**USED)
    used_from(row, OTHER, OURS)
    for place, server, address in (
        (seat.workspace, row.server, OURS),
        (seat.workspace, "https://other.example.org", OTHER),
        (cast.workspace("other"), row.server, OTHER),
    ):
        OwnAddress.objects.create(workspace=place, server=server, address=address, last_at=NOON)
    with time_machine.travel(NOON + timedelta(days=3)):
        told = last_used(page(visitor, seat, row))
    assert told == f"3 days ago or earlier from {OTHER} , first seen 3 days ago"


def test_what_was_told_long_ago_is_dated(visitor: Client, seat: Seat) -> None:
    """Of a paused one nobody asks; what was true then need not hold today."""
    row = scenes.stored("deploy", by=seat)
    for told, is_old in ((NOON - timedelta(days=30), False), (NOON - timedelta(days=40), True)):
        columns = USED | {"use_seen": UseSeen.NEVER, "used_at": None, "use_told_at": told}
        Credential.objects.filter(pk=row.pk).update(**columns)
        with time_machine.travel(NOON):
            fact = last_used(page(visitor, seat, row))
        assert fact.startswith("Never as the provider says")
        assert fact.endswith("The provider last told this 40 days ago .") is is_old


def test_where_ours_is_not_known_the_page_says_so(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    Credential.objects.filter(pk=row.pk).update(**USED)
    used_from(row, OTHER, OURS)
    assert last_used(page(visitor, seat, row)).endswith("One of these addresses may be ours.")


def test_addresses_are_for_those_who_may_write(seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    Credential.objects.filter(pk=row.pk).update(**USED)
    used_from(row, OTHER)
    for role, may_see in (("viewer", False), ("user", False), ("maintainer", True)):
        person = cast.participant(seat.workspace, cast.person(f"{role}@example.org"), role)
        told = page(cast.client_for(person), seat, row)
        assert (OTHER in told) is may_see, role
        assert "or earlier" in last_used(told)


def test_before_a_check_has_seen_it_no_provider_is_blamed(visitor: Client, seat: Seat) -> None:
    told = last_used(page(visitor, seat, scenes.stored("deploy", by=seat)))
    assert told == "Unknown no check has seen it"


def test_of_many_addresses_the_newest_stand_there_and_the_others_are_counted(
    visitor: Client, seat: Seat
) -> None:
    row = scenes.stored("deploy", by=seat)
    Credential.objects.filter(pk=row.pk).update(**USED)
    used_from(row, *(f"203.0.113.{number}" for number in range(12)))
    told = last_used(page(visitor, seat, row))
    assert told.count("203.0.113.") == 10
    assert "and from 2 more in the last 90 days" in told


@pytest.mark.parametrize("count", [1, 5])
def test_addresses_cost_one_query_however_many_there_are(
    visitor: Client, seat: Seat, count: int
) -> None:
    row = scenes.stored("deploy", by=seat)
    Credential.objects.filter(pk=row.pk).update(**USED)
    used_from(row, *(f"203.0.113.{number}" for number in range(count)))
    page(visitor, seat, row)
    with CaptureQueriesContext(connection) as seen:
        told = page(visitor, seat, row)
    assert told.count("203.0.113.") == count
    assert len([query for query in seen if "seenaddress" in query["sql"]]) == 1
