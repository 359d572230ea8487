"""`check_login` as a process of its own: its exit status, and where its secret is not."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.stand_ins.conftest import world
from tests.stand_ins.gitlab import Ban
from tests.stand_ins.world import World

pytestmark = pytest.mark.one_database

__all__ = ["world"]  # the furnished GitLab, as a fixture

ROOT = Path(__file__).parents[2]
READ = ("read_registry",)


def started(world: World, *options: str) -> subprocess.Popen[bytes]:
    """The command, waiting for a secret on its standard input."""
    web = world.gitlab.web_url.partition("//")[2]
    return subprocess.Popen(
        [
            *(sys.executable, "manage.py", "check_login", world.gitlab.registry_url),
            *("--username", "anna", "--password-stdin", "--json", "--allow-http"),
            *("--allow-private", "127.0.0.0/8:*", "--trust-sign-in", web, *options),
        ],
        cwd=ROOT,
        env={"PATH": "/usr/bin", "DJANGO_SETTINGS_MODULE": "config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def live(world: World) -> str:
    return world.state.add_token(world.anna, *READ).token


def revoked(world: World) -> str:
    return world.state.add_token(world.anna, *READ, revoked=True).token


def shut_out(world: World) -> str:
    world.state.flags.ban = Ban(max_failures=1)
    world.sign_in(("anna", "made-up-wrong-password"))
    return live(world)


@pytest.mark.parametrize(
    ("make", "options", "status", "outcome"),
    [
        (live, (), 0, "valid"),
        (revoked, (), 1, "revoked"),
        (shut_out, (), 2, "banned"),
        (live, ("--expires-on", "tomorrow"), 64, ""),
    ],
    ids=["valid", "not valid", "could not be told", "wrong usage"],
)
def test_a_process_of_its_own_tells_by_its_status_and_never_the_secret(
    world: World, make: Any, options: tuple[str, ...], status: int, outcome: str
) -> None:
    secret = make(world)
    world.gitlab.forget()
    shown: list[bytes] = []
    with started(world, *options) as process:
        of_process = Path(f"/proc/{process.pid}")
        world.gitlab.requests.listen(
            lambda _one: shown.extend(
                (of_process / name).read_bytes() for name in ("cmdline", "environ")
            )
        )
        out, err = process.communicate(secret.encode(), timeout=50)
    assert process.returncode == status, err.decode()
    assert secret.encode() not in b"".join([out, err, *shown])
    assert bool(shown) is bool(outcome), "it was looked at while it asked"
    assert not outcome or json.loads(out)["outcome"] == outcome
    assert world.gitlab.deeds == []
