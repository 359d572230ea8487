"""What goes wrong at a real mail server: our word for it, for good or not, and nothing twice."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from socket import gaierror
from typing import Any

import pytest

from common import outbox
from common.crypto import NotGenuine
from common.mail_failures import (
    ADVICE,
    AWAY,
    FAILURES,
    HUNG_UP,
    NO_NAME,
    NO_SIGN_IN,
    NO_STARTTLS,
    NO_TLS,
    REFUSED_ADDRESS,
    REFUSED_MAIL,
    REFUSED_SENDER,
    SEALED,
    SIGN_IN,
    SLOW,
    UNKNOWN,
    UNTRUSTED,
    UNWILLING,
    MailFailure,
    failure_of,
)
from common.models import OutgoingMail
from common.outbox import Words
from config.mail.url import settings_for
from tests.servers.process import free_port
from tests.servers.smtp import Mailbox, smtp
from tests.servers.tls import Certificate, certificate

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
LOGIN = ("lockkeeper@example.org", "made-up:pass word/%?#")
SENT = ""
PATIENCE_S = 1


@dataclass(frozen=True)
class Case:
    """How the server is set up and behaves, and what the outbox has to say about it.

    ``url`` is put in place of the server's own; ``{port}`` is its port.
    """

    word: str
    final: bool = False
    scheme: str = "smtp"
    login: tuple[str, str] | None = None
    behaves: dict[str, Any] = field(default_factory=dict)
    url: str = ""
    trusted: bool = True
    names: tuple[str, ...] = ()
    arrived: int = 0


CASES = {
    "plain": Case(SENT, arrived=1),
    "STARTTLS with a login": Case(SENT, scheme="smtp+tls", login=LOGIN, arrived=1),
    "TLS at once with a login": Case(SENT, scheme="smtp+ssl", login=LOGIN, arrived=1),
    "a login in the open": Case(SENT, login=LOGIN, arrived=1),
    "a wrong password": Case(
        "the mail server refused our sign-in",
        scheme="smtp+tls",
        login=LOGIN,
        url="smtp+tls://lockkeeper:made-up-and-wrong@127.0.0.1:{port}",
    ),
    "no login where one is needed": Case(
        "our own address was refused",
        final=True,
        login=LOGIN,
        url="smtp://127.0.0.1:{port}",
    ),
    "a login where none is offered": Case(
        "the mail server offers no sign-in", url="smtp://ada:made-up@127.0.0.1:{port}"
    ),
    "an authority that nobody knows": Case(
        "the mail server's certificate is not trusted", scheme="smtp+tls", trusted=False
    ),
    "an authority that nobody knows, TLS at once": Case(
        "the mail server's certificate is not trusted", scheme="smtp+ssl", trusted=False
    ),
    "a certificate for another name": Case(
        "the mail server's certificate is not trusted",
        scheme="smtp+tls",
        names=("mail.example.org",),
    ),
    "STARTTLS where none is offered": Case(
        "the mail server offers no encryption", url="smtp+tls://127.0.0.1:{port}"
    ),
    "TLS at once where it is not spoken": Case(
        "the connection could not be encrypted", url="smtp+ssl://127.0.0.1:{port}"
    ),
    "a refused recipient": Case(
        "the address was refused", True, behaves={"refuse_recipients": "550 No such user"}
    ),
    "a recipient who is full": Case(
        "the address was refused", behaves={"refuse_recipients": "452 Mailbox full"}
    ),
    "a refused mail": Case(
        "the mail server refused the mail", True, behaves={"refuse": "554 It is spam"}
    ),
    "a mail that is refused for now": Case(
        "the mail server refused the mail", behaves={"refuse": "451 Try later"}
    ),
    "death after the mail was given": Case(
        "the mail server hung up", behaves={"dies_after_data": True}, arrived=1
    ),
    "silence after the mail was given": Case(
        "the mail server did not answer in time", behaves={"silent_s": 3}, arrived=1
    ),
    "a slow goodbye": Case(SENT, behaves={"quits_after_s": 3}, arrived=1),
    "nobody there": Case("the mail server could not be reached", url="smtp://127.0.0.1:{free}"),
    "a name that is not known": Case(
        "the mail server's name is not known", url="smtp://mail.made-up.invalid:{port}"
    ),
}


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def use(settings: Any, url: str) -> None:
    """Send by what EMAIL_URL names."""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    for name, value in settings_for(url).items():
        setattr(settings, name, value)
    settings.EMAIL_TIMEOUT = PATIENCE_S


def waiting() -> OutgoingMail:
    return outbox.enqueue(
        to="bob@example.org", words=Words("Hello", "Plain words"), dedupe_key="a:1", now=NOON
    )


def start(case: Case, opened: ExitStack, issued: Certificate | None = None) -> Mailbox:
    encrypted = issued if case.scheme != "smtp" else None
    server = opened.enter_context(smtp(scheme=case.scheme, login=case.login, certificate=encrypted))
    for name, value in case.behaves.items():
        setattr(server, name, value)
    return server


@pytest.mark.django_db
@pytest.mark.parametrize("name", CASES)
def test_what_became_of_a_mail(
    name: str,
    opened: ExitStack,
    tmp_path: Path,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = CASES[name]
    issued = certificate(tmp_path, *case.names)
    if case.trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(issued.authority))
    server = start(case, opened, issued)
    use(settings, case.url.format(port=server.port, free=free_port()) or server.url)
    row = waiting()
    assert outbox.deliver_mail_row(row.pk, now=NOON) is (case.word == SENT)
    row.refresh_from_db()
    assert (row.last_error, row.failed_at is not None) == (case.word, case.final)
    assert len(server.mails) == case.arrived
    assert row.sent_at == (NOON if case.word == SENT else None)


@pytest.mark.django_db
@pytest.mark.parametrize("fault", ["refuse", "dies_after_data", "silent_s"])
def test_a_mail_that_is_sent_again_is_the_same_mail(
    fault: str, opened: ExitStack, settings: Any
) -> None:
    fault_value = {"refuse": "451 Try later", "dies_after_data": True, "silent_s": 3}[fault]
    server = start(Case(SENT, behaves={fault: fault_value}), opened)
    use(settings, server.url)
    row = waiting()
    assert not outbox.deliver_mail_row(row.pk, now=NOON)
    setattr(server, fault, type(fault_value)())
    assert outbox.deliver_mail_row(row.pk, now=NOON + timedelta(minutes=1))
    ids = {letter["Message-ID"] for letter in server.mails}
    assert ids == {row.message_id}
    assert len(server.mails) == (1 if fault == "refuse" else 2)


def test_every_trouble_has_a_word_that_fits_its_column_and_an_advice() -> None:
    words = [failure.word for failure in FAILURES]
    longest = OutgoingMail._meta.get_field("last_error").max_length
    assert longest is not None
    assert len(set(words)) == len(words)
    assert max(map(len, words)) <= longest
    assert all(ADVICE[word].endswith(".") for word in words)


def test_what_nobody_thought_of_has_a_word_too() -> None:
    assert failure_of(RuntimeError("made-up-foreign-text")) is UNKNOWN


def disconnected(cause: Exception | None) -> Exception:
    """What smtplib raises when the connection ends while it handles ``cause``."""
    problem = smtplib.SMTPServerDisconnected("made up")
    problem.__context__ = cause
    return problem


def refused(*codes: int) -> Exception:
    answers = {f"{number}@example.org": (code, b"") for number, code in enumerate(codes)}
    return smtplib.SMTPRecipientsRefused(answers)


def refused_after_silence() -> Exception:
    problem = smtplib.SMTPDataError(451, b"made up")
    problem.__context__ = TimeoutError()
    return problem


@pytest.mark.parametrize(
    ("problem", "failure", "final"),
    [
        (refused(), REFUSED_ADDRESS, False),
        (refused(499), REFUSED_ADDRESS, False),
        (refused(500), REFUSED_ADDRESS, True),
        (refused(550, 452), REFUSED_ADDRESS, False),
        (refused(550, 551), REFUSED_ADDRESS, True),
        (smtplib.SMTPNotSupportedError("STARTTLS is not offered"), NO_STARTTLS, False),
        (smtplib.SMTPNotSupportedError("AUTH is not offered"), NO_SIGN_IN, False),
        (smtplib.SMTPAuthenticationError(535, b""), SIGN_IN, False),
        (smtplib.SMTPSenderRefused(553, b"", "a@example.org"), REFUSED_SENDER, True),
        (smtplib.SMTPSenderRefused(451, b"", "a@example.org"), REFUSED_SENDER, False),
        (smtplib.SMTPDataError(554, b""), REFUSED_MAIL, True),
        (smtplib.SMTPDataError(451, b""), REFUSED_MAIL, False),
        (refused_after_silence(), REFUSED_MAIL, False),
        (disconnected(TimeoutError()), SLOW, False),
        (disconnected(OSError()), HUNG_UP, False),
        (disconnected(None), HUNG_UP, False),
        (smtplib.SMTPHeloError(550, b""), UNWILLING, False),
        (ssl.SSLCertVerificationError(), UNTRUSTED, False),
        (ssl.SSLError(), NO_TLS, False),
        (TimeoutError(), SLOW, False),
        (ConnectionResetError(), HUNG_UP, False),
        (gaierror(), NO_NAME, False),
        (ConnectionRefusedError(), AWAY, False),
        (NotGenuine(), SEALED, True),
        (ValueError(), UNKNOWN, False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_each_problem_is_one_failure(problem: Exception, failure: MailFailure, final: bool) -> None:
    assert failure_of(problem) == replace(failure, final=final)
