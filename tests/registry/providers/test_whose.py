"""Every kind of secret that may be stored is somebody's."""

from registry.providers import PROVIDERS
from registry.providers.whose import WHOSE, Whose, kind_label, kinds_of

KNOWN = {each.slug: {kind.slug for kind in each.kinds if not kind.useless} for each in PROVIDERS}


def test_every_kind_of_every_provider_is_in_the_table_and_no_other() -> None:
    assert {slug: set(kinds) for slug, kinds in WHOSE.items()} == {
        slug: kinds for slug, kinds in KNOWN.items() if kinds
    }


def test_a_password_and_a_token_of_a_person_are_told_from_a_robot() -> None:
    assert kinds_of(Whose.PASSWORD)["gitlab"] == ["password"]
    assert kinds_of(Whose.TOKEN)["ghcr"] == ["classic_token", "app_user_token", "oauth_app_token"]
    assert kinds_of(Whose.MACHINE)["harbor"] == ["eaten_robot", "old_robot", "robot"]
    assert "harbor" not in kinds_of(Whose.TOKEN)


def test_a_kind_has_the_words_of_its_provider() -> None:
    gitlab = next(each for each in PROVIDERS if each.slug == "gitlab")
    assert kind_label(gitlab.kinds, "deploy_token") == "deploy token"
    assert kind_label(gitlab.kinds, "") == kind_label(gitlab.kinds, "absent") == ""
