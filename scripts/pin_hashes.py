"""Writes the hashes of all pinned packages into the requirements files, as pip wants them.

    .venv/bin/python scripts/pin_hashes.py            after a pin was added or changed
    .venv/bin/python scripts/pin_hashes.py --check    without network: is a pin without its hashes?

Asks the package index (PIP_INDEX_URL, or else pypi.org) for the files of each pin, by the JSON form
of its simple API, and keeps the wheels for Python 3.11 or newer on Linux, x86_64 and aarch64. A
package without such a wheel gets the hash of its source archive. Each file names the digest of its
pins and hashes, so that a pin that changed without its hashes is found.
"""

import hashlib
import json
import os
import re
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.tags import Tag
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
FILES = ("requirements.txt", "requirements-test.txt")
PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9_.-]+)(?P<extras>\[[a-z,]+\])?==(?P<version>[^\s\\]+)", re.MULTILINE
)
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?\n", re.MULTILINE)
DIGEST = re.compile(r"^# digest of the pins and hashes: .*\n\n?", re.MULTILINE)
INTERPRETER = re.compile(r"py3|py2\.py3|cp3(?P<minor>\d+)")
MACHINES = re.compile(r"any|(?:many)?linux\w*_(?:x86_64|aarch64)")
OLDEST = 11
AGAIN = "run .venv/bin/python scripts/pin_hashes.py"


@dataclass(frozen=True)
class Pinned:
    """One pin with its hashes."""

    name: str
    version: str
    hashes: tuple[str, ...]


def pins_in(text: str) -> list[Pinned]:
    """The pins of a requirements file with the hashes that follow each."""
    found = []
    for match in PIN.finditer(text):
        lines = text[match.end() :].split("\n")[1:]
        hashes = []
        for line in lines:
            if not HASH.fullmatch(f"{line}\n"):
                break
            hashes.append(line.removesuffix(" \\").strip().removeprefix("--hash=sha256:"))
        found.append(Pinned(match["name"], match["version"], tuple(hashes)))
    return found


def digest_of(pins: list[Pinned]) -> str:
    """The digest that the file names: it changes with every pin and every hash."""
    lines = [f"{pin.name}=={pin.version} {' '.join(pin.hashes)}" for pin in pins]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:32]


def faults_of(text: str) -> Iterator[str]:
    """A sentence for each pin without a hash, and for a digest that does not fit."""
    pins = pins_in(text)
    yield from (f"{pin.name} has no hash: {AGAIN}" for pin in pins if not pin.hashes)
    if f"# digest of the pins and hashes: {digest_of(pins)}\n" not in text:
        yield f"A pin has changed and its hashes have not: {AGAIN}"


def with_hashes(text: str, hashes: dict[str, tuple[str, ...]]) -> str:
    """The file with these hashes, by the name of the package, and with its digest."""
    bare = DIGEST.sub("", HASH.sub("", text))
    bare = re.sub(r" \\$", "", bare, flags=re.MULTILINE)

    def pin_with_hashes(match: re.Match[str]) -> str:
        listed = [f"    --hash=sha256:{each}" for each in hashes[match["name"]]]
        return " \\\n".join([match.group(), *listed])

    body = PIN.sub(pin_with_hashes, bare)
    return f"# digest of the pins and hashes: {digest_of(pins_in(body))}\n\n{body}"


def fits(tag: Tag) -> bool:
    """True if Python 3.11 or newer on Linux can use a wheel with this tag."""
    interpreter = INTERPRETER.fullmatch(tag.interpreter)
    if interpreter is None or not MACHINES.fullmatch(tag.platform) or tag.abi.endswith("t"):
        return False
    minor = int(interpreter["minor"] or OLDEST)
    return minor >= OLDEST or tag.abi == "abi3"


def hashes_of(name: str, version: str, files: list[dict[str, Any]]) -> tuple[str, ...]:
    """The hashes of the wheels of this version that fit, or else of its source archive."""
    wheels, sources = set(), set()
    for file in files:
        digest = file["hashes"]["sha256"]
        try:
            _, found, _, tags = parse_wheel_filename(file["filename"])
            if found == Version(version) and any(map(fits, tags)):
                wheels.add(digest)
        except InvalidWheelFilename:
            try:
                _, found = parse_sdist_filename(file["filename"])
            except InvalidSdistFilename:
                continue  # an egg, an installer for Windows
            sources |= {digest} if found == Version(version) else set()
    if not wheels | sources:
        raise SystemExit(f"The index has no file of {name} {version}.")
    return tuple(sorted(wheels or sources))


def files_of(name: str) -> list[dict[str, Any]]:
    """The files of a package, as the index lists them."""
    index = os.environ.get("PIP_INDEX_URL") or "https://pypi.org/simple"
    request = urllib.request.Request(
        f"{index.rstrip('/')}/{canonicalize_name(name)}/",
        headers={"Accept": "application/vnd.pypi.simple.v1+json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # nosec B310  # the index pip uses
        found: list[dict[str, Any]] = json.load(answer)["files"]
    return found


def main(arguments: list[str]) -> int:
    """Check the files, or write them again."""
    faults = 0
    for file in map(ROOT.joinpath, FILES):
        text = file.read_text(encoding="utf-8")
        if "--check" in arguments:
            for sentence in faults_of(text):
                faults += 1
                print(f"{file.name}: {sentence}")
            continue
        pins = pins_in(text)
        hashes = {pin.name: hashes_of(pin.name, pin.version, files_of(pin.name)) for pin in pins}
        file.write_text(with_hashes(text, hashes), encoding="utf-8")
        print(f"{file.name}: {len(pins)} pins, {sum(map(len, hashes.values()))} hashes")
    return min(faults, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
