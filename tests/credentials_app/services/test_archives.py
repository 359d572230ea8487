"""An archived workspace: nothing is checked or mailed, nothing is lost, and it comes back."""

import pytest

from common.clock import database_now
from common.models import OutgoingMail
from credentials_app import tasks
from credentials_app.models import Credential, FormerSecret, ReportSubscription, Trial
from credentials_app.notices import recipients_of
from credentials_app.reports import subscriptions
from credentials_app.services import archives
from credentials_app.services.credentials import edit_credential
from credentials_app.services.replacement import NewSecret, try_replacement
from credentials_app.status import Status
from registry.outcome import Outcome
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.test_deleted_is_nowhere import EVERY_TASK
from workspaces.models import AuditEvent, Workspace
from workspaces.models.roles import Role
from workspaces.rights.refusals import NotAllowed, PersonalWorkspace

pytestmark = pytest.mark.django_db


def archived() -> Credential:
    """The credential of an archived workspace: it turned bad just before, and was replaced."""
    seat = scenes.seat()
    row = scenes.checked(scenes.stored(by=seat), Outcome.VALID)
    row = edit_credential(seat, row, scenes.draft(secret=Secret("made-up-password-2")))
    scenes.checked(row, Outcome.REJECTED)
    subscriptions.make_missing(database_now())
    ReportSubscription.objects.update(next_at=database_now())
    archives.archive_workspace(seat)
    return Credential.objects.get()


def test_nothing_is_checked_and_nobody_is_mailed() -> None:
    row = archived()
    mails = OutgoingMail.objects.count()
    with scenes.registry_says(Outcome.VALID) as asked:
        for task in EVERY_TASK:
            task()
        tasks.check_credential(row.pk)
        for each in ReportSubscription.objects.filter(workspace=row.workspace):
            tasks.send_report(each.pk)
    assert asked.logins == []
    assert OutgoingMail.objects.count() == mails
    assert not recipients_of(row)


def test_nothing_is_lost() -> None:
    row = archived()
    reports = ReportSubscription.objects.count()
    archives.unarchive_workspace(scenes.seat())
    back = Credential.objects.get()
    assert back.runs.count() == 2
    assert FormerSecret.objects.count() == 1
    assert ReportSubscription.objects.count() == reports
    assert back.next_check_at is not None
    assert back.next_check_at <= database_now()
    assert back.status == row.status
    with scenes.registry_says(Outcome.VALID) as asked:
        tasks.check_credential(row.pk)
    assert len(asked.logins) == 1


def test_a_paused_one_comes_back_paused() -> None:
    row = scenes.stored()
    Credential.objects.filter(pk=row.pk).update(status=Status.PAUSED, next_check_at=None)
    archives.archive_workspace(scenes.seat())
    archives.unarchive_workspace(scenes.seat())
    row.refresh_from_db()
    assert (row.status, row.next_check_at) == (Status.PAUSED, None)


def test_trials_end_and_a_second_click_changes_nothing() -> None:
    seat = scenes.seat()
    row = scenes.stored(by=seat)
    try_replacement(seat, row, NewSecret(Secret("made-up-password-2")))
    archives.archive_workspace(seat)
    assert not Trial.objects.exists()
    at = Workspace.objects.get(pk=seat.workspace.pk).archived_at
    archives.archive_workspace(seat)
    assert Workspace.objects.get(pk=seat.workspace.pk).archived_at == at
    assert AuditEvent.objects.filter(action="workspaces:workspace:archive").count() == 1


def test_only_owners_archive_and_no_personal_workspace() -> None:
    place = cast.workspace()
    admin = cast.someone(place, Role.ADMIN)
    for deed in (archives.archive_workspace, archives.unarchive_workspace):
        with pytest.raises(NotAllowed):
            deed(cast.seat(place, admin))
        with pytest.raises(PersonalWorkspace):
            deed(cast.seat(cast.personal()))
    assert Workspace.objects.get(pk=place.pk).archived_at is None
