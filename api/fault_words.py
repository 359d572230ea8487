"""Sentences for the faults that pydantic finds in a request, without the value that was sent."""

from collections.abc import Mapping
from typing import Any

WORDS = {
    "missing": "It is needed.",
    "extra_forbidden": "There is no such member.",
    "string_type": "It must be a text.",
    "string_too_short": "It needs at least {min_length} characters.",
    "string_too_long": "It has at most {max_length} characters.",
    "string_pattern_mismatch": "It has a character that is not allowed here.",
    "too_short": "It needs at least {min_length} items.",
    "too_long": "It has at most {max_length} items.",
    "literal_error": "It must be {expected}.",
    "enum": "It must be {expected}.",
    "greater_than": "It must be more than {gt}.",
    "greater_than_equal": "It must be at least {ge}.",
    "less_than": "It must be less than {lt}.",
    "less_than_equal": "It must be at most {le}.",
    "list_type": "It must be a list.",
    "dict_type": "It must be an object.",
    "model_attributes_type": "It must be an object.",
    "model_type": "It must be an object.",
}
KINDS = {
    "uuid": "It must be a key, as in 6f1c0f3e-8c1b-4f5e-9d3a-2b7c4a1d0e9f.",
    "datetime": "It must be a moment with a time zone, as in 2027-01-31T12:00:00Z.",
    "timezone": "It must be a moment with a time zone, as in 2027-01-31T12:00:00Z.",
    "date": "It must be a date, as in 2027-01-31.",
    "int": "It must be a whole number.",
    "float": "It must be a number.",
    "bool": "It must be true or false.",
    "string": "It must be a text.",
}
"""By how the type of the fault begins."""
OTHERWISE = "It is not as the description of the API has it."


def words_of_fault(error: Mapping[str, Any]) -> str:
    """The sentence for one fault, a mapping with ``type`` and perhaps ``ctx``.

    Source: docs.pydantic.dev, "Validation Errors". The sentences of pydantic are not used: some
    repeat characters of the value.
    """
    kind = str(error["type"])
    if kind in WORDS:
        return WORDS[kind].format_map(error.get("ctx") or {})
    return next((words for start, words in KINDS.items() if kind.startswith(start)), OTHERWISE)
