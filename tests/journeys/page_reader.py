"""Somebody who follows a page of docs/consumers: runs its lines, writes its files."""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.journeys.consumers import Machine
from tests.rules.code import ROOT

FOLDER = ROOT / "docs" / "consumers"
BLOCK = re.compile(r"(?P<before>[^\n]*)\n\n```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)
STUB = """#!{python} -I
import json, pathlib, sys
given = "" if sys.stdin.isatty() else sys.stdin.read()
here = pathlib.Path({home!r}) / (pathlib.Path(sys.argv[0]).name + ".calls")
with here.open("a") as file:
    file.write(json.dumps([sys.argv[1:], given]) + "\\n")
"""


@dataclass
class Block:
    """A block of a page: lines to run, or the text of a file that is named before it."""

    kind: str
    text: str
    file: str


def blocks(page: str) -> list[Block]:
    text = (FOLDER / f"{page}.md").read_text("utf-8")
    found = []
    for match in BLOCK.finditer(text):
        names = re.findall(r"`([^`]+)`", match["before"])
        found.append(Block(match["kind"], match["text"], names[-1] if names else ""))
    assert len(found) == text.count("```") / 2, "each block has a line and an empty one before it"
    return found


@dataclass
class Reader:
    """Somebody who follows a page on a machine; names of the examples are those of the test."""

    machine: Machine
    names: dict[str, str]
    token: str

    def follow(self, page: str) -> dict[str, Any]:
        """Run all lines and write all files; returns what the YAML files hold, by name."""
        files: dict[str, Any] = {}
        for block in blocks(page):
            text = self.here(block.text)
            if block.kind == "sh":
                done = self.machine.run("bash", "-euo", "pipefail", "-c", text, stdin=self.token)
                assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"
            else:
                self.write(block.file, text)
                files[block.file] = yaml.safe_load(text) if block.kind != "groovy" else text
        return files

    def here(self, text: str) -> str:
        for name, own in self.names.items():
            text = text.replace(name, own)
        return text

    def write(self, name: str, text: str) -> Path:
        assert name, "the line before a file's text names the file"
        file = self.machine.home / self.here(name).removeprefix("~/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        file.chmod(0o600)
        return file

    def stub(self, *programs: str) -> None:
        """Programs that write down how they were called."""
        for name in programs:
            home = str(self.machine.home)
            self.machine.install(name, STUB.format(python=sys.executable, home=home))

    def calls(self, name: str) -> list[tuple[list[str], str]]:
        lines = (self.machine.home / f"{name}.calls").read_text("utf-8").splitlines()
        return [(words, given) for words, given in map(json.loads, lines)]
