"""The mark of a provider."""

from credentials_app.presentation.provider_marks import HUES, provider_mark
from credentials_app.templatetags.providers import provider_icon
from registry.providers import PROVIDERS


def test_a_provider_has_its_drawing_its_color_and_its_name() -> None:
    mark = provider_mark("harbor")
    assert (mark.icon, mark.hue, mark.label) == ("mark-harbor", 8, "Harbor")
    assert 'class="provider-mark hue-8"' in provider_icon("harbor")


def test_a_provider_that_no_longer_exists_has_the_mark_of_any_registry() -> None:
    assert provider_mark("gone").icon == "mark-generic"


def test_colors_are_given_to_providers_that_exist() -> None:
    assert HUES.keys() <= {provider.slug for provider in PROVIDERS}
