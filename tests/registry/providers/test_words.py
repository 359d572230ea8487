"""The sentences of one provider are in the file of its name, and no others are."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from registry.words import WORDS
from tests.rules.code import Source, sources

SUBJECTS = ("addresses", "realms", "tls", "steps", "causes", "advice", "login_files")
IN_PROVIDERS = {
    *("provider", "reasons", "common_rules", "recognition", "token_links", "token_choice"),
    "__init__",
}


def _words(module: str) -> dict[str, str]:
    words: dict[str, str] = import_module(f"registry.words.{module}").WORDS
    return words


def _owner(source: Source) -> str:
    """The provider that a source file belongs to; for every other file its path."""
    parts = source.path.removesuffix(".py").split("/")
    is_own = parts[:2] == ["registry", "providers"] and parts[2] not in IN_PROVIDERS
    return parts[2] if is_own else source.path


def _texts(source: Source) -> set[str]:
    nodes = (node for node in ast.walk(source.tree) if isinstance(node, ast.Constant))
    return {node.value for node in nodes if isinstance(node.value, str)}


USERS: dict[str, set[str]] = {key: set() for key in WORDS}
for _source in sources():
    if not _source.path.startswith("registry/words/"):
        for _key in _texts(_source) & USERS.keys():
            USERS[_key].add(_owner(_source))
PROVIDERS = sorted(
    path.stem
    for path in Path(import_module("registry.words").__path__[0]).glob("*.py")
    if path.stem in set().union(*USERS.values())
)


def test_every_key_is_in_one_file() -> None:
    assert {"gitlab", "docker_hub", "profiles"} < set(PROVIDERS)
    assert sum(len(_words(module)) for module in (*SUBJECTS, *PROVIDERS)) == len(WORDS)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_provider_s_file_holds_what_only_its_code_uses(provider: str) -> None:
    assert {key: USERS[key] for key in _words(provider) if USERS[key] != {provider}} == {}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_s_file_holds_nothing_that_one_provider_alone_uses(subject: str) -> None:
    alone = {key: USERS[key] for key in _words(subject) if len(USERS[key]) == 1}
    assert {key: users for key, users in alone.items() if users < set(PROVIDERS)} == {}
