"""Mails as files, for as long as nobody has named a mail server."""

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class FileMails(BaseEmailBackend):
    """Writes each mail to a file of its own that only the owner can read.

    A mail with a Message-ID is written once, however often it is sent: whoever sent it may have
    been killed before that could be noted.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails and say how many they were."""
        folder = Path(settings.MAIL_FOLDER or settings.LOCKKEEPER_DATA / "mails")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for mail in email_messages:
            mark = _mark(mail)
            if not any(folder.glob(f"[!.]*-{mark}.eml")):
                _write(mail, folder, f"{timezone.now():%Y-%m-%dT%H-%M-%S}-{mark}.eml")
        return len(email_messages)


def _mark(mail: EmailMessage) -> str:
    """The same for the same Message-ID, and for a mail without one like no other."""
    known = mail.extra_headers.get("Message-ID", "")
    return sha256(known.encode()).hexdigest()[:16] if known else uuid4().hex[:16]


def _write(mail: EmailMessage, folder: Path, name: str) -> None:
    """The file is there when it is whole."""
    unfinished = folder / f".{name}"
    with open(unfinished, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(mail.message().as_bytes())
    unfinished.rename(folder / name)
