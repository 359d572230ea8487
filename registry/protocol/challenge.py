"""Parse `WWW-Authenticate` headers into challenges. Nothing here raises."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_CHALLENGES = 8
MAX_CHARACTERS = 8192
GAP = re.compile(r"[\s,]*")
NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
TOKEN68 = re.compile(r"[ \t]+[A-Za-z0-9._~+/-]+=*(?=[ \t]*(?:,|$))")
EQUALS = re.compile(r"[ \t]*=[ \t]*")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
PLAIN = re.compile(r'[^\s,"]+')
ESCAPE = re.compile(r"\\(.)")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


@dataclass(frozen=True)
class Challenge:
    """One challenge. ``scheme`` and the names of ``params`` are lower-case, values unescaped."""

    scheme: str
    params: tuple[tuple[str, str], ...] = ()

    def param(self, name: str) -> str:
        """The value of this parameter; empty when it is absent, or ambiguous (sent twice)."""
        values = [value for key, value in self.params if key == name]
        return values[0] if len(values) == 1 else ""


Challenges = tuple[Challenge, ...]


def parse_challenges(headers: Sequence[str]) -> Challenges:
    """Read every `WWW-Authenticate` header of an answer, in the order sent. Never raises.

    Takes the headers' values; one header may hold several challenges. If a header breaks off, the
    challenges before the break count. Returns none for more than 8 challenges, or more than 8192
    characters in all. Source: RFC 9110 sections 5.6 and 11.6.1.
    """
    if sum(map(len, headers)) > MAX_CHARACTERS:
        return ()
    found = tuple(challenge for header in headers for challenge in _read(header))
    return found if len(found) <= MAX_CHALLENGES else ()


def choose_challenge(challenges: Challenges) -> Challenge | None:
    """The challenge to answer: the first Bearer, else the first Basic; None when there is none."""
    return next(iter(answerable(challenges)), None)


def answerable(challenges: Challenges) -> Challenges:
    """The challenges that we can answer, the best first: each Bearer, then each Basic."""
    schemes = ("bearer", "basic")
    return tuple(each for scheme in schemes for each in challenges if each.scheme == scheme)


def _read(header: str) -> list[Challenge]:
    """The challenges of one header, without the last one if the header breaks off."""
    found: list[Challenge] = []
    if CONTROL.search(header):
        return found
    position = _skip(GAP, header, 0)
    while position < len(header):
        name = NAME.match(header, position)
        if name is None:
            return found[:-1]
        equals = EQUALS.match(header, name.end())
        if equals is None:
            found.append(Challenge(name.group().lower()))
            position = _skip(TOKEN68, header, name.end())
        else:
            value = _value(header, equals.end())
            if value is None or not found:
                return found[:-1]
            text, position = value
            last = found[-1]
            found[-1] = Challenge(last.scheme, (*last.params, (name.group().lower(), text)))
        position = _skip(GAP, header, position)
    return found


def _value(header: str, position: int) -> tuple[str, int] | None:
    """The quoted or plain value at this position, and where it ends; None if there is neither."""
    quoted = QUOTED.match(header, position)
    if quoted is not None:
        return ESCAPE.sub(r"\1", quoted.group(1)), quoted.end()
    plain = PLAIN.match(header, position)
    return None if plain is None else (plain.group(), plain.end())


def _skip(pattern: re.Pattern[str], header: str, position: int) -> int:
    found = pattern.match(header, position)
    return position if found is None else found.end()
