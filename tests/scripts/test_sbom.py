"""The list of installed packages is valid CycloneDX, and has every pin with its hashes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cyclonedx.schema import OutputFormat, SchemaVersion
from cyclonedx.validation import make_schemabased_validator

from tests.rules.code import ROOT
from tests.rules.test_requirements import pins


def is_valid(text: str) -> bool:
    version = SchemaVersion.from_version(json.loads(text)["specVersion"])
    return make_schemabased_validator(OutputFormat.JSON, version).validate_str(text) is None


def test_the_list_is_valid_and_whole(tmp_path: Path) -> None:
    file = tmp_path / "sbom.json"
    done = subprocess.run(
        ["scripts/sbom", str(file)],
        cwd=ROOT,
        env={"BIN": str(Path(sys.executable).parent), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    text = file.read_text(encoding="utf-8")
    listed = json.loads(text)
    assert listed["metadata"]["component"]["name"] == "lockkeeper"
    assert is_valid(text)
    assert {each["name"]: each["version"] for each in listed["components"]} == pins(
        "requirements.txt"
    )
    for each in listed["components"]:
        hashes = [one for there in each["externalReferences"] for one in there.get("hashes", [])]
        assert {one["alg"] for one in [*hashes, *each.get("hashes", [])]} == {"SHA-256"}, each


@pytest.mark.parametrize("change", [{"bomFormat": "made up"}, {"components": [{"name": "a"}]}])
def test_a_list_that_is_not_valid_is_noticed(change: dict[str, object]) -> None:
    sound = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
    assert is_valid(json.dumps(sound))
    assert not is_valid(json.dumps(sound | change))
