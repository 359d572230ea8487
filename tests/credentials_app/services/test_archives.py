"""An archived workspace: nothing is checked or mailed, nothing is lost, and it comes back."""

import threading

import pytest
from django.db import connection, transaction

from common.clock import database_now
from common.models import OutgoingMail
from credentials_app import tasks
from credentials_app.models import Credential, FormerSecret, ReportSubscription, Trial
from credentials_app.notices import recipients_of
from credentials_app.notices.bulk_changes import Change, change_many
from credentials_app.reports import subscriptions
from credentials_app.services import actions, archives, bulk_checks, deletion
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
from workspaces.rights.refusals import ArchivedMeanwhile, NotAllowed, PersonalWorkspace

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


def test_what_was_opened_before_is_refused_after() -> None:
    seat, row = scenes.seat(), scenes.stored()
    deleted = scenes.stored("deleted")
    deletion.delete_credential(seat, deleted)
    archives.archive_workspace(seat)
    for deed in (
        lambda: scenes.stored("new", by=seat),
        lambda: edit_credential(seat, row, scenes.draft(secret=Secret("made-up-password-2"))),
        lambda: actions.check_now(seat, row),
        lambda: deletion.restore_credential(seat, deleted),
        lambda: bulk_checks.check_workspace(seat),
        lambda: change_many(seat, Credential.objects.all(), Change("resume")),
    ):
        with pytest.raises(ArchivedMeanwhile):
            deed()
    assert not Credential.objects.exclude(next_check_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_credential_that_is_added_while_somebody_archives_is_refused() -> None:
    seat = scenes.seat()
    began, outcome = threading.Event(), []

    def add() -> None:
        began.set()
        try:
            scenes.stored("late", by=seat)
        except ArchivedMeanwhile:
            outcome.append("refused")
        finally:
            connection.close()

    adder = threading.Thread(target=add)
    with transaction.atomic():
        archives.archive_workspace(seat)
        adder.start()
        began.wait()
        adder.join(timeout=0.5)
        assert adder.is_alive(), "it waits for the lock"
    adder.join()
    assert outcome == ["refused"]
    assert not Credential.objects.exists()


def test_its_pages_offer_no_mail_and_no_check() -> None:
    row = archived()
    browser = cast.client_for(cast.alice())
    page = browser.get("/o/acme/web/credentials/report/").content.decode()
    assert "Send it to me now" not in page
    assert "By mail" not in page
    page = browser.get(f"/o/acme/web/credentials/{row.pk}/").content.decode()
    assert "Check it now" not in page
    assert "Check now" not in page
