"""A real SMTP server that stores mails, and fails as a test demands."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.servers.process import LOOPBACK, free_port
from tests.servers.tls import Certificate

TAKEN = "250 Message accepted for delivery"


@dataclass
class Mailbox:
    """Every mail that came in, in order; the other figures say how the server behaves.

    ``refuse`` and ``refuse_recipients`` are answers to give instead of taking mail or address;
    ``dies_after_data``: it keeps the mail and hangs up in silence. It waits ``slow_s`` before
    it takes an address, ``silent_s`` before it says that it took the mail, ``quits_after_s`` before
    its goodbye. Every so many mails it refuses one for now (``refuses_each``), or dies after one
    (``dies_each``). ``offered`` counts mails, ``unanswered`` names those that it kept in silence.
    """

    host: str
    port: int
    scheme: str = "smtp"
    login: tuple[str, str] | None = None
    mails: list[EmailMessage] = field(default_factory=list)
    refuse: str = ""
    refuse_recipients: str = ""
    refuse_times: int = 1_000_000
    dies_after_data: bool = False
    refuses_each: int = 0
    dies_each: int = 0
    slow_s: float = 0
    silent_s: float = 0
    offered: int = 0
    unanswered: list[str] = field(default_factory=list)
    quits_after_s: float = 0

    @property
    def url(self) -> str:
        """Its EMAIL_URL."""
        account = ":".join(quote(part, safe="") for part in self.login) + "@" if self.login else ""
        return f"{self.scheme}://{account}{self.host}:{self.port}"

    def is_let_in(
        self, server: Any, session: Any, envelope: Any, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        """True if this user name and password are correct."""
        told = given.login.decode(), given.password.decode()
        return AuthResult(success=told == self.login, handled=False)

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.login and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        await asyncio.sleep(self.slow_s)
        if self.refuse_recipients:
            return self.refuse_recipients
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        self.offered += 1
        if self.refuse and self.refuse_times > 0:
            self.refuse_times -= 1
            return self.refuse
        if self.refuses_each and self.offered % self.refuses_each == 0:
            return "451 Try later"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append(mail)
        if self.dies_after_data or (self.dies_each and self.offered % self.dies_each == 0):
            self.unanswered.append(str(mail["Message-ID"]))
            server.transport.abort()
            return ""
        await asyncio.sleep(self.silent_s)
        return TAKEN

    async def handle_QUIT(  # noqa: N802 - the library's name
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        await asyncio.sleep(self.quits_after_s)
        return "221 Bye"

    def wait_for(self, count: int, limit_s: float = 20) -> list[EmailMessage]:
        """The mails once there are ``count``, or those that came until the time was up."""
        deadline = time.monotonic() + limit_s
        while len(self.mails) < count and time.monotonic() < deadline:
            time.sleep(0.05)
        return list(self.mails)


@contextlib.contextmanager
def smtp(
    *,
    scheme: str = "smtp",
    login: tuple[str, str] | None = None,
    certificate: Certificate | None = None,
) -> Iterator[Mailbox]:
    """Listen on a free loopback port until the block ends."""
    mailbox = Mailbox(LOOPBACK, free_port(), scheme, login)
    encryption = _encryption(certificate) if certificate else None
    starttls = encryption if scheme == "smtp+tls" else None
    controller = Controller(
        mailbox,
        hostname=mailbox.host,
        port=mailbox.port,
        ssl_context=encryption if scheme == "smtp+ssl" else None,
        tls_context=starttls,
        require_starttls=starttls is not None,
        authenticator=mailbox.is_let_in if login else None,
        auth_require_tls=starttls is not None or login is None,
    )
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def _encryption(certificate: Certificate) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(certificate.chain, certificate.key)
    return made
