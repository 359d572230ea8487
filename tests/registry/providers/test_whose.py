"""Every kind of secret that may be stored is somebody's."""

from registry.providers import PROVIDERS
from registry.providers.whose import WHOSE, Whose, kinds_of_whose, whose_key

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
    assert "gitlab:password" in kinds_of_whose(Whose.PASSWORD)
    assert {"ghcr:classic_token", "ghcr:live_token"} <= {*kinds_of_whose(Whose.TOKEN)}
    assert "harbor:robot" in kinds_of_whose(Whose.MACHINE)
    assert not {*kinds_of_whose(Whose.TOKEN)} & {
        *kinds_of_whose(Whose.MACHINE),
        *kinds_of_whose(Whose.PASSWORD),
    }


def test_whose_a_kind_is_and_nothing_of_an_unknown_one() -> None:
    for whose in Whose:
        assert {whose_key(key) for key in kinds_of_whose(whose)} == {whose}
    assert whose_key("generic:password") is whose_key("") is whose_key("gitlab:absent") is None


def test_every_key_fits_its_column() -> None:
    assert max(len(key) for whose in Whose for key in kinds_of_whose(whose)) <= 60
