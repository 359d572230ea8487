"""Worker and timetable are dead and nobody starts them again: the web process tells it."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email import message_from_bytes, policy

import pytest

from tests.config.installation import Installation
from tests.crash.action_process import ActionProcess
from tests.crash.product import Product, running

pytestmark = pytest.mark.journey
STOPPED = (503, "The checker has stopped.\n")
WELL = (200, "ok\n")
LOOKED_AT_LAST_S = 90


def health(product: Product) -> tuple[int, str]:
    address = f"http://127.0.0.1:{product.port}/healthz/checker"
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def letters(installation: Installation) -> list[tuple[str, str]]:
    """Mails as files, as they are kept without a mail server: to whom, and about what."""
    files = sorted((installation.data / "mails").glob("[!.]*.eml"))
    found = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]
    return [(str(letter["To"]), str(letter["Subject"])) for letter in found]


def until(holds: Callable[[], bool], product: Product) -> None:
    end = time.monotonic() + LOOKED_AT_LAST_S
    while not holds():
        assert time.monotonic() < end, product.words()
        time.sleep(0.2)


@pytest.mark.timeout(200)
@pytest.mark.parametrize("ends", [False, pytest.param(True, marks=pytest.mark.long)])
def test_a_dead_worker_and_a_dead_beat_are_told_once_by_the_web_process(
    installation: Installation, ends: bool
) -> None:
    """And, if the stop ``ends``, that Lockkeeper checks again; the web process reads the heartbeat
    every 20 seconds."""
    with running(installation) as product:
        log = installation.folder / "actions.log"
        with ActionProcess(product.environment(), log) as actions:
            to = actions.do("administrator")
            until(lambda: health(product) == WELL, product)
            supervisor = product.supervisor()
            supervisor.suspend()  # or it would start them again
            for name in ("worker", "beat"):
                product.kill(name)
            assert health(product) == WELL
            actions.do("silence", minutes=11)
            until(lambda: health(product) == STOPPED, product)
            stopped = (to, "Lockkeeper has stopped checking")
            until(lambda: letters(installation) == [stopped], product)
            supervisor.resume()
            if not ends:
                return
            until(lambda: bool(actions.do("enqueue")) and health(product) == WELL, product)
            until(
                lambda: letters(installation) == [stopped, (to, "Lockkeeper checks again")], product
            )
