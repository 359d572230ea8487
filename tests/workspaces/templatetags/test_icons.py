"""The icon tag of the templates."""

import re

import pytest
from django.template import Context, Template

from registry.providers import PROVIDERS
from tests.rules.code import ROOT
from workspaces.templatetags.icons import lucide


def drawn(source: str, **values: object) -> str:
    return Template("{% load lucide %}" + source).render(Context(values))


def test_an_icon_is_a_reference_into_the_sprite_with_its_size() -> None:
    icon = drawn('{% lucide name size=16 aria_hidden="true" class="menu__tick" %}', name="check")
    assert icon == (
        '<svg aria-hidden="true" class="menu__tick" height="16" width="16">'
        '<use href="/static/img/icons.svg#check"/></svg>'
    )


def test_an_attribute_is_escaped() -> None:
    assert 'aria-label="&lt;b&gt;"' in lucide("check", aria_label="<b>")


@pytest.mark.parametrize("name", ["no-such-icon", "", "chec", 'check"'])
def test_an_icon_that_the_sprite_does_not_have_is_an_error_with_the_fix(name: str) -> None:
    with pytest.raises(LookupError, match=r"scripts/icons\.py"):
        lucide(name)


def test_every_provider_has_a_drawing_of_its_own() -> None:
    sprite = (ROOT / "static/img/icons.svg").read_text("utf-8")
    marks = [re.search(rf'<symbol id="mark-{each.slug}"(.*)', sprite) for each in PROVIDERS]
    drawings = {mark[1] for mark in marks if mark and "currentColor" in mark[1]}
    assert len(drawings) == len(PROVIDERS)
