"""What must not stand in the code, and the few places where something dangerous may."""

import ast
import re

import pytest

from tests.rules.code import PACKAGES, ROOT, files, sources

# A password becomes readable text here and nowhere else, and why.
MAY_REVEAL = {
    "registry/protocol/jwt.py": "reads what a registry's token says of itself",
    "registry/providers/aws/signature.py": "signs a request with a key that is never sent",
    "registry/secret_kinds/kind.py": "recognizes kinds of secrets by how they begin",
    "registry/transport/request.py": "writes the header that goes to the registry",
    "workspaces/openid/github.py": "sends the client secret to GitHub",
    "workspaces/openid/openid_connect.py": "sends the client secret to the provider",
    "credentials_app/exports/files.py": "writes the files that people download",
    "credentials_app/views/exporting.py": "answers with such a file, as an attachment",
    "api/fetch.py": "answers a program that fetches a login",
    "credentials_app/secrets.py": "seals what a person typed, and digests what was refused",
}

# The words of each rule, and why.
NEVER = {
    "a certificate that nobody looks at": r"verify\s*=\s*False|CERT_NONE|_create_unverified",
    "a row fetched in a view without asking who wants it": r"(?<=.)\.objects\.get\(\s*(pk|id)=",
    "markup that is believed": r"\bmark_safe\b|\|\s*safe\b|\bSafeString\b",
    "pickle": r"\bimport pickle\b|\bpickle\.loads?\b|PickleSerializer",
    "a view without its token against forgery": r"csrf_exempt",
    "code made from text": r"(?<![\w.])(eval|exec)\(",
    "a shell": r"shell\s*=\s*True|os\.system\(",
    "an exception swallowed whole": r"except\s*:|except BaseException:\s*pass",
}
# The one place where one of them stands all the same, and why.
BUT_HERE = {
    "a view without its token against forgery": {
        "credentials_app/views/unsubscribe.py": "a mail program has no cookie: RFC 8058",
    },
}
ONLY_IN_VIEWS = {"a row fetched in a view without asking who wants it"}
ELSEWHERE = re.compile(r"\.\./shared\b|(?<![\w.:/-])/(home|Users|work|root)/[A-Za-z]")
TEXT = {".py", ".md", ".html", ".txt", ".toml", ".yml", ".css", ".js", ".json", ".sh", ""}


def test_a_secret_is_revealed_in_a_handful_of_files() -> None:
    found = {s.path for s in sources() if re.search(r"\.reveal\(", s.text)}
    assert found == MAY_REVEAL.keys()


@pytest.mark.parametrize("what", NEVER)
def test_never(what: str) -> None:
    found = [
        f"{source.path}: {match.group()}"
        for source in sources()
        for match in re.finditer(NEVER[what], source.text)
        if what not in ONLY_IN_VIEWS or "/views" in source.path
        if source.path not in BUT_HERE.get(what, {})
    ]
    assert found == []


def test_no_template_believes_markup_or_runs_inline_scripts() -> None:
    pages = [path for path in files() if path.suffix == ".html"]
    wrong = r"\|\s*safe\b|autoescape off|<script(?![^>]*\bsrc=)|\son[a-z]+=|\sstyle=|javascript:"
    bad = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in pages
        if not re.search("/emails?/", path.as_posix())  # mail programs know no style sheets
        for match in re.finditer(wrong, path.read_text(encoding="utf-8"), re.I)
    ]
    assert bad == []


def test_nothing_refers_to_a_folder_outside_of_the_project() -> None:
    this = "tests/rules/test_safety.py"
    found = [
        path.relative_to(ROOT).as_posix()
        for path in files()
        if path.suffix in TEXT
        and path.relative_to(ROOT).as_posix() != this
        and ELSEWHERE.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_print_and_breakpoints_stay_out_of_the_packages() -> None:
    said = [
        f"{source.path}:{node.lineno}"
        for source in sources(*PACKAGES)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"print", "breakpoint"}
    ]
    assert said == []


def test_no_file_that_stays_private_is_checked_in() -> None:
    private = re.compile(r"\.(pem|key|sqlite3|db|env|pyc|log)$|(^|/)(\.env|data)(/|$)")
    names = [path.relative_to(ROOT).as_posix() for path in files()]
    assert [name for name in names if private.search(name)] == []
