"""The floor plan: no circles, no shards, and a document that shows what the contracts say."""

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib import import_module

import pytest
from django.db.migrations.loader import MigrationLoader

from tests.rules.code import PACKAGES, ROOT, Source, sources

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
}
FLOORS = [contract for contract in CONTRACTS.values() if contract["type"] == "layers"]
# What Django or a person looks up by its name, and tables of sentences.
LOOKED_UP = re.compile(
    r"/(views|models|management|admin|templatetags|forms|words)/|/(apps|tasks|\w*urls)\.py$"
)
SMALL = 40
MODULES = {
    source.path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): source
    for source in sources(*PACKAGES)
}


def _imports(source: Source, *, anywhere: bool) -> Iterator[str]:
    """The modules of ours that a module imports, at its top or ``anywhere``."""
    nodes = ast.walk(source.tree) if anywhere else source.tree.body
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in MODULES else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_no_module_imports_itself_in_a_circle() -> None:
    graph = {
        name: {other for other in _imports(source, anywhere=False) if other in MODULES} - {name}
        for name, source in MODULES.items()
    }
    assert len(graph) > 300
    list(TopologicalSorter(graph).static_order())  # raises CycleError with the circle


def test_a_small_module_of_one_user_says_why_it_stands_on_its_own() -> None:
    users: dict[str, set[str]] = defaultdict(set)
    for name, source in MODULES.items():
        for other in _imports(source, anywhere=True):
            users[other].add(name)
    shards = [
        source
        for name, source in MODULES.items()
        if source.lines < SMALL and len(users[name] - {name}) == 1
        if not source.path.endswith("__init__.py") and not LOOKED_UP.search(source.path)
    ]
    docs = {source.path: ast.get_docstring(source.tree) or "" for source in shards}
    silent = [path for path, doc in docs.items() if not re.search(r"\bPure\.|On its own:", doc)]
    assert silent == [], "merge each with its user, or say in its docstring: On its own: …"
    assert len(shards) < 15


@pytest.mark.parametrize("contract", FLOORS, ids=lambda contract: contract["id"])
def test_the_picture_of_the_floors_is_the_contract(contract: dict[str, list[str]]) -> None:
    assert "".join(f"    {layer}\n" for layer in contract["layers"]) in PAGE


def test_every_package_has_a_contract_of_inner_floors() -> None:
    assert {package for c in FLOORS for package in c.get("containers", [])} == set(PACKAGES)
    assert all(c.get("exhaustive") for c in FLOORS if "containers" in c)


def _state() -> list[tuple[str, str]]:
    table = PAGE.partition("## State of a process")[2]
    return re.findall(r"^\| `([\w/]+)\.py` `([\w.]+)` \|", table, re.M)


def test_the_table_of_process_state_names_what_there_is() -> None:
    assert len(_state()) > 10
    for path, name in _state():
        found = import_module(path.replace("/", "."))
        for part in name.split("."):
            found = getattr(found, part)


def test_no_cache_and_no_mutable_global_is_missing_from_the_table() -> None:
    named = {path for path, _ in _state()}
    kinds = (
        r"@(lru_)?cache\b|^\w+(: [^=\n]+)? = (\[\]|\{\}|set\(\)|threading\.|ContextVar|ThreadPool)"
    )
    holders = {
        source.path.removesuffix(".py")
        for source in sources(*PACKAGES)
        if re.search(kinds, source.text, re.M)
    }
    assert holders <= named, "name them in docs/architecture.md, State of a process"


def test_the_migrations_of_each_app_are_one_chain() -> None:
    assert MigrationLoader(None).detect_conflicts() == {}
