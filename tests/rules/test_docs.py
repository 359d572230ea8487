"""The links, commands and files that the documents name exist."""

import re
from collections.abc import Iterator

import pytest

from tests.rules.code import ROOT, files

LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")
NAMES = [path.relative_to(ROOT).as_posix() for path in files()]
FOLDERS = tuple({name.split("/")[0] + "/" for name in NAMES if "/" in name})
DOCUMENTS = [name for name in NAMES if name.endswith(".md")]
OUR_FILES = [name for name in DOCUMENTS if not name.startswith("docs/consumers/")]
"""Those whose file names are ours: the pages for consumers name files of their machines."""
CODE = re.compile(r"`([^`\n]+)`")
FILE_LIKE = re.compile(r"[\w./-]+\.(?:css|html|js|json|md|py|toml|ya?ml)")
NOT_OURS = {"registry/app"}
"""An example of a repository, on a page of a provider."""


def test_there_are_documents() -> None:
    assert {"README.md", "CHANGELOG.md", "docs/operations.md"} <= set(DOCUMENTS)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_leads_somewhere(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    targets = [(ROOT / document).parent / target for target in LINK.findall(text)]
    assert [str(target) for target in targets if not target.exists()] == []


@pytest.mark.parametrize("document", OUR_FILES)
def test_every_file_that_is_named_exists(document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    assert [name for name in _named_files(text) if not _exists(name)] == []


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("registry/egress/guard.py", True),
        ("egress/guard.py", True),
        ("guard.py", True),
        ("registry/guard.py", False),
        ("registry/transport/", True),
        ("registry/transports/", False),
        ("wire.py", False),
        ("tests/stand_ins/wire.py", True),
    ],
)
def test_a_file_is_found_by_its_path_or_the_end_of_it(name: str, found: bool) -> None:
    assert list(_named_files(f"see `{name}`")) == [name]
    assert _exists(name) is found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_make_target_that_is_named_exists(document: str) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    known = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    text = (ROOT / document).read_text(encoding="utf-8")
    named = re.findall(r"(?:`|^ {4})make ([a-z][a-z-]+)", text, re.MULTILINE)
    assert set(named) - known == set()


def _named_files(text: str) -> Iterator[str]:
    """The words in backticks with the name of a source file or of a folder of ours."""
    for word in " ".join(CODE.findall(text)).split():
        if word in NOT_OURS or not re.fullmatch(r"[\w./-]+", word):
            continue
        if FILE_LIKE.fullmatch(word) or word.startswith(FOLDERS):
            yield word


def _exists(name: str) -> bool:
    """A path from the root, or the end of one; a file of the tests only by its whole path."""
    ends = any(path.endswith(f"/{name}") for path in NAMES if not path.startswith("tests/"))
    return ends or (ROOT / name).exists()
