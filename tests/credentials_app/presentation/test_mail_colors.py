"""The colors of tones in HTML mails."""

import pytest

from credentials_app.status import Tone
from credentials_app.templatetags.mail_colors import NEUTRAL, tone_color


@pytest.mark.parametrize(
    ("tone", "color"),
    [
        (Tone.BAD, "#a1261f"),
        (Tone.GOOD, "#1c6b3f"),
        (Tone.WARN, "#7a4d00"),
        (Tone.QUIET, NEUTRAL),
        (Tone.WAIT, NEUTRAL),
    ],
)
def test_each_tone_has_its_color(tone: Tone, color: str) -> None:
    assert tone_color(tone.value) == color
