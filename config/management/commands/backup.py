"""Makes a backup: all rows in one file, without the keys."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.backup import backup
from config.backup.archive import BadBackup


class Command(BaseCommand):
    """``manage.py backup``; Lockkeeper may run meanwhile."""

    help = (
        "Write all rows into one file that only you can read. It has no key: keep the sealing keys "
        "elsewhere. It names the keys that it needs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and for whom."""
        parser.add_argument("--output", help="the new file; - for standard output")
        parser.add_argument("--to", default="", help="encrypt to this age public key (age1…)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, and say where it is and which keys it needs."""
        given = options["output"]
        file = Path(given) if given else backup.new_file("backup", timezone.now())
        try:
            if given == backup.STDOUT:
                manifest = backup.write_to_stdout(recipient=options["to"])
            else:
                manifest = backup.write_backup(file, recipient=options["to"])
        except BadBackup as refused:
            raise CommandError(str(refused)) from None
        except OSError as error:
            where = f": {error.filename}" if error.filename else ""
            raise CommandError(
                f"The backup could not be written ({error.strerror}{where})."
            ) from None
        keys = ", ".join(manifest.keys)
        self.stderr.write(
            f"Made {'a backup' if given == backup.STDOUT else file}. To restore it, these sealing "
            f"keys are needed: {keys}. They are not in it."
        )
