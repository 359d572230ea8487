"""One login of a file, or why there is none to check."""

import re
from dataclasses import dataclass

from registry.addresses.server import Server
from registry.secret import Secret
from registry.words.message import Message

MAX_SHOWN = 120
USER_INFO = re.compile(r"[^/]*@")


class FileFault(ValueError):
    """A file that cannot be used as a whole. ``message`` names the place in it and the fix."""

    def __init__(self, key: str, **params: str) -> None:
        super().__init__(key)
        self.message = Message.of(key, **params)


class EntryFault(ValueError):
    """An entry that no program can use. ``message`` names the place in the file and the fix."""

    def __init__(self, key: str, **params: str) -> None:
        super().__init__(key)
        self.message = Message.of(key, **params)


@dataclass(frozen=True)
class FileLogin:
    """A login that can be checked: server, user name and secret."""

    server: Server
    username: str
    secret: Secret


@dataclass(frozen=True)
class Entry:
    """One entry of a file: its ``login``, or ``why`` it has none.

    ``place`` is where the file has it and ``name`` what the file calls the server; both are fit to
    be shown. ``broken`` is True if programs that read the file cannot use the entry either.
    """

    place: str
    name: str
    username: str = ""
    login: FileLogin | None = None
    why: Message | None = None
    broken: bool = False


def shown(text: str) -> str:
    """A text of the file on one short line."""
    plain = "".join(sign if sign.isprintable() else "?" for sign in text)
    return plain if len(plain) <= MAX_SHOWN else f"{plain[:MAX_SHOWN]}…"


def shown_server(key: str) -> str:
    """What the file calls a server, without what stands in front of an @: it may be a password."""
    return shown(USER_INFO.sub("…@", key))
