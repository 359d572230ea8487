"""A text that nobody must see: it prints, logs, formats and pickles as dots."""

import hmac
from typing import Never

MASK = "•••"


class Secret:
    """A password or token. Only :meth:`reveal` returns the text.

    Takes the text (str). Two secrets compare by content in constant time; a secret is not
    hashable, so that it cannot become a dictionary key by accident.
    """

    __slots__ = ("_text",)
    __hash__ = None  # type: ignore[assignment]  # a secret is no dictionary key

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself. The files that may call this are listed in ``tests/rules``."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __reduce__(self) -> tuple[type["Secret"], tuple[str]]:
        return Secret, (MASK,)

    def __iter__(self) -> Never:
        raise TypeError("a secret has no parts")
