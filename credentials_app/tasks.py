"""Nudges: primary keys in, nothing out; the database knows what is due."""

from uuid import UUID

from celery import shared_task

from common.clock import database_now
from credentials_app import notices, selectors
from credentials_app.checks import batch, check, due, retention
from credentials_app.checks.result import Recorded
from credentials_app.models import Credential, Trial
from credentials_app.monitoring import heartbeat
from credentials_app.reports import sending, subscriptions
from credentials_app.services import bulk_checks, reschedule, trials

Key = UUID | str
MOST_NEWS = 500
MOST_REPORTS = 2000


@shared_task
def check_credential(pk: Key) -> None:
    """Check one credential, because somebody waits for it."""
    _ring_for(check.check_one(Credential, pk))


@shared_task
def check_trial(pk: Key) -> None:
    """Check one trial."""
    _ring_for(check.check_one(Trial, pk))


@shared_task
def check_batch(pks: list[Key]) -> None:
    """Check up to 50 credentials of one registry server, then ring for its next ones."""
    recorded = batch.run_batch(pks)
    for each in recorded:
        _ring_for(each)
    server = Credential.objects.filter(pk__in=pks).values_list("server", flat=True).first()
    if recorded and server:
        _ring_batches(due.due_work(database_now(), server=server))


@shared_task
def sweep_due_checks() -> None:
    """Ring for everything that is due."""
    found = due.due_work(database_now())
    for pk in found.asked:
        check_credential.delay(str(pk))
    for pk in found.trials:
        check_trial.delay(str(pk))
    _ring_batches(found)
    heartbeat.note_sweep()


@shared_task
def announce_change(pk: Key) -> None:
    """Tell people of one status change."""
    now = database_now()
    for person in notices.announce(pk, now=now):
        notices.mail_due_notices(person, now=now)


@shared_task
def sweep_unannounced() -> None:
    """Ring for every change that nobody was told about."""
    for pk in selectors.unannounced().values_list("pk", flat=True)[:MOST_NEWS]:
        announce_change.delay(str(pk))


@shared_task
def mail_notices(pk: Key) -> None:
    """Mail one person what is due."""
    notices.mail_due_notices(pk, now=database_now())


@shared_task
def send_due_notices() -> None:
    """Ring for everybody who has news waiting."""
    for pk in notices.waiting_people(database_now()):
        mail_notices.delay(str(pk))


@shared_task
def send_due_reminders() -> None:
    """Make the reminders of today, and ring for whom they are."""
    for pk in notices.remind(now=database_now()):
        mail_notices.delay(str(pk))


@shared_task
def send_report(pk: Key) -> None:
    """Send the report of one subscription, if it is due."""
    sending.send_due(pk, now=database_now())


@shared_task
def send_due_reports() -> None:
    """Subscribe who gets reports without having chosen, and ring for every report that is due."""
    now = database_now()
    subscriptions.make_missing(now)
    for pk in subscriptions.due_subscriptions(now).values_list("pk", flat=True)[:MOST_REPORTS]:
        send_report.delay(str(pk))


@shared_task
def note_outages() -> None:
    """Note what could not be checked for long, and what can be again; ring for who hears of it."""
    for pk in notices.update_outages(now=database_now()):
        mail_notices.delay(str(pk))


@shared_task
def follow_the_instance() -> None:
    """Let looks come sooner after the operator made the interval shorter."""
    reschedule.apply_instance_interval(now=database_now())


@shared_task
def prune() -> None:
    """Delete trials after ten minutes, checks of many after a week, old notices after a season."""
    notices.delete_old_notices(now=database_now())
    trials.delete_old_trials(now=database_now())
    bulk_checks.delete_old_bulk_checks(now=database_now())


@shared_task
def prune_history() -> None:
    """Thin the history of checks; nothing is done twice a day."""
    retention.prune_runs(database_now())


def _ring_batches(found: due.DueWork) -> None:
    for pks in found.batches:
        check_batch.delay([str(pk) for pk in pks])


def _ring_for(recorded: Recorded) -> None:
    if recorded.pk is not None:
        heartbeat.note_check()
    if recorded.notify is not None:
        announce_change.delay(str(recorded.notify))
    if recorded.recheck:
        check_credential.delay(str(recorded.pk))
    if recorded.next_in_queue is not None:
        model, pk = recorded.next_in_queue
        (check_trial if model is Trial else check_credential).delay(str(pk))
