"""``manage.py up``: starts and stops all processes of Lockkeeper on this machine."""

import os
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections
from django.utils import timezone

from common.links import absolute
from config.backup import backup
from config.backup.archive import BadBackup
from config.runtime import embedded
from config.runtime.data_folder import CannotRun, DataFolder, write_key
from config.runtime.startup import database_is_sealed, refuse_bad_start, stop
from config.runtime.supervisor import take_over
from workspaces.sign_in import setup_code

SET_UP = "/set-up/"
NEEDS_ITS_KEY = (
    "This data folder holds sealed secrets, but the key file {file} is missing: put it back."
)


class Command(BaseCommand):
    """Runs web, worker, timetable and queue under one supervisor, in one data folder."""

    help = "Start Lockkeeper on this machine: web, worker, timetable and queue, until Ctrl-C."
    requires_system_checks = ()
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until a signal stops it."""
        os.umask(0o077)
        folder = DataFolder(settings.LOCKKEEPER_DATA)
        try:
            self._run(folder)
        except CannotRun as error:
            stop(str(error), os.EX_CONFIG)

    def _run(self, folder: DataFolder) -> NoReturn:
        folder.prepare()
        lock = folder.lock()
        self._make_missing_keys(folder)
        refuse_bad_start()
        listening = embedded.listen(settings.LOCKKEEPER_BIND, settings.LOCKKEEPER_PORT)
        self._back_up_before_migration()
        embedded.bring_up_to_date(folder)
        refuse_bad_start()
        self.fill()
        programs, words = embedded.programs(folder, listening), list(self.announcement(folder))
        connections.close_all()
        take_over(programs, words, descriptors=(lock, listening.fileno()))

    def _back_up_before_migration(self) -> None:
        """Keep what is there before its tables change, and say how to go back."""
        file = backup.new_file(backup.BEFORE_MIGRATION, timezone.now())
        try:
            is_made = backup.write_before_migration(file)
        except (BadBackup, OSError):
            raise CannotRun(
                f"The copy before the migration could not be written to {file.parent}: give the "
                "disk more room. Nothing was migrated."
            ) from None
        if is_made:
            self._say(
                f"Made {file} before the migration. To go back: stop this, install the version "
                "that ran before, and run there "
                f"LOCKKEEPER_EMBEDDED=1 .venv/bin/python manage.py restore {file}"
            )

    def _make_missing_keys(self, folder: DataFolder) -> None:
        """On the first start, write the keys and run this command again with them."""
        missing = folder.missing_keys()
        if not missing:
            return
        sealing = [file for file in missing if file.name == "sealing_keys"]
        if sealing and database_is_sealed():
            stop(NEEDS_ITS_KEY.format(file=sealing[0]), os.EX_CONFIG)
        for file in missing:
            write_key(file)
        for file in sealing:
            self._say(f"Made {file}: back this file up, apart from the database.")
        connections.close_all()
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606  # the same command again

    def fill(self) -> None:
        """Fill the database that was just migrated; the demo does."""

    def announcement(self, folder: DataFolder) -> Iterator[str]:
        """What the terminal shows once everything runs."""
        if setup_code.is_needed():
            code = setup_code.issue()
            yield f"Make the first account at {absolute(SET_UP)} with the one-time code {code}"
        yield f"Lockkeeper runs at {settings.SITE_URL}"
        yield f"Data, keys and logs are in {folder.path}. Ctrl-C ends it."

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
