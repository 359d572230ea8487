"""Which modules of credentials_app a due row and the POST of *Add credentials* pass through.

    .venv/bin/python -m bench.rooms [--list]

A room is a module, a stay is a call from another module, a return is a stay in a room that was
visited before. Models, and what a form or a template reads by itself, count as they are called.
The registry is played by hand; the first list ends where the registry is asked, the second begins
with its answer. docs/architecture.md has the lists.
"""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from bench.pages import product

ROOT = f"{Path(__file__).resolve().parent.parent}/"
SUBJECT = "credentials_app/"
OURS = (SUBJECT, "workspaces/", "common/", "registry/", "config/", "tests/", "bench/")


class Walk:
    """A profiler that notes each call into a module from another module of ours."""

    def __init__(self) -> None:
        self.stays: list[tuple[str, str]] = []

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        here = _room(frame.f_code)
        if event != "call" or here is None:
            return
        caller = frame.f_back
        while caller is not None and _room(caller.f_code) is None:
            caller = caller.f_back
        if caller is None or _room(caller.f_code) != here:
            self.stays.append((here, frame.f_code.co_name))

    def of(self, what: Callable[[], object]) -> list[tuple[str, str]]:
        """The stays of one call, in this thread and in those that it starts."""
        threading.setprofile(self)
        sys.setprofile(self)
        try:
            what()
        finally:
            sys.setprofile(None)
            threading.setprofile(None)  # type: ignore[arg-type]
        return [stay for stay in self.stays if _counts(stay[0])]


def _room(code: CodeType) -> str | None:
    name = code.co_filename.removeprefix(ROOT)
    return name.removesuffix(".py") if name.startswith(OURS) else None


def _counts(room: str) -> bool:
    return room.startswith(SUBJECT) and not room.startswith(f"{SUBJECT}models/")


def say(title: str, stays: list[tuple[str, str]], *, listed: bool) -> None:
    """One line of figures, and the rooms in the order of their first visit."""
    rooms = list(dict.fromkeys(room for room, _ in stays))
    returns = len(stays) - len(rooms)
    print(f"{title}: {len(rooms)} rooms, {len(stays)} stays, {returns} returns")
    if listed:
        print("  " + " > ".join(room.removeprefix(SUBJECT) for room in rooms))


def due_row() -> list[tuple[str, str]]:
    """A scheduled check of one row, from its task to the next one."""
    from credentials_app import tasks
    from credentials_app.models import Credential
    from registry.outcome import Outcome
    from tests.credentials_app import scenes

    row = scenes.checked(scenes.stored(), Outcome.VALID)
    Credential.objects.filter(pk=row.pk).update(next_check_at=row.last_checked_at)
    with scenes.registry_says(Outcome.VALID):
        return Walk().of(lambda: tasks.check_batch([str(row.pk)]))


def post_of_add() -> list[tuple[str, str]]:
    """The POST that stores a new credential."""
    from tests import cast
    from tests.credentials_app import scenes
    from workspaces.places import credentials_url

    client, address = cast.client_for(cast.alice()), credentials_url(scenes.seat().workspace, "add")
    client.defaults["SERVER_NAME"] = "localhost"
    client.get(address)
    typed = {
        "name": "brand-new",
        "provider": "generic",
        "username": "ci-robot",
        "secret": "made-up-password-1",
        "server": "registry.example.org",
        "need": "pull",
    }

    def post() -> None:
        assert client.post(address, typed).status_code == 302

    return Walk().of(post)


def main() -> None:
    """Print all three."""
    listed = "--list" in sys.argv
    with product(postgresql=False):
        way = due_row()
        answered = next(n for n, (_, name) in enumerate(way) if name == "conclude")
        say("claim", way[:answered], listed=listed)
        say("record", way[answered:], listed=listed)
        say("POST of Add credentials", post_of_add(), listed=listed)


if __name__ == "__main__":
    main()
