"""Recognizes what people paste into a password field by accident. Pure: nothing is sent."""

import re
import unicodedata
from dataclasses import dataclass

from registry.protocol.strict_json import NotJson, read_json
from registry.secret import Secret
from registry.secret_kinds.doubts import doubt_about
from registry.words.message import Message

MAX_BYTES = 65536
SHORTEST_DOUBLE = 12
EDGES = " \t\r\n\u00a0\u200b\u2060\ufeff"
HEADER = re.compile(r"(?:authorization:.*|bearer\s+\S+)", re.IGNORECASE | re.DOTALL)
LINE_BREAK = re.compile(r"[\r\n\u2028\u2029\x0b\x0c\x85]")
INVISIBLE = frozenset("\u200b\u2060\ufeff")


class PasteError(ValueError):
    """A pasted text that cannot be a password. ``message`` says why and never contains the text.

    ``is_doubt``: it may be one all the same, if a person says so.
    """

    def __init__(self, message: Message, *, is_doubt: bool = False) -> None:
        super().__init__(message.key)
        self.message = message
        self.is_doubt = is_doubt


@dataclass(frozen=True)
class Paste:
    """The secret to store, and messages about what was removed from the pasted text."""

    secret: Secret
    notes: tuple[Message, ...] = ()


def read_paste(text: str, *, anyway: bool = False) -> Paste:
    """Return the secret inside a pasted text.

    Takes the content of the field, of at most 64 KiB as UTF-8. Spaces and line breaks around the
    secret are removed, with a note. Raises :class:`PasteError` for text that is empty, too long,
    a whole `Authorization` header, or that contains line breaks or invisible characters; unless
    ``anyway``, for a text pasted twice and for all that :mod:`registry.secret_kinds.doubts` finds,
    too. Only a JSON key file, which is one JSON object, may contain line breaks.
    """
    if len(text) > MAX_BYTES or _size(text) > MAX_BYTES:
        raise PasteError(Message.of("paste_long"))
    kept = text.strip(EDGES)
    is_json = kept.startswith("{") and _is_json_object(kept)
    is_double = _is_double(kept)
    causes = (
        ("paste_empty", not kept),
        ("paste_bearer", HEADER.fullmatch(kept) is not None),
        ("paste_lines", not is_json and LINE_BREAK.search(kept) is not None),
        ("paste_control", _has_invisible(kept, allowed="\r\n\t" if is_json else "")),
    )
    doubt = Message.of("paste_twice") if is_double else doubt_about(kept)
    refusal = next((key for key, applies in causes if applies), None)
    if doubt is not None and not anyway and refusal != "paste_empty":
        raise PasteError(doubt, is_doubt=refusal is None)
    if refusal is not None:
        raise PasteError(Message.of(refusal))
    notes = () if kept == text else (Message.of("paste_trimmed"),)
    return Paste(Secret(kept), notes)


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _is_json_object(text: str) -> bool:
    try:
        return isinstance(read_json(text.encode("utf-8", "surrogatepass")), dict)
    except NotJson:
        return False


def _is_double(text: str) -> bool:
    """True if the text is one text twice, with or without space between them.

    Short texts count only if a line break separates them: `abab` may be a password.
    """
    half = len(text) // 2
    first, second = text[:half].rstrip(EDGES), text[half:].lstrip(EDGES)
    if not first or first != second:
        return False
    return len(first) >= SHORTEST_DOUBLE or LINE_BREAK.search(text) is not None


def _has_invisible(text: str, *, allowed: str) -> bool:
    return any(
        character in INVISIBLE
        or (unicodedata.category(character) in {"Cc", "Cs"} and character not in allowed)
        for character in text
    )
