"""Examines the queue, the workers and the way of mail."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.utils import timezone
from kombu.exceptions import OperationalError

from common.mail_failures import ADVICE, failure_of
from config.celery import app
from config.doctor.finding import Finding, fine, problem, warning
from config.runtime.queue import QUEUES
from credentials_app.models import CheckerWatch
from credentials_app.monitoring import heartbeat
from workspaces.mails import status

MANY_TASKS = 5000
FRESH = timedelta(minutes=5)
LATE_MAIL = timedelta(hours=1)


def examine_queue(*, thorough: bool) -> Finding:
    """It answers, and tasks do not pile up."""
    try:
        with app.connection_for_read() as found:
            found.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
            client = found.default_channel.client
            waiting = sum(int(client.llen(name)) for name in QUEUES)
    except (OperationalError, OSError):
        return problem(
            "The queue of REDIS_URL does not answer.",
            "Start it; what is due is in the database, and nothing is lost.",
        )
    if waiting > MANY_TASKS:
        return warning(
            f"{waiting} tasks wait in the queue.", "Start more workers, or see why none takes them."
        )
    return fine(f"The queue answers; {waiting} tasks wait.")


def examine_workers(*, thorough: bool) -> Finding:
    """Sweeps are done, and a web process watches that."""
    row = CheckerWatch.objects.filter(pk=1).first()
    health = heartbeat.health()
    start = "Start worker and beat, and read the end of their logs."
    if health.stopped_since is not None:
        return problem(f"Nothing is checked since {_at(health.stopped_since)}.", start)
    limit = timezone.now() - FRESH
    if row and row.swept_at is None and row.watched_since and row.watched_since > limit:
        return fine(f"Started at {_at(row.watched_since)}; the first sweep is on its way.")
    if row is None or row.swept_at is None or row.swept_at < limit:
        since = f" since {_at(row.swept_at)}" if row and row.swept_at else ""
        return problem(f"No worker has looked for due checks{since}.", start)
    if not health.is_watched:
        return warning("No web process watches the checker.", "Start the web process.")
    return fine(f"The last sweep was at {_at(row.swept_at)}, and a web process watches.")


def examine_mail(*, thorough: bool) -> Finding:
    """Mails leave; with ``thorough`` the mail server is called."""
    server, numbers = status.mail_server(), status.numbers(timezone.now())
    if server.folder is not None:
        return warning(
            "No mail server is set: mails are written to files.", "Name one in EMAIL_URL."
        )
    if thorough and (refused := _refusal()):
        return problem(f"The mail server {server.host}:{server.port}: {refused}.", _advice(refused))
    if numbers.oldest is not None and numbers.oldest < timezone.now() - LATE_MAIL:
        return problem(
            f"{numbers.waiting} mails wait, the oldest since {_at(numbers.oldest)}.",
            "See Admin audit > Mail for the cause.",
        )
    if numbers.failed:
        return warning(
            f"{numbers.failed} mails failed for good in the last 30 days.",
            "See Admin audit > Mail for each.",
        )
    if server.is_in_the_clear and server.signs_in:
        return warning(
            "The password of the mail server travels unencrypted.",
            "Use smtp+tls:// or smtp+ssl://.",
        )
    return fine(f"Mails leave by {server.host}:{server.port}; {numbers.waiting} wait.")


def _refusal() -> str:
    """The word for why the mail server does not take us; empty if it does."""
    way = get_connection(fail_silently=False, timeout=settings.EMAIL_TIMEOUT)
    try:
        way.open()
    except Exception as refused:  # noqa: BLE001  # each failure has a word of its own
        return failure_of(refused).word
    way.close()
    return ""


def _advice(word: str) -> str:
    return ADVICE.get(word, "") or "See EMAIL_URL; manage.py send_test_mail tries it."


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
