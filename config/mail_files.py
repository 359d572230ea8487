"""Mails as files, for as long as nobody has named a mail server."""

import os
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class FileMails(BaseEmailBackend):
    """Writes each mail to a file of its own that only the owner can read."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails and say how many they were."""
        folder = Path(settings.MAIL_FOLDER or settings.LOCKKEEPER_DATA / "mails")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for mail in email_messages:
            name = f"{timezone.now():%Y-%m-%dT%H-%M-%S}-{uuid4().hex[:8]}.eml"
            unfinished = folder / f".{name}"
            with open(
                unfinished, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)
            ) as file:
                file.write(mail.message().as_bytes())
            unfinished.rename(folder / name)
        return len(email_messages)
