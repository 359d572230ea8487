"""Templates: fields with the summary of their errors, icons that exist."""

import re

import pytest

from tests.rules.code import ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FIELD, SUMMARY = "components/field.html", "components/error_summary.html"


def with_fields() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in TEMPLATES if FIELD in path.read_text()]


def test_there_are_templates_with_fields() -> None:
    assert len(with_fields()) > 15


@pytest.mark.parametrize("name", with_fields())
def test_a_template_with_fields_has_a_summary_or_is_part_of_one_that_has(name: str) -> None:
    own = name.removeprefix("templates/")
    including = [path for path in TEMPLATES if re.search(f'include "{own}"', path.read_text())]
    shown_in = [ROOT / name, *including]
    assert any(SUMMARY in path.read_text() for path in shown_in)


SPRITE = (ROOT / "static/img/icons.svg").read_text("utf-8")
ICON = re.compile(r"""(?:\{% lucide |icon=)"(?P<name>[\w-]+)\"""")


@pytest.mark.parametrize(
    "name", sorted({found for path in TEMPLATES for found in ICON.findall(path.read_text())})
)
def test_an_icon_of_a_template_is_in_the_sprite(name: str) -> None:
    assert f'<symbol id="{name}"' in SPRITE
