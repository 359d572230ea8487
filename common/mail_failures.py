"""The ways in which sending a mail can fail: a word for each, an advice, and if it is permanent."""

import smtplib
import ssl
from dataclasses import dataclass, replace

from common.crypto import CannotOpen


@dataclass(frozen=True)
class MailFailure:
    """One way to fail. The outbox stores ``word``, never text that a mail server sent.

    ``final``: another attempt cannot succeed. ``of_server``: the next mail would fail in the same
    way.
    """

    word: str
    advice: str
    final: bool = False
    of_server: bool = False


SEALED = MailFailure(
    "the mail could not be opened",
    "It was sealed with a key that is not given any more.",
    final=True,
)
REFUSED_ADDRESS = MailFailure(
    "the address was refused", "Compare the address with what the mail server accepts."
)
REFUSED_SENDER = MailFailure(
    "our own address was refused",
    "Set MAIL_FROM to an address that the mail server lets this account send from.",
)
REFUSED_MAIL = MailFailure(
    "the mail server refused the mail", "Its log says why: a limit, a filter, or a full disk."
)
SIGN_IN = MailFailure(
    "the mail server refused our sign-in",
    "Compare the user name and password in EMAIL_URL.",
    of_server=True,
)
NO_STARTTLS = MailFailure(
    "the mail server offers no encryption",
    "EMAIL_URL begins with smtp+tls: use another port, or smtp+ssl if it speaks TLS at once.",
    of_server=True,
)
NO_SIGN_IN = MailFailure(
    "the mail server offers no sign-in",
    "EMAIL_URL has a user name: most servers offer a sign-in once encrypted, with smtp+tls.",
    of_server=True,
)
UNTRUSTED = MailFailure(
    "the mail server's certificate is not trusted",
    "Compare the host in EMAIL_URL with the certificate; SSL_CERT_FILE names other authorities.",
    of_server=True,
)
NO_TLS = MailFailure(
    "the connection could not be encrypted",
    "smtp+ssl is for ports that speak TLS at once, mostly 465; smtp+tls is for 587 and 25.",
    of_server=True,
)
HUNG_UP = MailFailure(
    "the mail server hung up", "It may be restarting, or limit how often we may come."
)
SLOW = MailFailure(
    "the mail server did not answer in time",
    "Compare the port; a firewall may be in the way.",
    of_server=True,
)
NO_NAME = MailFailure(
    "the mail server's name is not known", "Compare the host in EMAIL_URL.", of_server=True
)
AWAY = MailFailure(
    "the mail server could not be reached",
    "Compare host and port; see whether it runs.",
    of_server=True,
)
UNWILLING = MailFailure("the mail server did not go along", "Its log says why.")
UNKNOWN = MailFailure(
    "the mail could not be sent", "The log of the worker names the kind of error."
)

FAILURES = (
    SEALED, REFUSED_ADDRESS, REFUSED_SENDER, REFUSED_MAIL, SIGN_IN, NO_STARTTLS, NO_SIGN_IN,
    UNTRUSTED, NO_TLS, HUNG_UP, SLOW, NO_NAME, AWAY, UNWILLING, UNKNOWN,
)  # fmt: skip
ADVICE = {failure.word: failure.advice for failure in FAILURES}
PERMANENT = 500
# The first class that matches decides, so subclasses come before their base classes.
KINDS: tuple[tuple[type[Exception], MailFailure], ...] = (
    (CannotOpen, SEALED),
    (smtplib.SMTPAuthenticationError, SIGN_IN),
    (smtplib.SMTPSenderRefused, REFUSED_SENDER),
    (smtplib.SMTPDataError, REFUSED_MAIL),
    (smtplib.SMTPServerDisconnected, HUNG_UP),
    (smtplib.SMTPException, UNWILLING),
    (ssl.SSLCertVerificationError, UNTRUSTED),
    (ssl.SSLError, NO_TLS),
    (TimeoutError, SLOW),
    (ConnectionResetError, HUNG_UP),
)


def failure_of(problem: Exception) -> MailFailure:
    """The failure that an exception of the mail library, or of the socket, stands for."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in problem.recipients.values()]
        return _final(REFUSED_ADDRESS, min(codes, default=0))
    if isinstance(problem, smtplib.SMTPNotSupportedError):
        return NO_STARTTLS if "STARTTLS" in str(problem) else NO_SIGN_IN
    if isinstance(problem, smtplib.SMTPServerDisconnected) and _was_silent(problem):
        return SLOW
    found = next((failure for kind, failure in KINDS if isinstance(problem, kind)), None)
    if found is not None:
        refused = isinstance(problem, (smtplib.SMTPDataError, smtplib.SMTPSenderRefused))
        return _final(found, getattr(problem, "smtp_code", 0)) if refused else found
    if type(problem).__name__ == "gaierror":
        return NO_NAME
    return AWAY if isinstance(problem, OSError) else UNKNOWN


def _final(failure: MailFailure, code: int) -> MailFailure:
    """The same failure; a code of 500 or more makes it permanent."""
    return replace(failure, final=code >= PERMANENT)


def _was_silent(problem: Exception) -> bool:
    """True if our timeout ended: ``smtplib`` reports that as a disconnected server, too."""
    return isinstance(problem.__context__, TimeoutError)
