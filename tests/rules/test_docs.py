"""What the documents point at is there."""

import re

import pytest

from tests.rules.code import ROOT, files

LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")
DOCUMENTS = [path.relative_to(ROOT).as_posix() for path in files() if path.suffix == ".md"]


def test_there_are_documents() -> None:
    assert {"README.md", "CHANGELOG.md", "docs/operations.md"} <= set(DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = [(ROOT / document).parent / target for target in LINK.findall(text)]
    assert [str(target) for target in targets if not target.exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_that_is_named_exists(document: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    text = (ROOT / document).read_text(encoding="utf-8")
    named = re.findall(r"(?:`|^ {4})make ([a-z][a-z-]+)", text, re.MULTILINE)
    assert set(named) - known == set()
