"""The mail server and the state of the outbox, as the mail page of the admin shows them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet

from common.mail_failures import ADVICE
from common.models import OutgoingMail

FAILED_LATELY = timedelta(days=30)
MAX_ROWS = 25
TEST_KEY = "test-mail:"


@dataclass(frozen=True)
class MailServer:
    """The mail settings without the password. ``folder`` is set if mails are written to files."""

    host: str
    port: int
    encryption: str
    signs_in: bool
    sender: str
    folder: Path | None

    @property
    def is_in_the_clear(self) -> bool:
        """True if the connection to the mail server is not encrypted."""
        return not self.encryption and self.folder is None


@dataclass(frozen=True)
class Numbers:
    """Counts of waiting and of recently failed mails; the oldest waiting; the last sent."""

    waiting: int
    oldest: datetime | None
    failed: int
    last_sent: datetime | None


@dataclass(frozen=True)
class ShownMail:
    """One mail with advice about its last failure."""

    mail: OutgoingMail

    @property
    def advice(self) -> str:
        return ADVICE.get(self.mail.last_error, "")

    @property
    def is_sent(self) -> bool:
        """True if the mail server accepted it."""
        return self.mail.sent_at is not None

    @property
    def is_over(self) -> bool:
        """True if it is sent, or failed permanently."""
        return self.is_sent or self.mail.failed_at is not None

    @property
    def polls_every(self) -> str:
        """The polling interval of a page for htmx; empty if the page should not poll."""
        if self.is_over:
            return ""
        return "15s" if self.mail.last_error else "2s"


def has_mail_server() -> bool:
    """False if mails are only written to files, so that nobody receives them."""
    return settings.MAIL_FOLDER is None


def mail_server() -> MailServer:
    """The mail server of the settings."""
    encryption = {settings.EMAIL_USE_TLS: "STARTTLS", settings.EMAIL_USE_SSL: "TLS"}
    return MailServer(
        host=settings.EMAIL_HOST,
        port=settings.EMAIL_PORT,
        encryption=encryption.get(True, ""),
        signs_in=bool(settings.EMAIL_HOST_USER and settings.EMAIL_HOST_PASSWORD),
        sender=settings.DEFAULT_FROM_EMAIL,
        folder=settings.MAIL_FOLDER,
    )


def numbers(now: datetime) -> Numbers:
    """Read the counts in one query."""
    waiting = Q(sent_at=None, failed_at=None)
    counts = OutgoingMail.objects.aggregate(
        waiting=Count("pk", filter=waiting),
        oldest=Min("created_at", filter=waiting),
        failed=Count("pk", filter=Q(failed_at__gt=now - FAILED_LATELY)),
        last_sent=Max("sent_at"),
    )
    return Numbers(**counts)


def in_trouble(now: datetime) -> tuple[list[ShownMail], list[ShownMail]]:
    """Mails that wait after a failed attempt, and recently failed ones; newest first."""
    rows = OutgoingMail.objects.defer("body").filter(sent_at=None)
    tried = rows.filter(failed_at=None).exclude(last_error="").order_by("-created_at")
    failed = rows.filter(failed_at__gt=now - FAILED_LATELY).order_by("-failed_at")
    return _shown(tried[:MAX_ROWS]), _shown(failed[:MAX_ROWS])


def _shown(rows: "QuerySet[OutgoingMail]") -> list[ShownMail]:
    return [ShownMail(row) for row in rows]
