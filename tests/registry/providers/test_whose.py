"""Every kind of secret that may be stored is somebody's."""

from registry.providers import PROVIDERS
from registry.providers.whose import WHOSE, Whose, kinds_of

KNOWN = {each.slug: {kind.slug for kind in each.kinds if not kind.useless} for each in PROVIDERS}


CONFIRMED = {
    "gitlab": {"live_access_token", "fine_grained_token"},
    "docker_hub": {"live_token"},
    "ghcr": {"live_token", "token_without_packages"},
}
"""The kinds that the API of a provider has confirmed."""


def test_every_kind_of_every_provider_is_in_the_table_and_no_other() -> None:
    assert {slug: set(kinds) for slug, kinds in WHOSE.items()} == {
        slug: kinds | CONFIRMED.get(slug, set()) for slug, kinds in KNOWN.items() if kinds
    }


def test_a_password_and_a_token_of_a_person_are_told_from_a_robot() -> None:
    assert kinds_of(Whose.PASSWORD)["gitlab"] == ["password"]
    assert kinds_of(Whose.TOKEN)["ghcr"] == [
        "classic_token", "live_token", "token_without_packages", "app_user_token",
        "oauth_app_token",
    ]  # fmt: skip
    assert kinds_of(Whose.MACHINE)["harbor"] == ["eaten_robot", "old_robot", "robot"]
    assert "harbor" not in kinds_of(Whose.TOKEN)
