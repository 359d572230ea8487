"""Prune the history of checks now; the timetable does it every hour."""

from typing import Any

from django.core.management.base import BaseCommand

from common.clock import database_now
from credentials_app.checks.retention import prune_runs


class Command(BaseCommand):
    """`manage.py prune_history`."""

    help = (
        "Remove checks that are no longer kept: of each credential all of the last 30 days stay, "
        "and before that one for each change and each day (UTC)."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        done = prune_runs(database_now())
        self.stdout.write(
            f"{done.removed} checks removed; every check since {done.whole_since:%Y-%m-%d} is kept."
        )
