"""Links come from the operator's address, and lead nowhere else."""

import pytest
from django.conf import LazySettings

from common.links import absolute


def test_a_link_starts_with_the_address_of_the_site(settings: LazySettings) -> None:
    settings.SITE_URL = "https://keys.example.org"
    assert absolute("/o/red/blue/") == "https://keys.example.org/o/red/blue/"


@pytest.mark.parametrize("path", ["", "relative", "//evil.example", "https://evil.example/"])
def test_a_path_that_leads_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="slash"):
        absolute(path)
