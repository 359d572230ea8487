"""Read foreign JSON without exceptions: a field that is absent or of another type is empty."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Any

from registry.protocol.strict_json import NotJson, read_json

WORD = re.compile(r"[A-Za-z0-9_:.\-]{1,64}")
MAX_TEXT = 1024
MAX_WORDS = 100


@dataclass(frozen=True)
class JsonReader:
    """One JSON object; an empty one stands for no object."""

    fields: dict[str, Any]

    def get(self, name: str) -> Any:
        """The value of this field, of whatever type, or None."""
        return self.fields.get(name)

    def text(self, name: str) -> str:
        """A text of at most 1024 characters, else empty."""
        value = self.fields.get(name)
        return value if isinstance(value, str) and len(value) <= MAX_TEXT else ""

    def number(self, name: str) -> int:
        """A whole number, else 0."""
        value = self.fields.get(name)
        return value if type(value) is int else 0

    def words(self, name: str) -> tuple[str, ...]:
        """The first 100 words of a list (`[A-Za-z0-9_:.-]{1,64}`), without its other items."""
        values = self.fields.get(name)
        if not isinstance(values, list):
            return ()
        plain = (value for value in values if isinstance(value, str) and WORD.fullmatch(value))
        return tuple(islice(plain, MAX_WORDS))

    def object(self, name: str) -> "JsonReader":
        """The object in this field, else an empty one."""
        value = self.fields.get(name)
        return JsonReader(value if isinstance(value, dict) else {})

    def list(self, name: str) -> tuple["JsonReader", ...]:
        """The objects of a list, without its other items."""
        values = self.fields.get(name)
        if not isinstance(values, list):
            return ()
        return tuple(JsonReader(value) for value in values if isinstance(value, dict))


def read_object(body: bytes) -> JsonReader:
    """The JSON object in ``body`` (at most 64 KiB); empty when there is none. Never raises."""
    try:
        value = read_json(body)
    except NotJson:
        value = None
    return JsonReader(value if isinstance(value, dict) else {})
