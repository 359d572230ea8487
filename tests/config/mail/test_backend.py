"""Without a mail server mails are files that only the owner reads."""

import os
from datetime import timedelta
from email import policy
from email.parser import BytesParser
from pathlib import Path

from django.conf import LazySettings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone

from config import tasks
from config.mail.backend import delete_old_files

BACKEND = "config.mail.backend.FileMails"


def test_a_mail_is_kept_whole(settings: LazySettings, tmp_path: Path) -> None:
    settings.MAIL_FOLDER = tmp_path / "mails"
    mail = EmailMultiAlternatives(
        "Prüfung", "plain words ü", "lockkeeper@example.org", ["alice@example.org"]
    )
    mail.attach_alternative("<p>rich words</p>", "text/html")
    sent = get_connection(BACKEND).send_messages([mail, mail])
    files = list(settings.MAIL_FOLDER.iterdir())
    assert sent == len(files) == 2
    assert {file.suffix for file in files} == {".eml"}
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert settings.MAIL_FOLDER.stat().st_mode & 0o777 == 0o700
    read = BytesParser(policy=policy.default).parsebytes(files[0].read_bytes())
    assert read["Subject"] == "Prüfung"
    assert read["To"] == "alice@example.org"
    texts = [part.get_content().strip() for part in read.walk() if not part.is_multipart()]
    assert texts == ["plain words ü", "<p>rich words</p>"]


def test_a_mail_that_is_sent_again_is_kept_once(settings: LazySettings, tmp_path: Path) -> None:
    settings.MAIL_FOLDER = tmp_path
    for message_id in ("<1@example.org>", "<2@example.org>", "<1@example.org>"):
        mail = EmailMultiAlternatives("Checked", "plain words", headers={"Message-ID": message_id})
        assert get_connection(BACKEND).send_messages([mail]) == 1
    read = [BytesParser().parsebytes(file.read_bytes()) for file in tmp_path.iterdir()]
    assert sorted(mail["Message-ID"] for mail in read) == ["<1@example.org>", "<2@example.org>"]


def test_files_are_deleted_after_seven_days(settings: LazySettings, tmp_path: Path) -> None:
    settings.MAIL_FOLDER = tmp_path
    now = timezone.now()
    for days in (0, 6, 8, 30):
        for name in (f"{days}-made-up.eml", f".{days}-unfinished.eml"):
            (tmp_path / name).write_text("a link")
            then = (now - timedelta(days=days)).timestamp()
            os.utime(tmp_path / name, (then, then))
    (tmp_path / "notes.txt").write_text("somebody's own")
    os.utime(tmp_path / "notes.txt", (0, 0))
    tasks.forget_mail_files()
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        ".0-unfinished.eml",
        ".6-unfinished.eml",
        "0-made-up.eml",
        "6-made-up.eml",
        "notes.txt",
    ]


def test_a_folder_that_is_missing_has_nothing_to_delete(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.MAIL_FOLDER = tmp_path / "mails"
    assert delete_old_files(timezone.now()) == 0
