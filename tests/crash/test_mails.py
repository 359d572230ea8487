"""`kill -9` of the worker while mails leave through a server that fails: none is missing."""

import time
from collections import Counter
from collections.abc import Callable

import pytest

from tests.config.installation import Installation
from tests.crash.action_process import ActionProcess
from tests.crash.conftest import Tell
from tests.crash.product import Product, running
from tests.servers.smtp import Mailbox, smtp

pytestmark = pytest.mark.journey
LIMIT_S = 90


def until(holds: Callable[[], object], product: Product) -> None:
    end = time.monotonic() + LIMIT_S
    while not holds():
        assert time.monotonic() < end, product.words()
        time.sleep(0.05)


def arrived(mailbox: Mailbox) -> Counter[str]:
    """How often each Message-ID came in."""
    return Counter(str(letter["Message-ID"]) for letter in list(mailbox.mails))


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("mails", "kills"), [(40, 2), pytest.param(120, 5, marks=pytest.mark.long)]
)
def test_every_mail_arrives_and_only_what_was_in_the_air_arrives_twice(
    installation: Installation, tell: Tell, mails: int, kills: int
) -> None:
    """A mail server that keeps a mail and cannot say so gets it again, with the same id."""
    with smtp() as mailbox:
        mailbox.slow_s, mailbox.refuses_each, mailbox.dies_each = 0.3, 7, 13
        installation.environment["EMAIL_URL"] = mailbox.url
        with (
            running(installation) as product,
            ActionProcess(product.environment(), installation.folder / "actions.log") as actions,
        ):
            in_the_air: set[str] = set()
            written = set(actions.do("write_mails", count=mails))
            for number in range(1, kills + 1):
                wanted = number * mails // (kills + 2)
                until(lambda wanted=wanted: len(arrived(mailbox)) >= wanted, product)
                until(lambda: actions.do("claimed_mails"), product)
                died_at = product.kill("worker")
                in_the_air |= set(actions.do("claimed_mails"))
                actions.do("end_claims_of_the_dead", died_at=died_at)
                actions.do("hurry_mails")
            mailbox.slow_s = 0
            until(lambda: actions.do("hurry_mails") == 0 or time.sleep(2), product)
    found = arrived(mailbox)
    twice = {one for one, times in found.items() if times > 1}
    tell(
        "REL-02: mails through a server that fails",
        f"  {mails} mails, {kills} kills of the worker, {mailbox.offered} times offered: "
        f"{len(written - set(found))} missing, {len(twice)} more than once, "
        f"{len(twice - set(mailbox.unanswered))} of these by a kill",
    )
    assert set(found) == written
    assert twice <= in_the_air | set(mailbox.unanswered)
    assert mailbox.unanswered
    assert in_the_air
