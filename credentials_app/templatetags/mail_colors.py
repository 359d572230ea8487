"""The colors of the tones in HTML mails; mail programs know no style sheets."""

from django import template

from credentials_app.status import Tone

register = template.Library()

NEUTRAL = "#3d4756"
COLORS = {Tone.BAD: "#a1261f", Tone.GOOD: "#1c6b3f", Tone.WARN: "#7a4d00"}


@register.filter
def tone_color(tone: str) -> str:
    """The text color of a tone on a light background; the mails' style block has the dark ones."""
    return COLORS.get(Tone(tone), NEUTRAL)
