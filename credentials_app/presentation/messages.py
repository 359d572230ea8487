"""Messages of the registry package, and reasons of status changes, as sentences."""

from django.utils.translation import gettext

from registry.words import WORDS
from registry.words.message import Message

CHANGES = {
    "replaced": "The secret was replaced.",
    "brought_back": "A former secret was brought back.",
    "edited": "It was edited.",
    "resumed": "Checking goes on.",
    "paused": "Checking was paused.",
    "confirmed": "The sign-in host was confirmed.",
}
"""The reasons of status changes that no check caused."""


def text_of(message: Message) -> str:
    """The sentence in the reader's language; for an unknown key the key itself.

    A row that was stored before its sentence got another parameter has no value for it. Then the
    plain form of the sentence is shown, or the sentence as it is written, so that one row never
    breaks a page or a mail. Of a sentence that went away, the plain form is left.
    """
    plain = WORDS.get(message.key.replace("cause_", "plain_"))
    sentence = WORDS.get(message.key, plain)
    if sentence is None:
        return message.key
    try:
        return gettext(sentence).format(**dict(message.params))
    except (KeyError, IndexError, ValueError, AttributeError):
        return gettext(plain or sentence)
