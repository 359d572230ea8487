"""Check, pause, resume and ask the owners: on a selection of the table, in three scopes."""

import json
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.cache import cache
from django.test import Client

from common.fields import open_sealed
from common.models import OutgoingMail
from credentials_app.audit_reports.catalog import BY_SLUG
from credentials_app.models import Credential
from credentials_app.services import administration
from credentials_app.status import Status
from credentials_app.views import stored_actions
from tests import cast
from tests.credentials_app.audit_reports.rows import keep
from workspaces.models import AuditEvent, Participant, User, Workspace
from workspaces.places import credentials_url

pytestmark = pytest.mark.django_db
OF_INSTANCE, OF_ACME = "/admin/stored/act/", "/organizations/acme/stored/act/"
SECRET = "made-up-secret-needle-7"


@pytest.fixture(autouse=True)
def fresh_throttle() -> None:
    cache.clear()


@pytest.fixture
def ada() -> Client:
    return cast.client_for(cast.administrator())


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that the pages enqueue."""
    calls: list[str] = []
    tasks = stored_actions.tasks
    monkeypatch.setattr(tasks.check_credential, "delay_on_commit", lambda pk: calls.append(str(pk)))
    monkeypatch.setattr(tasks.sweep_due_checks, "delay_on_commit", lambda: calls.append("sweep"))
    return calls


def act(client: Client, where: str, verb: str, *rows: Credential, **more: Any) -> list[str]:
    """Do it with these rows; the last that the page says afterwards."""
    answer = client.post(where, {"act": verb, "pk": [str(row.pk) for row in rows], **more})
    assert answer.status_code == 302
    return [str(each) for each in get_messages(answer.wsgi_request)][-1:]


def fresh(row: Credential) -> Credential:
    return Credential.objects.get(pk=row.pk)


def events(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action).order_by("seq"))


def owned(name: str, owner: User | None, **more: Any) -> Credential:
    return keep(name, owner=owner, secret=SECRET, **more)


def mails() -> dict[str, str]:
    """Each mail's text and HTML, by its recipient."""
    return {
        mail.to: "".join(json.loads(open_sealed(mail, "body"))[:2])
        for mail in OutgoingMail.objects.all()
    }


def test_the_selected_are_checked_at_once_and_each_has_its_event(
    ada: Client, enqueued: list[str]
) -> None:
    one, other = keep("one"), keep("other")
    assert act(ada, OF_INSTANCE, "check", one) == ["1 is checked now."]
    assert enqueued == [str(one.pk)]
    assert fresh(one).asked_at is not None
    assert fresh(other).asked_at is None
    [event] = events("credentials:credential:check")
    assert (event.target_label, event.workspace_id) == ("one", one.workspace_id)


