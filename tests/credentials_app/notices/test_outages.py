"""Could not check for hours: one notice for each registry and person, and one when it is over."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.fields import open_sealed
from common.models import OutgoingMail
from credentials_app import notices
from credentials_app.checks import leases
from credentials_app.models import Credential, Delivery, Notice, NoticePreference, Outage
from credentials_app.notices import preferences
from credentials_app.notices.outage_detection import OF_ITS_OWN
from credentials_app.pacing.waits import Wait, WaitReason
from credentials_app.serialization import dump_verdict
from credentials_app.status import Status
from registry.outcome import Outcome
from registry.words.message import Message
from tests import cast
from tests.credentials_app import scenes
from workspaces import tasks as mail_tasks

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SERVER = "registry.example.org"


@pytest.fixture(autouse=True)
def no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_tasks.deliver_mail, "delay_on_commit", lambda *_: None)


def stored(name: str = "deploy", *, slug: str = "web", owner: Any = None) -> Credential:
    place = cast.workspace(slug)
    return scenes.stored(name, by=cast.seat(place), owner=owner)


def in_vain(
    *rows: Credential,
    outcome: Outcome = Outcome.UNREACHABLE,
    since: datetime = NOON,
    looks: int = 4,
) -> None:
    """Looks since then showed nothing; the latest was an hour later."""
    advice = (Message.of("do_new_scopes", scopes="read_registry"),)
    Credential.objects.filter(pk__in=[row.pk for row in rows]).update(
        could_not_look_since=since,
        could_not_look_why=outcome.value,
        could_not_look_shown=True,
        looks_in_vain=looks,
        last_checked_at=since + HOUR,
        verdict=dump_verdict(scenes.verdict(outcome, advice=advice)),
    )


def worked(row: Credential, at: datetime) -> None:
    """It was looked at again."""
    Credential.objects.filter(pk=row.pk).update(
        could_not_look_since=None,
        could_not_look_why="",
        could_not_look_shown=False,
        looks_in_vain=0,
        last_checked_at=at,
        last_conclusive_at=at,
    )


def tick(now: datetime) -> None:
    """What happens every quarter of an hour, and every minute."""
    for person in [*notices.update_outages(now=now), *notices.waiting_people(now)]:
        notices.mail_due_notices(person, now=now)


def subjects(to: str = "") -> list[str]:
    mails = OutgoingMail.objects.order_by("created_at", "to")
    return [mail.subject for mail in (mails.filter(to=to) if to else mails)]


def text_of(mail: OutgoingMail) -> str:
    text: str = json.loads(open_sealed(mail, "body"))[0]
    return text


def test_every_outcome_that_decides_nothing_is_of_the_registry_or_of_its_own() -> None:
    whole = {Outcome.UNREACHABLE, Outcome.TLS_FAILED, Outcome.THROTTLED, Outcome.BANNED}
    assert whole | OF_ITS_OWN == {each for each in Outcome if not each.is_conclusive}
    assert not whole & OF_ITS_OWN


def test_after_three_hours_it_is_told_once_and_once_when_it_is_over() -> None:
    row = stored()
    in_vain(row)
    tick(NOON + 3 * HOUR - MINUTE)
    assert subjects() == []
    for quarter in range(20):
        tick(NOON + 3 * HOUR + quarter * 15 * MINUTE)
    assert subjects() == [f"{SERVER} could not be checked (Acme / Web)"]
    worked(row, NOON + 9 * HOUR)
    for quarter in range(20):
        tick(NOON + 9 * HOUR + quarter * 15 * MINUTE)
    assert subjects()[1:] == [f"{SERVER} can be checked again (Acme / Web)"]
    assert Outage.objects.get().over_at == NOON + 9 * HOUR


def test_the_mail_says_why_since_when_and_what_it_does_not_mean() -> None:
    row = stored()
    in_vain(row)
    tick(NOON + 3 * HOUR)
    text = text_of(OutgoingMail.objects.get())
    assert "says nothing about the credential" in text
    assert "- deploy (Acme / Web)" in text
    assert "Since: 10 Mar 2026, 12:00 UTC" in text
    assert "The server cannot be reached." in text


@pytest.mark.parametrize("outcome", [Outcome.THROTTLED, Outcome.BANNED])
def test_a_ban_or_a_limit_is_certain_after_one_check_because_no_other_is_sent(
    outcome: Outcome,
) -> None:
    in_vain(stored(), outcome=outcome, looks=1)
    tick(NOON + 3 * HOUR - MINUTE)
    assert subjects() == []
    tick(NOON + 3 * HOUR)
    assert subjects() == [f"{SERVER} could not be checked (Acme / Web)"]


def test_checks_that_are_held_back_are_told_with_the_reason_of_the_wait() -> None:
    row = stored()
    held_back = Wait(WaitReason.ACCOUNT, NOON + 26 * HOUR)
    verdict = dump_verdict(scenes.verdict(Outcome.VALID))
    claimed = {"lease_id": uuid4(), "lease_until": NOON + DAY, "waits_since": NOON - DAY}
    Credential.objects.filter(pk=row.pk).update(
        last_checked_at=NOON - DAY, last_conclusive_at=NOON - DAY, verdict=verdict, **claimed
    )
    row.refresh_from_db()
    leases.postpone([row], held_back)
    Credential.objects.filter(pk=row.pk).update(could_not_look_since=NOON)
    tick(NOON + 3 * HOUR)
    text = text_of(OutgoingMail.objects.get())
    assert "Lockkeeper waits so that the account is not locked." in text
    assert "works" not in text.split("Lockkeeper waits")[0]


def test_a_check_that_is_held_back_is_no_outage_where_others_are_checked() -> None:
    held, other = stored(), stored("other")
    in_vain(held, outcome=Outcome.THROTTLED, looks=0)
    Credential.objects.filter(pk=held.pk).update(last_checked_at=NOON - DAY)
    worked(other, NOON + HOUR)
    tick(NOON + 3 * HOUR)
    assert subjects() == []


def test_three_hundred_credentials_of_one_registry_are_one_mail() -> None:
    rows = [first := stored()]
    for number in range(1, 300):
        copy = Credential.objects.get(pk=first.pk)
        copy.pk, copy.name = uuid4(), f"number-{number}"
        rows.append(copy)
    Credential.objects.bulk_create(rows[1:])
    in_vain(*rows)
    with CaptureQueriesContext(connection) as asked:
        tick(NOON + 3 * HOUR)
    assert len(asked) <= 46
    assert len(subjects()) == 1
    text = text_of(OutgoingMail.objects.get())
    assert text.count("- number-") + text.count("- deploy") == 10
    assert "- and 290 more" in text


def test_two_registries_are_two_pieces_of_news() -> None:
    other = stored("other")
    Credential.objects.filter(pk=other.pk).update(server="https://quay.example.net")
    in_vain(stored(), other)
    tick(NOON + 3 * HOUR)
    assert subjects() == ["2 could not check (Acme / Web)"]


def test_who_has_anything_there_hears_even_if_it_was_not_tried_yet() -> None:
    bob = cast.participant(cast.workspace(), cast.bob(), "user")
    in_vain(stored())
    stored("bobs", owner=bob)
    tick(NOON + 3 * HOUR)
    assert len(subjects("alice@example.org")) == len(subjects("bob@example.org")) == 1


def test_nothing_of_other_workspaces_is_told() -> None:
    oscar = cast.person("oscar@example.net")
    other = cast.workspace("ops", organization=cast.organization("other", owner=oscar))
    theirs = scenes.stored("theirs", by=cast.seat(other, oscar))
    in_vain(stored(), theirs)
    tick(NOON + 3 * HOUR)
    text = text_of(OutgoingMail.objects.get(to="oscar@example.net"))
    assert "theirs (Other / Ops)" in text
    assert "deploy" not in text
    assert "Acme" not in text


@pytest.mark.parametrize("outcome", sorted(OF_ITS_OWN))
def test_a_cause_of_its_own_is_told_to_that_workspace_only_and_says_what_to_do(
    outcome: Outcome,
) -> None:
    bob = cast.participant(cast.workspace("ops"), cast.bob(), "user")
    healthy = stored("healthy", slug="ops", owner=bob)
    in_vain(stored(), outcome=outcome)
    worked(healthy, NOON + 2 * HOUR)
    tick(NOON + 3 * HOUR)
    assert subjects() == [f"{SERVER} could not be checked (Acme / Web)"]
    assert subjects("bob@example.org") == []
    acts = outcome is not Outcome.BROKEN_ANSWER
    assert ("read_registry" in text_of(OutgoingMail.objects.get())) is acts
    for hour in range(4, 20):
        tick(NOON + hour * HOUR)
    assert len(subjects()) == 1


def test_one_look_is_enough_only_where_a_person_must_act() -> None:
    in_vain(stored(), outcome=Outcome.UNREACHABLE, looks=2)
    in_vain(stored("other", slug="ops"), outcome=Outcome.DISTRUSTED_REALM, looks=1)
    tick(NOON + 3 * HOUR)
    assert subjects() == [f"{SERVER} could not be checked (Acme / Ops)"]


def test_a_registry_that_works_for_others_meanwhile_is_not_out() -> None:
    row, other = stored(), stored("other")
    in_vain(row, outcome=Outcome.THROTTLED)
    worked(other, NOON + 2 * HOUR)
    tick(NOON + 4 * HOUR)
    assert subjects() == []


def test_the_first_success_ends_it_and_the_others_are_looked_at_soon() -> None:
    rows = [stored(f"number-{number}") for number in range(3)]
    in_vain(*rows)
    Credential.objects.update(next_check_at=NOON + DAY)
    tick(NOON + 3 * HOUR)
    worked(rows[0], NOON + 5 * HOUR)
    tick(NOON + 5 * HOUR)
    assert len(subjects()) == 2
    waiting = Credential.objects.filter(could_not_look_since__isnull=False)
    assert {row.next_check_at for row in waiting} == {NOON + 5 * HOUR}
    assert {row.asked_at for row in waiting} == {row.created_at for row in waiting}
    for hour in range(6, 30):
        tick(NOON + hour * HOUR)
    assert len(subjects()) == 2


def test_an_outage_of_what_was_deleted_or_paused_ends_without_a_word() -> None:
    gone, paused = stored(), stored("paused")
    Credential.objects.filter(pk=paused.pk).update(server="https://quay.example.net")
    in_vain(gone, paused)
    tick(NOON + 3 * HOUR)
    gone.delete()
    Credential.objects.filter(pk=paused.pk).update(status=Status.PAUSED)
    tick(NOON + 4 * HOUR)
    assert len(subjects()) == 1
    assert not Outage.objects.filter(over_at=None).exists()


def test_paused_snoozed_and_acknowledged_ones_are_quiet() -> None:
    paused, snoozed, known = stored("paused"), stored("snoozed"), stored("known")
    in_vain(paused, snoozed, known)
    Credential.objects.filter(pk=paused.pk).update(status=Status.PAUSED)
    Credential.objects.filter(pk=snoozed.pk).update(snoozed_until=NOON + DAY)
    Credential.objects.filter(pk=known.pk).update(
        status_since=NOON - DAY, acknowledged_at=NOON + HOUR
    )
    tick(NOON + 3 * HOUR)
    assert subjects() == []
    tick(NOON + DAY)
    assert len(subjects()) == 1


def test_an_outage_that_is_over_before_the_digest_is_told_as_over() -> None:
    row = stored()
    NoticePreference.objects.create(
        person=cast.alice(), workspace=row.workspace, pace=Delivery.DAILY, changed_at=NOON
    )
    in_vain(row)
    tick(NOON + 3 * HOUR)
    worked(row, NOON + 5 * HOUR)
    tick(NOON + 5 * HOUR)
    assert subjects() == []
    tick(datetime(2026, 3, 11, 8, tzinfo=UTC))
    assert subjects() == [f"{SERVER} can be checked again (Acme / Web)"]


@pytest.mark.parametrize("pace", [Delivery.EXPIRY, Delivery.NOTHING])
def test_who_does_not_want_to_know_is_not_told(pace: Delivery) -> None:
    row = stored()
    NoticePreference.objects.create(
        person=cast.alice(), workspace=row.workspace, pace=pace, changed_at=NOON
    )
    in_vain(row)
    tick(NOON + 3 * HOUR)
    worked(row, NOON + 5 * HOUR)
    tick(NOON + 5 * HOUR)
    assert not Notice.objects.exists()


def test_a_registry_that_comes_and_goes_becomes_one_mail_a_day() -> None:
    row, now = stored(), NOON
    for _ in range(4):
        in_vain(row, since=now)
        tick(now + 3 * HOUR)
        worked(row, now + 4 * HOUR)
        tick(now + 4 * HOUR)
        now += 4 * HOUR
    early = [mail.created_at for mail in OutgoingMail.objects.order_by("created_at")]
    assert len(early) == 3
    tick(datetime(2026, 3, 11, 8, tzinfo=UTC))
    assert OutgoingMail.objects.count() == 4


def test_how_long_is_for_the_operator_to_say(settings: Any) -> None:
    settings.LOCKKEEPER_OUTAGE_NOTICE_HOURS = 12
    in_vain(stored())
    tick(NOON + 11 * HOUR)
    assert subjects() == []
    tick(NOON + 12 * HOUR)
    assert len(subjects()) == 1


@pytest.mark.parametrize("what", ["paused", "deleted"])
def test_an_outage_of_what_is_paused_or_gone_by_the_morning_is_not_told(what: str) -> None:
    row = stored()
    preferences.set_preference(
        cast.alice(), cast.workspace(), pace=Delivery.DAILY, now=NOON, caller=cast.CALLER
    )
    in_vain(row)
    tick(NOON + 4 * HOUR)
    if what == "paused":
        Credential.objects.update(status=Status.PAUSED, next_check_at=None)
    else:
        row.delete()
    tick(NOON + 24 * HOUR)
    assert subjects() == []
