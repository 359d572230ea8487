"""*Push not proved*: stored, shown beside *valid* wherever that stands, and found by a filter."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from common.clock import database_now
from credentials_app import tasks
from credentials_app.checks import check as checking
from credentials_app.management.check_login.output import CheckOutput, as_object, as_text
from credentials_app.models import (
    BulkCheckEntry,
    Credential,
    Notice,
    NoticeKind,
    StatusChange,
    Trial,
)
from credentials_app.notices import content
from credentials_app.presentation.credential import credential_view
from credentials_app.presentation.history import trial_view
from credentials_app.presentation.list_conditions import condition_of
from credentials_app.reports.mail import report_mail
from credentials_app.reports.queries import collect
from credentials_app.reports.scope import ReportScope
from credentials_app.services import bulk_checks
from credentials_app.services.columns import mark_replaced
from credentials_app.services.trials import start_trial
from credentials_app.status import PUSH_NOT_PROVED, Status
from registry.evidence import ExpirySource
from registry.outcome import Outcome
from registry.verdicts.verdict import Verdict
from registry.words.message import Message
from tests import cast
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db
WORD, KEY = "Push not proved", "push_not_proved"
MARK = "sign-push_not_proved"
DAY = timedelta(days=1)


def unseen(**more: Any) -> Verdict:
    message = Message.of("cause_valid_push_unseen")
    return scenes.verdict(message=message, push_not_proved=True, **more)


def doubtful(seat: Seat, name: str = "deploy", **more: Any) -> Credential:
    row = scenes.stored(name, by=seat, push=True, repository="team/app")
    return scenes.checked(row, unseen(**more))


def proved(seat: Seat, name: str = "proved") -> Credential:
    return scenes.checked(scenes.stored(name, by=seat, push=True), Outcome.VALID)


def words(visitor: Client, seat: Seat, view: str, **of: Any) -> str:
    answer = visitor.get(credentials_url(seat.workspace, view, **of))
    assert answer.status_code == 200
    return answer.content.decode()


def listed(visitor: Client, seat: Seat, query: str = "?status=push_not_proved") -> list[str]:
    answer = visitor.get(credentials_url(seat.workspace, "list") + query)
    return [each.row.name for each in answer.context["rows"]]


def test_the_fact_stays_while_the_status_stays_and_goes_when_push_is_proved(seat: Seat) -> None:
    row = doubtful(seat)
    assert (row.status, row.push_not_proved) == (Status.VALID, True)
    for inconclusive in (Outcome.UNREACHABLE, Outcome.BROKEN_ANSWER):
        row = scenes.checked(row, inconclusive)
        assert (row.status, row.push_not_proved) == (Status.VALID, True)
    assert not scenes.checked(row, Outcome.VALID).push_not_proved


def test_rows_whose_last_check_already_said_so_are_noted_by_the_migration(seat: Seat) -> None:
    known, sure, pulls = doubtful(seat, "known"), proved(seat), scenes.stored("pulls", by=seat)
    scenes.checked(pulls, scenes.verdict(message=Message.of("cause_valid_unseen")))
    Credential.objects.update(push_not_proved=False)
    import_module("credentials_app.migrations.0010_push_not_proved").note_what_is_known(apps, None)
    assert list(Credential.objects.filter(push_not_proved=True)) == [known]
    assert sure.push


def test_a_new_secret_starts_without_it(seat: Seat) -> None:
    row = doubtful(seat)
    assert KEY in mark_replaced(row, seat, database_now())
    assert not row.push_not_proved


def test_the_list_shows_it_filters_by_it_and_searches_it(visitor: Client, seat: Seat) -> None:
    doubtful(seat, "doubtful")
    proved(seat)
    bad = doubtful(seat, "bad")
    scenes.checked(bad, Outcome.EXPIRED)
    page = words(visitor, seat, "list")
    assert page.count(MARK) == 1
    assert 'name="status" value="push_not_proved"' in page
    assert listed(visitor, seat) == ["doubtful"]
    assert listed(visitor, seat, "?q=push+not+proved") == ["doubtful"]
    assert set(listed(visitor, seat, "?status=valid")) == {"doubtful", "proved"}


def test_an_ended_one_is_expired_and_has_no_remark(visitor: Client, seat: Seat) -> None:
    row = doubtful(seat)
    ended = {"expires_at": timezone.now() - DAY, "expires_source": ExpirySource.PROVIDER.value}
    Credential.objects.filter(pk=row.pk).update(**ended)
    assert MARK not in words(visitor, seat, "list")
    assert listed(visitor, seat) == []
    Credential.objects.filter(pk=row.pk).update(expires_at=timezone.now() + DAY)
    assert MARK in words(visitor, seat, "list")
    assert listed(visitor, seat) == ["deploy"]


def test_the_filter_reads_an_index(seat: Seat) -> None:
    rows = Credential.objects.filter(workspace=seat.workspace)
    plan = rows.filter(condition_of(KEY, timezone.now())).values("pk").explain()
    if connection.vendor == "sqlite":
        assert "INDEX credential_push_not_proved" in plan or "COVERING INDEX" in plan


@pytest.mark.parametrize("count", [1, 50])
def test_it_costs_no_statement_for_each_row(visitor: Client, seat: Seat, count: int) -> None:
    first = doubtful(seat, "row-000")
    rows = []
    for number in range(1, count):
        row = Credential.objects.get(pk=first.pk)
        row.pk, row.name = Credential().pk, f"row-{number:03}"
        rows.append(row)
    Credential.objects.bulk_create(rows)
    address = credentials_url(seat.workspace, "list") + "?status=push_not_proved"
    visitor.get(address)
    with CaptureQueriesContext(connection) as seen:
        page = visitor.get(address).content.decode()
    assert len(seen) <= 10
    assert page.count(MARK) == min(count, 25)


def test_its_page_says_it_beside_the_status_and_at_each_check(visitor: Client, seat: Seat) -> None:
    row = doubtful(seat)
    page = words(visitor, seat, "detail", pk=row.pk)
    assert page.count(MARK) == 2
    assert "Valid, push not proved" in page
    assert "Nothing to do." not in page
    assert str(PUSH_NOT_PROVED.next_step) in page
    assert MARK in words(visitor, seat, "history", pk=row.pk)
    run = row.runs.get()
    assert MARK in words(visitor, seat, "run", pk=row.pk, run=run.pk)
    sure = proved(seat)
    assert MARK not in words(visitor, seat, "detail", pk=sure.pk)


@pytest.mark.parametrize(
    ("provider", "needed", "held", "words"),
    [
        ("generic", ("pull", "push"), ("pull",), ["held", "could not be seen"]),
        ("generic", ("pull", "push"), None, ["could not be seen"] * 2),
        ("gitlab", ("read_registry", "write_registry"), ("read_registry", "write_registry"),
         ["held"] * 2),
    ],
)  # fmt: skip
def test_a_right_to_push_that_nothing_shows_is_not_called_held(
    seat: Seat, provider: str, needed: tuple[str, ...], held: tuple[str, ...] | None, words: Any
) -> None:
    row = doubtful(seat, provider=provider, needed=needed, held=held)
    tags = credential_view(row, timezone.now()).needed
    assert [(tag.name, str(tag.word)) for tag in tags] == list(zip(needed, words, strict=True))


def test_a_trial_says_it(seat: Seat) -> None:
    trial = start_trial(seat, scenes.draft(push=True))
    with scenes.registry_says(unseen()):
        checking.check_one(Trial, trial.pk)
    trial.refresh_from_db()
    assert trial_view(trial, timezone.now()).badge.remark is PUSH_NOT_PROVED


def test_a_bulk_check_says_it_for_each_and_counts_it(
    visitor: Client, seat: Seat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks.sweep_due_checks, "delay_on_commit", lambda: None)
    rows = [doubtful(seat, "doubtful"), proved(seat)]
    bulk = bulk_checks.check_selection(seat, [row.pk for row in rows])
    entries = BulkCheckEntry.objects.filter(bulk_check=bulk)
    entries.update(outcome=Outcome.VALID.value, done_at=database_now())
    page = words(visitor, seat, "many", pk=bulk.pk)
    assert page.count(MARK) == 2
    assert 'tally__count">1</span>' in page


def test_report_and_its_mail_count_it_and_name_it(visitor: Client, seat: Seat) -> None:
    row = doubtful(seat)
    proved(seat)
    Credential.objects.filter(pk=row.pk).update(expires_on=(timezone.now() + 5 * DAY).date())
    page = " ".join(words(visitor, seat, "report").split())
    assert "2 valid (1 with push not proved)" in page
    assert page.count(MARK) == 2
    now = timezone.now()
    scope = ReportScope(cast.alice(), seat.workspace)
    report = collect(scope, since=now - DAY, now=now)
    mail = report_mail(scope, report, None)
    for part in (mail.text, mail.html):
        flat = " ".join(part.split())
        assert "2 valid (1 with push not proved)" in flat
        assert "typed in; push not proved" in flat
        assert "valid, push not proved" in flat


def test_the_mails_about_it_say_it_with_the_status(seat: Seat) -> None:
    row = scenes.checked(doubtful(seat), Outcome.EXPIRED)
    scenes.checked(row, unseen())
    good = StatusChange.objects.get(credential=row, new=Status.VALID, tell="good")
    bad = StatusChange.objects.get(credential=row, new=Status.EXPIRED)
    for change, name in ((good, "Status"), (bad, "Now")):
        change.credential.refresh_from_db()
        notice = Notice(credential=change.credential, change=change, kind="")
        said = content.content_of(notice, timezone.now())
        assert (name, "Valid, push not proved") in said.facts


def test_the_reminder_says_it(seat: Seat) -> None:
    row = doubtful(seat)
    Credential.objects.filter(pk=row.pk).update(expires_on=(timezone.now() + 5 * DAY).date())
    row = Credential.objects.select_related("workspace__organization").get(pk=row.pk)
    said = content.content_of(Notice(credential=row, kind=NoticeKind.EXPIRING), timezone.now())
    assert ("Status", "Valid, push not proved") in said.facts


def test_check_login_says_it() -> None:
    output = CheckOutput(scenes.REGISTRY, scenes.evidence(), unseen())
    assert as_text(output).startswith("registry.example.org: valid (push not proved)\n")
    assert as_object(output)[KEY] is True
    sure = CheckOutput(scenes.REGISTRY, scenes.evidence(), scenes.verdict())
    assert as_text(sure).startswith("registry.example.org: valid\n")
    assert as_object(sure)[KEY] is False
