"""Finds tokens in a text that is no password: a name, a note, a log line. Pure."""

import re
from collections.abc import Iterator
from unicodedata import category, normalize
from urllib.parse import unquote

from registry.providers import PROVIDERS
from registry.providers.recognition import telling_kinds
from registry.secret_kinds.kind import TokenKind

SHORTEST = 20
# Coarse to fine: a token of one kind holds what parts tokens of another kind from their text.
BETWEEN_WORDS = r"(?:[\s\"'`<>()\[\]{},;|\\*^$]|[^\x00-\x7f])+"
BREAKS = tuple(map(re.compile, (BETWEEN_WORDS, "[:@&?#]+", "=+", "[/+]+")))
EDGES = ".,:;!?"
RUN = re.compile(r"[A-Za-z0-9]{6,}")


def unmistakable_kinds() -> tuple[TokenKind, ...]:
    """Return the kinds whose pattern fits nothing else that people type, one for each pattern."""
    named = [kind for _, kind in telling_kinds()]
    named += [kind for provider in PROVIDERS for kind in provider.kinds if kind.unmistakable]
    return tuple({kind.pattern: kind for kind in named}.values())


KINDS = unmistakable_kinds()
FILES = tuple(kind for kind in KINDS if r"\{" in kind.pattern)
OUR_OWN = r"lkk_[0-9A-Za-z]{36}"
"""The API tokens of Lockkeeper itself."""
WORDS = (*(kind.pattern for kind in KINDS if kind not in FILES), OUR_OWN)


def tokens_in(text: str) -> Iterator[str]:
    """Yield each part of the text that has the shape of a token, as it stands there.

    A part of fewer than 20 characters, or without a run of mixed letters and digits, is no token:
    `glpat-for-deployments` is a name. Never raises.
    """
    begin = text.find("{")
    if begin >= 0 and any(re.fullmatch(kind.pattern, text[begin:]) for kind in FILES):
        yield text[begin:]
    for word in _pieces(text):
        if any(re.fullmatch(pattern, word) for pattern in WORDS):
            yield word


def has_token(text: str) -> bool:
    """Return True if a part of the text has the shape of a token, also one that a word processor
    or a URL spells in another way: wide letters, soft hyphens, typographic dashes, `%2D`."""
    spellings = dict.fromkeys((text, _plain(text), unquote(text)))
    return any(True for each in spellings for _ in tokens_in(each))


def _plain(text: str) -> str:
    """The text with plain letters and hyphens, without characters that nobody sees."""
    kinds = ((sign, category(sign)) for sign in normalize("NFKC", text))
    return "".join("-" if kind == "Pd" else sign for sign, kind in kinds if kind != "Cf")


def _pieces(text: str) -> set[str]:
    """The words of the text, and the parts of each, that are long and look random."""
    found, words = set[str](), [text]
    for breaks in BREAKS:
        words = [part for word in words for part in breaks.split(word) if len(part) >= SHORTEST]
        found |= {word.strip(EDGES) for word in words}
        found |= {word.partition("=")[2].strip(EDGES) for word in words}
    return {word for word in found if len(word) >= SHORTEST and _looks_random(word)}


def _looks_random(word: str) -> bool:
    return any(_is_mixed(run) for run in RUN.findall(word))


def _is_mixed(run: str) -> bool:
    """True for letters with digits, and for capitals where no word has them, in linear time."""
    if run.isalpha():
        return not (run.islower() or run.isupper() or run.istitle())
    return not run.isdigit()
