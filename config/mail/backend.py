"""A mail backend that writes files, for an instance without a mail server."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

KEPT = timedelta(days=7)


class FileMails(BaseEmailBackend):
    """Writes each mail to its own file, which only the owner can read.

    It writes a mail with a Message-ID once, however often the mail is sent: the sender may have
    been killed before it recorded that it sent the mail.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the mails; returns their number."""
        folder = _folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for mail in email_messages:
            mark = _mark(mail)
            if not any(folder.glob(f"[!.]*-{mark}.eml")):
                _write(mail, folder, f"{timezone.now():%Y-%m-%dT%H-%M-%S}-{mark}.eml")
        return len(email_messages)


def delete_old_files(now: datetime) -> int:
    """Delete the mails that were written 7 days ago; returns their number."""
    names = ("*.eml", ".*.eml")
    files = [file for name in names for file in _folder().glob(name) if file.is_file()]
    old = [file for file in files if file.lstat().st_mtime < (now - KEPT).timestamp()]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _folder() -> Path:
    return Path(settings.MAIL_FOLDER or settings.LOCKKEEPER_DATA / "mails")


def _mark(mail: EmailMessage) -> str:
    """A hash of the Message-ID; random for a mail without one."""
    message_id = mail.extra_headers.get("Message-ID", "")
    return sha256(message_id.encode()).hexdigest()[:16] if message_id else uuid4().hex[:16]


def _write(mail: EmailMessage, folder: Path, name: str) -> None:
    """Write the file under another name first, so that it is complete when it appears."""
    unfinished = folder / f".{name}"
    with open(unfinished, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(mail.message().as_bytes())
    unfinished.rename(folder / name)
