"""Seals all stored values with the newest key, so that an older key can be taken away."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from common import reseal
from common.crypto import KeyRing, get_key_ring
from common.reseal import Resealed
from workspaces import audit
from workspaces.audit import Caller

SAY_EVERY_S = 2.0
STEPS_BEFORE = "Every process must have both keys, the new one first, before you reseal."


class Command(BaseCommand):
    """``manage.py reseal``; with ``--check`` it only says what each key has sealed."""

    help = (
        "Seal every stored secret again with the newest key. Lockkeeper may run meanwhile, and a "
        "run that was interrupted goes on where it ended. Exit status 0: the newest key has sealed "
        "everything, and the others can be taken away."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """One option."""
        parser.add_argument(
            "--check", action="store_true", help="change nothing; say what each key has sealed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Reseal, then count what is left by looking."""
        ring = get_key_ring()
        if not options["check"]:
            self._reseal(ring)
        self._say_counts()
        left = reseal.left_to_reseal(ring)
        newest, others = ring.names[0], ring.names[1:]
        if left:
            self.stdout.write(
                f"Not everything is sealed with the newest key {newest}: {left} values are not. "
                + ("Run manage.py reseal." if options["check"] else "Run it again.")
            )
            raise SystemExit(1)
        self.stdout.write(f"The newest key {newest} has sealed everything.")
        if others:
            self.stdout.write(f"You can take away {', '.join(others)}.")

    def _reseal(self, ring: KeyRing) -> None:
        total = reseal.left_to_reseal(ring)
        if not total:
            return
        self.stdout.write(f"{total} values to seal with key {ring.names[0]}. {STEPS_BEFORE}")
        self.stdout.flush()
        progress = _Progress(self, total)
        done = reseal.reseal_all(ring, on_progress=progress.show)
        for (place, cause), count in sorted(done.lost.items()):
            self.stdout.write(f"{place}: {count} values cannot be opened ({cause}).")
        _record(ring, done)
        self.stdout.write(f"Sealed {done.done} values in {progress.took()}.")

    def _say_counts(self) -> None:
        for place, counts in reseal.counts_by_key().items():
            by_key = ", ".join(f"{count} with {name}" for name, count in sorted(counts.items()))
            self.stdout.write(f"{place}: {by_key or 'nothing'}")


class _Progress:
    """Says every two seconds how far it is and how long the rest takes."""

    def __init__(self, command: BaseCommand, total: int) -> None:
        self._command, self._total = command, total
        self._began = self._said = time.monotonic()

    def show(self, done: int) -> None:
        now = time.monotonic()
        if not done or now - self._said < SAY_EVERY_S:
            return
        self._said = now
        left = (now - self._began) / done * max(self._total - done, 0)
        self._command.stdout.write(
            f"{done} of {self._total} ({100 * done // max(self._total, done)} %), "
            f"about {_spelled(left)} left"
        )
        self._command.stdout.flush()

    def took(self) -> str:
        return _spelled(time.monotonic() - self._began)


def _spelled(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def _record(ring: KeyRing, done: Resealed) -> None:
    """The audit event; its commit waits until all others are on the disk, too."""
    audit.record(
        "instance:keys:reseal",
        actor="command",
        caller=Caller("command"),
        outcome="done" if not done.lost else "failed",
        details={"count": done.done, "new": ring.names[0], "old": list(ring.names[1:])},
    )
