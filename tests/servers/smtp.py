"""A real SMTP server that keeps what it is given."""

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers.process import LOOPBACK, free_port


@dataclass
class Mailbox:
    """Every mail that came in, in order; ``refuse`` is an answer to give instead of taking it."""

    host: str
    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    refuse: str = ""

    @property
    def url(self) -> str:
        return f"smtp://{self.host}:{self.port}"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        if self.refuse:
            return self.refuse
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(mail)
        return "250 Message accepted for delivery"

    def wait_for(self, count: int, limit_s: float = 20) -> list[EmailMessage]:
        """The mails, as soon as there are ``count``, or what came until the time was up."""
        deadline = time.monotonic() + limit_s
        while len(self.mails) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        return list(self.mails)


@contextlib.contextmanager
def smtp() -> Iterator[Mailbox]:
    """Listen on a free loopback port until the block ends."""
    mailbox = Mailbox(LOOPBACK, free_port())
    controller = Controller(mailbox, hostname=mailbox.host, port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
