"""Refuses passwords that are easy to guess: known ones, repeats, rows of keys, near words."""

import re
from typing import Any

from django.core.exceptions import ValidationError

from common.links import host_of_site
from workspaces.models import Organization, User

LEAST_SCORE = 3
"""Of zxcvbn: more than 10^8 guesses, https://github.com/dropbox/zxcvbn#usage"""
LONGEST_LOOKED_AT = 72
"""The limit of zxcvbn. What follows can only make a password better."""
PRODUCT_WORDS = ("lockkeeper", "registry", "docker", "credential", "password", "admin")
WHY = {
    "repeat": "it repeats itself",
    "spatial": "its keys are neighbors on the keyboard",
    "sequence": "it follows a row such as abc or 123",
    "date": "a date is most of it",
    "regex": "a year is most of it",
    "user_inputs": "it has a word of this place, or of your name or address",
    "passwords": "it is like one of the passwords that are tried first",
}
OTHER = "it is a known word with little added"
WORDS = re.compile(r"[^\W_]{3,}")


class HardToGuess:
    """A validator of Django. It asks nobody: the lists are in the package."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raises ValidationError with the reason."""
        if not password:
            return  # too short, says another validator; zxcvbn fails on it
        why = _weakness(password, words_around(user))
        if why:
            raise ValidationError(
                f"This password is easy to guess: {why}. Take a few words that have nothing to do "
                "with each other.",
                code="password_easy_to_guess",
            )

    def get_help_text(self) -> str:
        return "Not a known password, a row of keys, or a word of this place."


def words_around(user: User | None) -> list[str]:
    """The words that somebody tries who knows the person and the place."""
    texts = [host_of_site(), *PRODUCT_WORDS]
    if user is not None:
        texts += [user.name, user.email]
        if not user._state.adding:
            mine = Organization.objects.filter(members__user=user)
            texts += [text for pair in mine.values_list("name", "slug") for text in pair]
    parts = [word for text in texts for word in WORDS.findall(text)]
    return [*dict.fromkeys(each.lower() for each in (*texts, *parts))]


def _weakness(password: str, around: list[str]) -> str:
    """Why it is easy to guess; empty if it is not. For zxcvbn each further word is worth 10,000
    times more guesses. Words of this place are not: what is left without them counts."""
    from zxcvbn import zxcvbn  # its lists take 15 MB: only where somebody sets a password

    found = zxcvbn(password[:LONGEST_LOOKED_AT], user_inputs=around)
    if found["score"] < LEAST_SCORE:
        return _reason(found["sequence"])
    words = "|".join(re.escape(word) for word in sorted(around, key=len, reverse=True) if word)
    rest = re.sub(words, "", password, flags=re.IGNORECASE).strip()[:LONGEST_LOOKED_AT]
    is_enough = rest and zxcvbn(rest, user_inputs=around)["score"] >= LEAST_SCORE
    return "" if is_enough else WHY["user_inputs"]


def _reason(matches: list[dict[str, Any]]) -> str:
    """The reason of the match that covers most of the password."""
    most = max(matches, key=lambda match: len(match["token"]))
    return WHY.get(most.get("dictionary_name") or most["pattern"], OTHER)
