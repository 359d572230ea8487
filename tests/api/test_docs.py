"""The documents of the API: not stale, a valid description, and lines for curl that work."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from credentials_app import tasks
from credentials_app.models import Credential, Trial
from registry.outcome import Outcome
from tests import cast
from tests.api.calls import call, token_for
from tests.credentials_app.scenes import evidence, registry_says, step
from tests.rules.code import ROOT

PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
LINES = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
PATTERN = re.compile(r"`(lkk_\[[^`]+)`")


def test_the_documents_are_as_the_code_says() -> None:
    script = "import sys; sys.path.insert(0, 'scripts'); import api_docs; print(api_docs.stale())"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]", "run .venv/bin/python scripts/api_docs.py"


def test_the_description_is_valid_openapi() -> None:
    from openapi_spec_validator import OpenAPIV31SpecValidator  # takes seconds

    described: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text())
    assert described["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(described).iter_errors()] == []


def test_no_answer_in_the_description_has_a_secret() -> None:
    described: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text())
    shapes = described["components"]["schemas"]
    with_secret = {name for name, each in shapes.items() if "secret" in each.get("properties", {})}
    assert with_secret == {"NewCredential", "CredentialChange", "Replacement"}
    answers = json.dumps(
        [
            operation["responses"]
            for methods in described["paths"].values()
            for operation in methods.values()
        ]
    )
    assert not any(f'schemas/{name}"' in answers for name in with_secret)


@pytest.mark.django_db
def test_the_published_description_is_the_one_of_the_documents() -> None:
    published = call("GET", "/openapi.json")
    assert published.data == json.loads((ROOT / "docs" / "openapi.json").read_text())


def test_the_pattern_for_scanners_finds_a_token() -> None:
    pattern = PATTERN.search(PAGE)
    assert pattern
    assert re.search(pattern[1], "x lkk_0123456789ABCDEFGHIJKLMNOPQRST4PMbyp y")


class Shell:
    """Runs the blocks of the page, one after another, with the variables of those before."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder, self.variables = folder, {"PATH": os.environ["PATH"], **variables}

    def run(self, block: str) -> str:
        """What the block prints. It keeps its variables in a file."""
        text = f"set -euo pipefail\n{block}\nexport ONE TRIAL\nenv -0 > variables\n"
        done = subprocess.run(
            ["bash", "-c", "ONE=${ONE:-} TRIAL=${TRIAL:-}\n" + text],
            cwd=self.folder,
            env=self.variables,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, (block, done.stdout, done.stderr)
        found = (self.folder / "variables").read_text().split("\0")
        self.variables = dict(each.split("=", 1) for each in found if "=" in each)
        return done.stdout


@pytest.mark.django_db(transaction=True)
def test_the_lines_of_the_page_add_check_and_replace_a_credential(
    live_server: Any, tmp_path: Path
) -> None:
    place = cast.workspace()
    token = token_for(cast.alice(), place)
    shell = Shell(tmp_path, LOCKKEEPER=live_server.url, LOCKKEEPER_TOKEN=token)
    _variables, workspaces, _place, add, follow, ask, replace, state = LINES
    listed = json.loads(shell.run(workspaces))["items"]
    shell.variables["WORKSPACE"] = listed[0]["id"]
    shell.run(add)
    row = Credential.objects.get()
    assert (row.name, row.workspace) == ("deploy", place)
    with registry_says(Outcome.VALID, evidence(step())):
        tasks.check_credential(row.pk)
    progress, runs = map(json.loads, shell.run(follow).replace("}{", "}\n{").splitlines())
    assert (progress["is_moving"], progress["status"]) == (False, "valid")
    assert runs["items"][0]["outcome"] == "valid"
    assert json.loads(shell.run(ask))["is_moving"] is True
    shell.run(replace)
    assert json.loads(shell.run(state))["state"] == "trying"
    with registry_says(Outcome.VALID, evidence(step())):
        tasks.check_trial(Trial.objects.get().pk)
    assert json.loads(shell.run(state))["state"] == "stored"
    row.refresh_from_db()
    assert row.secret_version == 2
