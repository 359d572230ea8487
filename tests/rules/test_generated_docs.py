"""The documents that are written from the tables say what the tables say."""

import importlib.util
import re
import sys
from types import ModuleType

import pytest

from registry.outcome import Outcome
from registry.providers import PROVIDERS
from registry.providers.provider import Provider
from registry.words import WORDS
from tests.rules.code import ROOT


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    """The script that writes the documents, without running it."""
    spec = importlib.util.spec_from_file_location(
        "provider_docs", ROOT / "scripts/provider_docs.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


def test_the_documents_are_as_the_tables_say(writer: ModuleType) -> None:
    assert writer.stale() == [], "run .venv/bin/python scripts/provider_docs.py"


def test_a_document_that_nobody_wrote_would_be_noticed(
    writer: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    fewer = {path: text for path, text in writer.documents().items() if "quay" not in path}
    monkeypatch.setattr(writer, "documents", lambda: {**fewer, "docs/verdicts.md": "old"})
    assert writer.stale() == ["docs/providers/quay.md", "docs/verdicts.md"]


def test_every_cause_stands_on_the_page_of_verdicts() -> None:
    page = (ROOT / "docs/verdicts.md").read_text(encoding="utf-8")
    causes = {key.removeprefix("cause_").replace("_", "-") for key in WORDS if "cause_" in key}
    assert causes - set(re.findall(r'<a id="([a-z0-9-]+)">', page)) == set()


def test_every_case_has_a_cause_a_fix_and_a_link() -> None:
    page = (ROOT / "docs/verdicts.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("|")]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in rows if "---" not in line]
    cases = [row for row in cells if row[0].strip() != "Cause"]
    assert len(cases) > 100
    for cause, fix, link in cases:
        assert re.sub(r"<[^>]*>", "", cause).strip().endswith((".", "”"))
        assert fix.strip()
        assert "](providers/" in link


def test_every_outcome_has_its_section() -> None:
    page = (ROOT / "docs/verdicts.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^## ", page, re.MULTILINE)) == len(Outcome)


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.slug)
def test_a_provider_explains_itself(provider: Provider) -> None:
    """What the form and the page need: an example of everything, and the least token to make."""
    told = {name: getattr(provider, name) for name in ("summary", "username_help", "secret_help")}
    assert {name for name, text in told.items() if not text.endswith(".")} == set()
    assert provider.username_example
    assert provider.recommended
