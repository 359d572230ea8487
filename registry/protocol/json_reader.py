"""A stranger's JSON, read without ever failing: what is not there or not so is empty."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

from registry.protocol.strict_json import NotJson, read_json

WORD = re.compile(r"[A-Za-z0-9_:.\-]{1,64}")
LONGEST_TEXT = 1024
MOST_WORDS = 100


@dataclass(frozen=True)
class JsonReader:
    """One JSON object, or nothing (an empty object)."""

    fields: dict[str, Any]

    def get(self, name: str) -> Any:
        """The bare value of this field, or None."""
        return self.fields.get(name)

    def text(self, name: str) -> str:
        """A short text, else empty."""
        value = self.fields.get(name)
        return value if isinstance(value, str) and len(value) <= LONGEST_TEXT else ""

    def number(self, name: str) -> int:
        """A whole number, else 0."""
        value = self.fields.get(name)
        return value if type(value) is int else 0

    def words(self, name: str) -> tuple[str, ...]:
        """The first 100 plain words of a list, the rest left out."""
        values = self.fields.get(name)
        if not isinstance(values, list):
            return ()
        plain = (value for value in values if isinstance(value, str) and WORD.fullmatch(value))
        return tuple(islice(plain, MOST_WORDS))

    def object(self, name: str) -> "JsonReader":
        """The object in this field, else an empty one."""
        value = self.fields.get(name)
        return JsonReader(value if isinstance(value, dict) else {})

    def list(self, name: str) -> tuple["JsonReader", ...]:
        """The objects of a list, the rest left out."""
        values = self.fields.get(name)
        if not isinstance(values, list):
            return ()
        return tuple(JsonReader(value) for value in values if isinstance(value, dict))


def read_object(body: bytes) -> JsonReader:
    """The JSON object in ``body``; empty when there is none. Never raises."""
    try:
        value = read_json(body)
    except NotJson:
        value = None
    return JsonReader(value if isinstance(value, dict) else {})
