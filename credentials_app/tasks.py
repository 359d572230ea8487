"""Celery tasks. They carry primary keys only; due work is found in the database."""

from uuid import UUID

from celery import shared_task

from common.clock import database_now
from common.database_outage import DATABASE_IS_GONE
from common.restore_pause import current_pause
from credentials_app import notices, selectors
from credentials_app.audit_reports import mailing
from credentials_app.checks import batch, check, due, progress, refusals, retention, use_rows
from credentials_app.checks.result import Recorded
from credentials_app.models import Credential, Trial
from credentials_app.monitoring import heartbeat
from credentials_app.notices import bulk_changes
from credentials_app.pacing import sign_ins
from credentials_app.reports import sending, subscriptions
from credentials_app.services import (
    account_deletion,
    bulk_checks,
    deletion,
    fetches,
    former_secrets,
    leavers,
    place_deletion,
    replacement,
    reschedule,
    trials,
)
from workspaces.tokens import ends

Key = UUID | str
MAX_CHANGES = 500
MAX_REPORTS = 2000
UNTIL_THE_NEXT_SWEEP = {"max_retries": 4, "countdown": 5}
"""While the database is away, checks and their sweep are tried again every five seconds."""
checks_task = shared_task(
    autoretry_for=DATABASE_IS_GONE, retry_kwargs=UNTIL_THE_NEXT_SWEEP, retry_jitter=False
)


@checks_task
def check_credential(pk: Key) -> None:
    """Check one credential that a person waits for."""
    _enqueue_after(check.check_one(Credential, pk))


@checks_task
def check_trial(pk: Key) -> None:
    """Check a trial; a new secret that works replaces the stored one."""
    _enqueue_after(check.check_one(Trial, pk))
    replacement.finish_replacement(pk)


@checks_task
def check_batch(pks: list[Key]) -> None:
    """Check up to 50 credentials of one registry server, then enqueue its next batch."""
    recorded = batch.run_batch(pks)
    for each in recorded:
        _enqueue_after(each)
    now = database_now()
    server = selectors.server_with_more_due(pks, now) if recorded else ""
    if server:
        _enqueue_batches(due.due_work(now, server=server))


@checks_task
def sweep_due_checks() -> None:
    """Enqueue a task for every due credential and trial."""
    if current_pause() is not None:
        heartbeat.note_sweep()
        return
    found = due.due_work(database_now())
    for pk in found.asked:
        check_credential.delay(str(pk))
    for pk in found.trials:
        check_trial.delay(str(pk))
    for pk in replacement.waiting_replacements():
        finish_replacement.delay(str(pk))
    _enqueue_batches(found)
    heartbeat.note_sweep()


@shared_task
def finish_replacement(pk: Key) -> None:
    """Store the secret of a trial that worked, if its own task ended before that."""
    replacement.finish_replacement(pk)


@shared_task
def announce_change(pk: Key) -> None:
    """Notify people of one status change."""
    now = database_now()
    for person in notices.announce(pk, now=now):
        notices.mail_due_notices(person, now=now)


@shared_task
def sweep_unannounced() -> None:
    """Enqueue a task for every status change whose notification is pending, and notify people of
    new addresses."""
    for pk in selectors.unannounced().values_list("pk", flat=True)[:MAX_CHANGES]:
        announce_change.delay(str(pk))
    for person in notices.announce_addresses(now=database_now()):
        mail_notices.delay(str(person))


@shared_task
def mail_notices(pk: Key) -> None:
    """Mail one person their due notices."""
    notices.mail_due_notices(pk, now=database_now())


@shared_task
def send_due_notices() -> None:
    """Enqueue a mail task for every person with pending notices."""
    for pk in notices.waiting_people(database_now()):
        mail_notices.delay(str(pk))


@shared_task
def send_due_reminders() -> None:
    """Make today's reminders, and enqueue a mail task for each of their recipients."""
    for pk in notices.remind(now=database_now()):
        mail_notices.delay(str(pk))


@shared_task
def remind_of_tokens() -> None:
    """Mail people whose API tokens end within two weeks."""
    ends.remind_of_token_ends(database_now())


@shared_task
def list_leavers() -> None:
    """List the secrets that people knew who left a workspace lately."""
    leavers.list_departures(now=database_now())


@shared_task
def send_report(pk: Key) -> None:
    """Send the report of one subscription, if it is due."""
    sending.send_due(pk, now=database_now())


@shared_task
def send_due_reports() -> None:
    """Subscribe people who get reports by default, and enqueue a task for every due report."""
    now = database_now()
    subscriptions.make_missing(now)
    for pk in subscriptions.due_subscriptions(now).values_list("pk", flat=True)[:MAX_REPORTS]:
        send_report.delay(str(pk))
    for pk in mailing.due_audit_mails(now).values_list("pk", flat=True)[:MAX_REPORTS]:
        mail_audit.delay(str(pk))


@shared_task
def mail_audit(pk: Key) -> None:
    """Mail one report of the audit, if it is due."""
    mailing.send_audit_mail(pk, now=database_now())


@shared_task
def note_outages() -> None:
    """Note outages that began or ended, and enqueue a mail task for each of their recipients."""
    for pk in notices.update_outages(now=database_now()):
        mail_notices.delay(str(pk))


@shared_task
def follow_the_instance() -> None:
    """Make checks due sooner after the operator shortened the interval."""
    reschedule.apply_instance_interval(now=database_now())


@shared_task
def prune() -> None:
    """Delete trials and the steps of killed checks after ten minutes, former secrets after their
    grace time, refused logins, counted sign-ins and changes of many after a day, bulk checks and
    what is deleted after a week, notices, addresses of uses, departures and ended API tokens after
    90 days."""
    notices.delete_old_notices(now=database_now())
    trials.delete_old_trials(now=database_now())
    former_secrets.delete_old_former_secrets(now=database_now())
    deletion.purge_the_bins(now=database_now())
    place_deletion.purge_places(now=database_now())
    account_deletion.purge_accounts(now=database_now())
    leavers.forget_old_departures(now=database_now())
    bulk_checks.delete_old_bulk_checks(now=database_now())
    bulk_changes.delete_old_bulk_changes(now=database_now())
    sign_ins.delete_old_sign_ins(now=database_now())
    refusals.delete_old_refusals(now=database_now())
    progress.delete_orphaned_progress(now=database_now())
    use_rows.delete_old_addresses(now=database_now())
    ends.forget_old_tokens(database_now())
    ends.forget_old_answers(database_now())
    fetches.delete_old_fetches(now=database_now())


@shared_task
def prune_history() -> None:
    """Prune old check runs. A second run on the same day has nothing to do."""
    retention.prune_runs(database_now())


def _enqueue_batches(found: due.DueWork) -> None:
    for pks in found.batches:
        check_batch.delay([str(pk) for pk in pks])


def _enqueue_after(recorded: Recorded) -> None:
    """Enqueue the tasks that recording a check calls for, and note that a check was recorded."""
    if recorded.pk is not None:
        heartbeat.note_check()
    if recorded.notify is not None:
        announce_change.delay(str(recorded.notify))
    if recorded.recheck:
        check_credential.delay(str(recorded.pk))
    for model, pk in recorded.next_in_queue:
        (check_trial if model is Trial else check_credential).delay(str(pk))
