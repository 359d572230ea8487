"""What the database refuses about samples, whoever asks it."""

import pytest
from django.utils import timezone

from credentials_app.models import (
    Credential,
    Frequency,
    Notice,
    NoticeKind,
    ReportSubscription,
    Trial,
)
from credentials_app.services import credentials, trials
from tests import cast
from tests.credentials_app import scenes
from tests.workspaces.models.test_rules_of_the_database import refused
from workspaces.models import Workspace

pytestmark = pytest.mark.django_db


def sample() -> Workspace:
    home = cast.organization()
    return Workspace.objects.create(organization=home, name="Sample", slug="sample", is_sample=True)


def undue(place: Workspace) -> Credential:
    """A credential of Alice's in this place that is never due."""
    row = credentials.add_credential(scenes.seat(), scenes.draft())
    Credential.objects.filter(pk=row.pk).update(next_check_at=None, asked_at=None)
    if place != row.workspace:
        Credential.objects.filter(pk=row.pk).update(workspace=place)
    row.refresh_from_db()
    return row


def test_a_sample_is_never_made_of_a_workspace_nor_a_workspace_of_a_sample() -> None:
    made_up, real = sample(), cast.workspace()
    for place, mark in ((made_up, False), (real, True)):
        words = refused(
            lambda place=place, mark=mark: Workspace.objects.filter(pk=place.pk).update(
                is_sample=mark
            )
        )
        assert "from the start" in words


def test_a_sample_may_be_renamed() -> None:
    assert Workspace.objects.filter(pk=sample().pk).update(name="Look around") == 1


def test_no_sample_is_personal() -> None:
    person = cast.person("new@example.org")
    words = refused(
        lambda: Workspace.objects.bulk_create(
            [Workspace(owner=person, name="Sample", is_sample=True)]
        )
    )
    assert "belongs to an organization" in words


def test_a_credential_of_a_sample_never_becomes_due() -> None:
    row = undue(sample())
    due = Credential.objects.filter(pk=row.pk)
    assert "never checked" in refused(lambda: due.update(next_check_at=timezone.now()))
    assert due.update(next_check_at=None, name="renamed") == 1


def test_a_due_credential_is_never_stored_in_a_sample() -> None:
    row = undue(cast.workspace())
    row.pk, row.name, row.next_check_at, row.workspace = None, "due", timezone.now(), sample()
    row.pk = Credential().pk
    assert "never checked" in refused(lambda: row.save(force_insert=True))


def test_a_due_credential_never_moves_into_a_sample() -> None:
    row = credentials.add_credential(scenes.seat(), scenes.draft())
    assert row.next_check_at
    rows = Credential.objects.filter(pk=row.pk)
    assert "never checked" in refused(lambda: rows.update(workspace=sample()))


def test_a_trial_in_a_sample_is_never_due() -> None:
    seat = scenes.seat()
    trial = trials.start_trial(seat, scenes.draft(name="tried"))
    rows = Trial.objects.filter(pk=trial.pk)
    assert "never checked" in refused(lambda: rows.update(workspace=sample()))
    place = sample() if not Workspace.objects.filter(is_sample=True).exists() else None
    place = place or Workspace.objects.get(is_sample=True)
    trial.pk, trial.workspace = Trial().pk, place
    assert "never checked" in refused(lambda: trial.save(force_insert=True))


def test_nobody_gets_a_notice_or_a_report_of_a_sample() -> None:
    row, now = undue(sample()), timezone.now()
    notice = Notice(
        key="made-up",
        kind=NoticeKind.BAD,
        person=cast.alice(),
        workspace=row.workspace,
        credential=row,
        made_at=now,
        due_at=now,
    )
    assert "nobody is mailed" in refused(notice.save)
    assert "nobody is mailed" in refused(lambda: Notice.objects.bulk_create([notice]))
    report = ReportSubscription(
        person=cast.alice(), workspace=row.workspace, frequency=Frequency.DAILY, next_at=now
    )
    assert "nobody is mailed" in refused(report.save)


def test_everybody_else_is_checked_and_mailed_as_before() -> None:
    row, now = undue(cast.workspace()), timezone.now()
    assert Credential.objects.filter(pk=row.pk).update(next_check_at=now) == 1
    Notice.objects.create(
        key="made-up",
        kind=NoticeKind.BAD,
        person=cast.alice(),
        workspace=row.workspace,
        credential=row,
        made_at=now,
        due_at=now,
    )
    ReportSubscription.objects.create(person=cast.alice(), workspace=None, next_at=now)
