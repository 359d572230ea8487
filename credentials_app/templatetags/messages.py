"""Messages of the registry package as sentences."""

from django import template

from credentials_app.presentation.messages import text_of
from registry.words.message import Message

register = template.Library()


@register.filter
def sentence(message: Message) -> str:
    return text_of(message)
