"""The engine's messages, and the words of this application, as people read them."""

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
"""Why a status changed, when it was not a check that changed it."""


def text_of(message: Message) -> str:
    """The sentence in the reader's language; a key that is gone is shown as it is."""
    sentence = WORDS.get(message.key)
    if sentence is None:
        return message.key
    return gettext(sentence).format(**dict(message.params))
