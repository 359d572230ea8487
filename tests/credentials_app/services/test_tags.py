"""What people do with tags: add, change, remove; how many, and what is written down."""

from dataclasses import replace
from typing import Any

import pytest

from credentials_app.models import Credential, Tag, tags_of
from credentials_app.selectors import credential_of
from credentials_app.services import tags
from credentials_app.services.credentials import (
    add_credential,
    draft_of,
    edit_credential,
)
from credentials_app.services.deletion import delete_credential
from credentials_app.services.errors import TagsRefused, TokenInPlainField
from credentials_app.services.replacement import NewSecret, replace_secret
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from tests.token_samples import SAMPLES
from workspaces.models import AuditEvent

pytestmark = pytest.mark.django_db


def edited(row: Credential, **values: Any) -> Credential:
    return edit_credential(scenes.seat(), row, replace(draft_of(row), **values))


def now_of(row: Credential) -> tuple[str, ...]:
    found = credential_of(scenes.seat(), row.pk)
    assert found
    return tags_of(found)


def events() -> list[tuple[str, dict[str, Any]]]:
    rows = AuditEvent.objects.filter(target_type="credential").order_by("seq")
    return list(rows.values_list("action", "details"))


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ()),
        (" , ;", ()),
        ("prod", ("prod",)),
        ("prod, ci", ("ci", "prod")),
        ("prod ci;team/shop\n  v1.2", ("ci", "prod", "team/shop", "v1.2")),
        ("Prod,PROD prod", ("prod",)),
        ("env:prod a_b", ("a_b", "env:prod")),
        ("x" * 40, ("x" * 40,)),
    ],
)
def test_a_text_becomes_names(typed: str, names: tuple[str, ...]) -> None:
    assert tags.names_in(typed) == names


@pytest.mark.parametrize("typed", ["größe", "-prod", "ok, #prod", "a'b", "x" * 41, "prod!"])
def test_what_cannot_be_a_tag_is_named_with_its_field(typed: str) -> None:
    with pytest.raises(TagsRefused) as refusal:
        tags.names_in(typed)
    wrong = typed.rpartition(" ")[2]
    assert f"“{wrong}” cannot be a tag" in refusal.value.words
    assert refusal.value.field == "tags"


def test_a_new_credential_has_its_tags_and_the_log_has_them_too() -> None:
    row = scenes.stored(tags=("Prod", "ci"))
    assert now_of(row) == ("ci", "prod")
    [(action, details)] = events()
    assert action == "credentials:credential:add"
    assert details["tags"] == ["ci", "prod"]


def test_a_change_of_tags_is_an_event_with_the_old_and_the_new_ones() -> None:
    row = scenes.stored(tags=("prod", "ci"))
    edited(row, tags=("prod", "staging"))
    assert now_of(row) == ("prod", "staging")
    change = {"old": ["ci", "prod"], "new": ["prod", "staging"]}
    assert events()[1:] == [("credentials:tags:change", change)]


def test_an_edit_of_tags_and_notes_is_two_events() -> None:
    row = scenes.stored(tags=("prod",))
    edited(row, tags=(), notes="new")
    assert [action for action, _ in events()[1:]] == [
        "credentials:tags:change",
        "credentials:credential:edit",
    ]
    assert events()[2][1] == {"fields": ["notes"]}


def test_the_same_tags_are_no_change() -> None:
    row = scenes.stored(tags=("prod",))
    edited(row, tags=("PROD",), notes="new")
    assert [action for action, _ in events()[1:]] == ["credentials:credential:edit"]


def test_tags_that_a_draft_does_not_name_stay() -> None:
    row = scenes.stored(tags=("prod",))
    edited(row, notes="new")
    replace_secret(scenes.seat(), row, NewSecret(secret=Secret("made-up-password-2")))
    assert now_of(row) == ("prod",)


def test_tags_change_together_with_the_secret() -> None:
    row = scenes.stored(tags=("prod",))
    edited(row, tags=("ci",), secret=Secret("made-up-password-2"))
    assert now_of(row) == ("ci",)


def test_a_tag_that_nobody_uses_is_gone() -> None:
    row, other = scenes.stored(tags=("prod", "ci")), scenes.stored("other", tags=("ci",))
    edited(row, tags=("ci",))
    assert tags.tags_in(row.workspace) == ["ci"]
    delete_credential(scenes.seat(), row)
    delete_credential(scenes.seat(), other)
    assert not Tag.objects.exists()


def test_a_credential_has_at_most_20_tags() -> None:
    most = tuple(f"t{number}" for number in range(20))
    row = scenes.stored(tags=most)
    with pytest.raises(TagsRefused, match=r"21 tags, and 20 are allowed.* out of Tags\.") as why:
        edited(row, tags=(*most, "t20"))
    assert why.value.field == "tags"
    assert len(now_of(row)) == 20


def test_a_workspace_has_at_most_so_many_different_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tags, "MOST_OF_WORKSPACE", 3)
    row = scenes.stored(tags=("a", "b", "c"))
    with pytest.raises(TagsRefused, match="3 different tags, and 3 are allowed") as why:
        scenes.stored("other", tags=("d",))
    assert why.value.field == "tags"
    assert not Credential.objects.filter(name="other").exists()
    scenes.stored("other", tags=("a", "c"))
    elsewhere = cast.seat(cast.workspace("ops"))
    scenes.stored("there", by=elsewhere, tags=("d",))
    assert tags.tags_in(row.workspace) == ["a", "b", "c"]


def test_no_action_stores_a_token_as_a_tag() -> None:
    row = scenes.stored()
    for sample in SAMPLES:
        with pytest.raises(TokenInPlainField):
            add_credential(scenes.seat(), scenes.draft(name="other", tags=(sample,)))
        with pytest.raises(TokenInPlainField):
            edited(row, tags=(sample,))
        with pytest.raises(TokenInPlainField):
            tags.checked_names([sample])
    assert not Tag.objects.exists()
