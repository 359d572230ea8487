"""``manage.py up``: starts and stops all processes of Lockkeeper on this machine."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections

from common.links import absolute
from config.runtime import embedded
from config.runtime.data_folder import CannotRun, DataFolder, write_key
from config.runtime.startup import database_is_sealed, refuse_bad_start, stop
from config.runtime.supervisor import Supervisor
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
            status = self._run(folder)
        except CannotRun as error:
            stop(str(error), os.EX_CONFIG)
        raise SystemExit(status)

    def _run(self, folder: DataFolder) -> int:
        folder.prepare()
        lock = folder.lock()
        self._make_missing_keys(folder)
        refuse_bad_start()
        listening = embedded.listen(settings.LOCKKEEPER_BIND, settings.LOCKKEEPER_PORT)
        embedded.bring_up_to_date(folder)
        refuse_bad_start()
        supervisor = Supervisor(embedded.programs(folder, listening), self._say)
        supervisor.install_signal_handlers()
        status = supervisor.run(lambda: self._announce(folder))
        os.close(lock)
        return status

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

    def _announce(self, folder: DataFolder) -> None:
        if not embedded.is_answering():
            self._say(f"The pages do not answer yet: see {folder.logs / 'web.log'}")
            return
        if setup_code.is_needed():
            code = setup_code.issue()
            self._say(f"Make the first account at {absolute(SET_UP)} with the one-time code {code}")
        connections.close_all()
        self._say(f"Lockkeeper runs at {settings.SITE_URL}")
        self._say(f"Data, keys and logs are in {folder.path}. Ctrl-C ends it.")

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()