def test_many_are_checked_in_their_turn(
    ada: Client, enqueued: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(administration, "AT_ONCE", 1)
    monkeypatch.setattr(stored_actions, "AT_ONCE", 1)
    rows = [keep(name) for name in ("one", "two")]
    assert act(ada, OF_INSTANCE, "check", *rows) == ["2 are checked now."]
    assert enqueued == ["sweep"]
    assert {fresh(row).asked_at for row in rows} == {None}
    assert all(fresh(row).next_check_at != row.next_check_at for row in rows)


def test_what_is_paused_goes_on_and_what_is_not_has_no_event(
    ada: Client, enqueued: list[str]
) -> None:
    rows = [keep("one"), keep("two", status=Status.PAUSED)]
    assert act(ada, OF_INSTANCE, "pause", *rows) == ["1 is paused."]
    assert {fresh(row).status for row in rows} == {Status.PAUSED}
    assert fresh(rows[0]).next_check_at is None
    assert act(ada, OF_INSTANCE, "resume", rows[0]) == ["1 goes on."]
    assert fresh(rows[0]).status == Status.UNVERIFIED
    assert fresh(rows[1]).status == Status.PAUSED
    assert act(ada, OF_INSTANCE, "resume", rows[0]) == ["0 go on."]
    assert len(events("credentials:credential:pause")) == 1
    assert len(events("credentials:credential:resume")) == 1


def test_all_that_match_are_meant_by_one_tick_and_the_filter_stays(ada: Client) -> None:
    keep("one", status=Status.EXPIRED)
    other = keep("two")
    answer = ada.post(OF_INSTANCE, {"act": "pause", "whole": "1", "status": "expired"})
    assert answer["Location"] == "/admin/stored/?status=expired"
    assert fresh(other).status == Status.VALID
    assert Credential.objects.get(name="one").status == Status.PAUSED


def test_more_than_a_page_can_do_is_refused_in_words(
    ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_actions, "MOST_SELECTED", 1)
    rows = [keep("one"), keep("two")]
    [said] = act(ada, OF_INSTANCE, "pause", whole="1")
    assert said == "Select at most 1 at once: narrow the table by a filter or a search."
    [said] = act(ada, OF_INSTANCE, "pause", *rows)
    assert {fresh(row).status for row in rows} == {Status.VALID}


@pytest.mark.parametrize("verb", ["", "made-up"])
def test_nothing_is_done_without_a_selection_or_a_verb(ada: Client, verb: str) -> None:
    row = keep("one")
    assert act(ada, OF_INSTANCE, verb, row) == act(ada, OF_INSTANCE, "pause")
    assert fresh(row).status == Status.VALID


def test_an_organization_and_a_workspace_reach_what_is_theirs_alone(enqueued: list[str]) -> None:
    rival = cast.organization("rival", owner=cast.mallory())
    there = cast.seat(cast.workspace("shop", organization=rival), cast.mallory())
    theirs, mine = keep("theirs", by=there), keep("mine")
    other = keep("other", by=cast.seat(cast.workspace("data")))
    alice = cast.client_for(cast.alice())
    of_web = credentials_url(mine.workspace, "stored_act")
    for verb in ("check", "pause", "ask"):
        act(alice, of_web, verb, theirs, other)
    act(alice, OF_ACME, "pause", theirs)
    assert {fresh(row).status for row in (theirs, other)} == {Status.VALID}
    assert enqueued == []
    assert not OutgoingMail.objects.exists()
    assert act(alice, OF_ACME, "pause", mine, other, theirs) == ["2 are paused."]
    assert act(alice, of_web, "check", mine) == ["1 is checked now."]
    assert fresh(theirs).status == Status.VALID


def test_who_is_no_administrator_checks_many_ten_times_an_hour(enqueued: list[str]) -> None:
    row = keep("one")
    alice = cast.client_for(cast.alice())
    for _ in range(10):
        act(alice, OF_ACME, "check", row)
    [said] = act(alice, OF_ACME, "check", row)
    assert "10 times" in said
    assert len(enqueued) == 10


@pytest.mark.parametrize("closed", ["archived", "sample"])
def test_nothing_is_done_in_an_archive_or_a_sample(
    ada: Client, enqueued: list[str], closed: str
) -> None:
    row = owned("one", cast.alice())
    if closed == "archived":
        Workspace.objects.filter(pk=row.workspace_id).update(archived_at=row.created_at)
        alice = cast.client_for(cast.alice())
        act(alice, credentials_url(row.workspace, "stored_act"), "ask", row)
        act(alice, credentials_url(row.workspace, "stored_act"), "pause", row)
    else:
        assert administration.pause_all(cast.alice(), cast.CALLER, [row.pk], within=[]) == []
    act(ada, OF_INSTANCE, "check", row) if closed == "archived" else None
    assert fresh(row).status == Status.VALID
    assert not OutgoingMail.objects.exists()
    assert enqueued == []


def test_an_auditor_reads_and_does_nothing() -> None:
    row = keep("one")
    audrey = cast.client_for(cast.auditor())
    assert 'id="choose"' not in audrey.get("/admin/stored/").content.decode()
    answer = audrey.post(OF_INSTANCE, {"act": "pause", "pk": str(row.pk)})
    assert answer.status_code == 403
    assert fresh(row).status == Status.VALID


def test_each_owner_gets_one_mail_with_what_is_theirs_and_what_to_do(ada: Client) -> None:
    bob = cast.participant(cast.workspace(), cast.bob())
    mine = [owned("ci-pull", cast.alice(), status=Status.EXPIRED), owned("ci-push", cast.alice())]
    his, nobodys = owned("nightly", bob), owned("nobodys", None)
    [said] = act(ada, OF_INSTANCE, "ask", *mine, his, nobodys)
    assert said == (
        "Asked by mail: 2 people, about 3 credentials. "
        "1 has no owner who may see it: nobody was asked about it."
    )
    sent = mails()
    assert set(sent) == {"alice@example.org", "bob@example.org"}
    assert "ci-pull in Acme / Web: Expired" in sent["alice@example.org"]
    assert "ci-push" in sent["alice@example.org"]
    assert "nightly" not in sent["alice@example.org"]
    assert "ci-pull" not in sent["bob@example.org"]
    assert "Ada (ada@example.org) asks you to look at" in sent["bob@example.org"]
    assert credentials_url(his.workspace, "detail", pk=his.pk) in sent["bob@example.org"]
    [event] = events("credentials:owners:ask")
    assert event.details["count"] == 3
    assert set(event.details["ids"]) == {str(row.pk) for row in (*mine, his)}


def test_the_mail_of_a_report_says_its_advice(ada: Client) -> None:
    row = owned("one", cast.alice(), status=Status.EXPIRED)
    act(ada, OF_INSTANCE, "ask", row, status="expired")
    assert f"Expired. {BY_SLUG['expired'].advice}" in mails()["alice@example.org"]


def test_no_mail_has_a_secret_and_its_row_is_sealed(ada: Client) -> None:
    row = owned("one", cast.alice(), notes="notes-needle-3")
    act(ada, OF_INSTANCE, "ask", row)
    said = mails()["alice@example.org"]
    for needle in (SECRET, "notes-needle-3", fresh(row).secret_digest or "no digest"):
        assert needle not in said
    stored = OutgoingMail.objects.values_list("subject", "body", "dedupe_key").get()
    assert "one" not in str(stored)


def test_an_owner_who_left_or_is_suspended_is_not_asked(ada: Client) -> None:
    bob = cast.participant(cast.workspace(), cast.bob())
    his, hers = owned("his", bob), owned("hers", cast.mallory())
    Participant.objects.filter(user=bob).delete()
    [said] = act(ada, OF_INSTANCE, "ask", his, hers)
    assert said.startswith("Asked by mail: 0 people, about 0 credentials. 2 have no owner")
    hers = owned("suspended", cast.alice())
    User.objects.filter(pk=cast.alice().pk).update(is_active=False)
    act(ada, OF_INSTANCE, "ask", hers)
    assert not OutgoingMail.objects.exists()
    assert events("credentials:owners:ask") == []


def test_owners_are_asked_ten_times_in_ten_minutes(ada: Client) -> None:
    row = owned("one", cast.alice())
    for _ in range(10):
        act(ada, OF_INSTANCE, "ask", row)
    [said] = act(ada, OF_INSTANCE, "ask", row)
    assert said.startswith("That was often enough for now.")
    assert OutgoingMail.objects.count() == 10
