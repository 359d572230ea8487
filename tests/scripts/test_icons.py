"""scripts/icons.py adds icons to the sprite."""

import pytest
from lucide import IconDoesNotExist

from scripts.icons import SPRITE, with_icons


def test_the_sprite_is_as_the_script_leaves_it() -> None:
    text = SPRITE.read_text("utf-8")
    assert with_icons(text, ["check", "x"]) == text


def test_an_icon_takes_its_place_by_its_name() -> None:
    text = SPRITE.read_text("utf-8")
    before, after = text.splitlines(), with_icons(text, ["anvil"]).splitlines()
    [line] = set(after) - set(before)
    assert line.startswith('<symbol id="anvil" viewBox="0 0 24 24" fill="none"')
    assert after == [*before[:2], line, *before[2:]]


def test_a_name_that_lucide_does_not_have_is_refused() -> None:
    with pytest.raises(IconDoesNotExist):
        with_icons(SPRITE.read_text("utf-8"), ["no-such-icon"])
