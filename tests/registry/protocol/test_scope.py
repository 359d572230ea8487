"""Scopes in challenges, and repositories that people type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.addresses.origins import Origin
from registry.protocol.scope import (
    RepositoryError,
    Scope,
    parse_scopes,
    repository_name,
    repository_scope,
)
from tests.registry.rows import Row, each

NASTY = st.text(st.sampled_from("abZ09._-/:@ \n\\%") | st.characters(), max_size=60)


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("repository:a/b:pull", Scope("repository", "a/b", ("pull",))),
        ("repository:a/b:push,pull", Scope("repository", "a/b", ("pull", "push"))),
        ("repository:a/b:pull,pull", Scope("repository", "a/b", ("pull",))),
        ("repository:h.example:5000/a:pull", Scope("repository", "h.example:5000/a", ("pull",))),
        ("registry:catalog:*", Scope("registry", "catalog", ("*",))),
        ("repository(plugin):a/b:pull", Scope("repository(plugin)", "a/b", ("pull",))),
    ],
)
def test_a_scope_is_split_at_its_first_and_last_colon(text: str, scope: Scope) -> None:
    assert Scope.parse(text) == scope
    assert Scope.parse(str(scope)) == scope


@pytest.mark.parametrize(
    "text",
    [
        "", "*", ":", "::", "repository", "repository:a", "repository::pull", ":a:pull",
        "repository:a:", "repository:a:pull,", "repository:a:PULL", "repo sitory:a:pull",
        "repository:a b:pull", "repository:a\n:pull", "repository:a:pull push",
    ],
)  # fmt: skip
def test_what_is_no_scope_is_none(text: str) -> None:
    assert Scope.parse(text) is None


def test_the_scopes_of_a_challenge_are_read_and_the_rest_left_out() -> None:
    read = parse_scopes("repository:a:pull * registry:catalog:*")
    assert list(map(str, read)) == ["repository:a:pull", "registry:catalog:*"]
    assert parse_scopes("") == ()


@given(NASTY)
def test_no_text_makes_reading_scopes_raise(text: str) -> None:
    for scope in parse_scopes(text):
        assert Scope.parse(str(scope)) == scope


def test_the_scope_for_a_repository_names_each_action_once() -> None:
    assert str(repository_scope("a/b", ["push", "pull", "push"])) == "repository:a/b:pull,push"


@each("repositories", "accepted")
def test_a_repository_is_read(row: Row) -> None:
    server = Origin.parse(row["server"]) if "server" in row else None
    assert repository_name(row["typed"], server=server) == row["repository"]


@each("repositories", "refused")
def test_a_repository_is_refused_with_its_own_sentence(row: Row) -> None:
    with pytest.raises(RepositoryError) as refusal:
        repository_name(row["typed"])
    assert refusal.value.message.key == row["error"]
    assert refusal.value.message.text()


@given(NASTY)
def test_an_accepted_repository_fits_into_a_scope_and_stays_as_it_is(text: str) -> None:
    try:
        name = repository_name(text)
    except RepositoryError:
        return
    assert repository_name(name) == name
    assert Scope.parse(f"repository:{name}:pull") == repository_scope(name, ["pull"])
    assert len(name) <= 255
