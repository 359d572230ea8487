"""How mail leaves, and what became of it lately: what the mail page of the admin shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Count, Max, Min, Q, QuerySet

from common.mail_failures import ADVICE
from common.models import OutgoingMail

FAILED_LATELY = timedelta(days=30)
MOST_SHOWN = 25
TEST_KEY = "test-mail:"


@dataclass(frozen=True)
class MailServer:
    """The way out; never the password. ``folder`` is set when mails are kept as files."""

    host: str
    port: int
    encryption: str
    signs_in: bool
    sender: str
    folder: Path | None

    @property
    def is_in_the_clear(self) -> bool:
        """Whether whoever is on the way can read the mails."""
        return not self.encryption and self.folder is None


@dataclass(frozen=True)
class Numbers:
    """How many mails wait, since when the oldest, how many failed lately, when one left last."""

    waiting: int
    oldest: datetime | None
    failed: int
    last_sent: datetime | None


@dataclass(frozen=True)
class ShownMail:
    """One mail that has not left, with what is in its way."""

    mail: OutgoingMail

    @property
    def advice(self) -> str:
        """What to do about it."""
        return ADVICE.get(self.mail.last_error, "")

    @property
    def is_sent(self) -> bool:
        """Whether a mail server took it."""
        return self.mail.sent_at is not None

    @property
    def is_over(self) -> bool:
        """Whether nothing will change any more."""
        return self.is_sent or self.mail.failed_at is not None

    @property
    def polls_every(self) -> str:
        """How soon a page should ask again, as htmx reads it; empty for not at all."""
        if self.is_over:
            return ""
        return "15s" if self.mail.last_error else "2s"


def mail_server() -> MailServer:
    """As the settings have it."""
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
    """In one query."""
    waits = Q(sent_at=None, failed_at=None)
    found = OutgoingMail.objects.aggregate(
        waiting=Count("pk", filter=waits),
        oldest=Min("created_at", filter=waits),
        failed=Count("pk", filter=Q(failed_at__gt=now - FAILED_LATELY)),
        last_sent=Max("sent_at"),
    )
    return Numbers(**found)


def in_trouble(now: datetime) -> tuple[list[ShownMail], list[ShownMail]]:
    """Mails that wait after an attempt, and those that failed for good lately; newest first."""
    rows = OutgoingMail.objects.defer("body").filter(sent_at=None)
    tried = rows.filter(failed_at=None).exclude(last_error="").order_by("-created_at")
    failed = rows.filter(failed_at__gt=now - FAILED_LATELY).order_by("-failed_at")
    return _shown(tried[:MOST_SHOWN]), _shown(failed[:MOST_SHOWN])


def _shown(rows: "QuerySet[OutgoingMail]") -> list[ShownMail]:
    return [ShownMail(row) for row in rows]
