"""Read foreign JSON within limits; raises :class:`NotJson` where two parsers could disagree."""

import json
import re
from typing import NoReturn

MAX_BYTES = 65536
MAX_DEPTH = 20
MARK = re.compile(r'\\.|["\[\]{}]', re.DOTALL)


class NotJson(ValueError):
    """The text is no JSON that we accept. ``reason`` is one of our own words, never its text.

    ``line`` is where it stops to be JSON, from 1; 0 if it is not known.
    """

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def read_json(body: bytes, *, max_bytes: int = MAX_BYTES) -> object:
    """The value of a JSON text (RFC 8259) in UTF-8.

    Takes at most ``max_bytes`` (64 KiB), 20 levels deep, without repeated keys and without `NaN`.
    Any other text raises :class:`NotJson` with `too_large`, `too_deep`, `repeated_key` or
    `not_json`.
    """
    if len(body) > max_bytes:
        raise NotJson("too_large")
    text = _decode(body)
    if _depth(text) > MAX_DEPTH:
        raise NotJson("too_deep")
    return _load(text)


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotJson("not_json") from None


def _load(text: str) -> object:
    try:
        return STRICT.decode(text)
    except NotJson:
        raise
    except json.JSONDecodeError as fault:
        raise NotJson("not_json", fault.lineno) from None
    except ValueError:  # also an integer of more than 4,300 digits
        raise NotJson("not_json") from None


def _depth(text: str) -> int:
    deepest = depth = 0
    in_string = False
    for mark in MARK.finditer(text):
        if mark.group() == '"':
            in_string = not in_string
        elif not in_string:
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(mark.group(), 0)
            deepest = max(deepest, depth)
    return deepest


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJson("repeated_key")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise NotJson("not_json")


STRICT = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse_constant)
