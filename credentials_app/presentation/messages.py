"""Messages of the registry package, and reasons of status changes, as sentences."""

from django.utils.translation import gettext

from registry.words import WORDS
from registry.words.message import Message

CHANGES = {
    "replaced": "The secret was replaced.",
    "edited": "It was edited.",
    "resumed": "Checking goes on.",
    "paused": "Checking was paused.",
    "confirmed": "The sign-in host was confirmed.",
}
"""The reasons of status changes that no check caused."""


def text_of(message: Message) -> str:
    """The sentence in the reader's language; for an unknown key the key itself."""
    sentence = WORDS.get(message.key)
    if sentence is None:
        return message.key
    return gettext(sentence).format(**dict(message.params))
