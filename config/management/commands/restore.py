"""Brings a backup back, or continues with checks and mails afterwards."""

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.backup.archive import BadBackup
from config.backup.backup import STDOUT
from config.backup.content import private_file
from config.backup.encryption import decrypt, is_encrypted
from config.backup.restore import continue_after_restore, restore_backup
from config.runtime.process import keep_private
from config.runtime.startup import faults_of_keys, faults_of_settings
from workspaces.audit import Caller

NEXT = (
    "Start Lockkeeper and sign in: every session has ended. Checks and mails are paused until an "
    "administrator continues (Admin audit > Restored), or manage.py restore --continue does."
)


class Command(BaseCommand):
    """``manage.py restore FILE``; Lockkeeper must be stopped."""

    help = (
        "Replace all rows by those of a backup. Everything is checked before: the digest, the "
        "keys, the release. If something is wrong, nothing is changed."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, or the word to continue."""
        parser.add_argument("file", nargs="?", help="the backup; - for standard input")
        parser.add_argument("--identity", help="the file with the age private key")
        parser.add_argument(
            "--continue", action="store_true", dest="go_on", help="end the pause after a restore"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore, or continue."""
        keep_private()
        for sentence in (*faults_of_settings(), *faults_of_keys()):
            raise CommandError(sentence)
        if options["go_on"]:
            self._go_on()
            return
        if not options["file"]:
            raise CommandError("Name the file of the backup.")
        try:
            with TemporaryDirectory(dir=_room()) as folder:
                restore_backup(self._plain(options, Path(folder)), say=self._say)
        except BadBackup as refused:
            raise CommandError(f"{refused} Nothing was changed.") from None
        except OSError as error:
            raise CommandError(
                f"{error.strerror}: {error.filename or _room()}. Nothing was changed."
            ) from None
        self._say(f"Restored. {NEXT}")

    def _plain(self, options: dict[str, Any], folder: Path) -> Path:
        """The file as it was before encryption, from wherever it comes."""
        file = Path(options["file"])
        if options["file"] == STDOUT:
            file = folder / "given"
            with private_file(file) as stream:
                shutil.copyfileobj(sys.stdin.buffer, stream)
        if not is_encrypted(file):
            return file
        if not options["identity"]:
            raise BadBackup("The backup is encrypted: name the private key with --identity.")
        decrypt(file, Path(options["identity"]), folder / "plain")
        return folder / "plain"

    def _go_on(self) -> None:
        if not continue_after_restore(actor="command", caller=Caller("command")):
            raise CommandError("Nothing is paused.")
        self._say("Checks and mails go on.")

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


def _room() -> str | None:
    """The folder for large temporary files: the data folder, if there is one."""
    return str(settings.LOCKKEEPER_DATA) if settings.LOCKKEEPER_DATA.is_dir() else None
