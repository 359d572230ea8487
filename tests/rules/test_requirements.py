"""Every package is pinned, and none is older than a hole that was closed in it."""

import re
from importlib.metadata import requires, version

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from scripts import pin_hashes
from tests.rules.code import ROOT

# The oldest version that is fit for us, and why.
FLOORS = {
    "Django": ("5.2.19", "the LTS release with every security fix up to it"),
    "requests": ("2.32.4", "CVE-2024-47081: credentials of .netrc sent to another host"),
    "urllib3": ("2.6.3", "CVE-2025-66418, -66471, 2026-21441: decompression without bounds"),
    "cryptography": ("46.0.5", "CVE-2026-26007: points of small subgroups accepted"),
    "certifi": ("2024.7.4", "CVE-2024-39689: a distrusted authority still in the bundle"),
    "gunicorn": ("23.0.0", "CVE-2024-1135, -6827: request smuggling"),
    "idna": ("3.7", "CVE-2024-3651: quadratic time on crafted names"),
    "sqlparse": ("0.5.4", "CVE-2024-4340 and later: recursion on crafted nesting"),
    "django-allauth": ("65.3.0", "account enumeration by timing and by the sign-up form"),
    "redis": ("4.5.5", "CVE-2023-28859: answers mixed up between callers"),
    "celery": ("5.2.2", "CVE-2021-23727: commands from a result backend"),
    "publicsuffixlist": ("1.1.2.20261023", "an older list takes strangers for one registrant"),
}
PIN = re.compile(r"(?P<name>[A-Za-z0-9_.-]+)(\[[a-z,]+\])?==(?P<version>[0-9][A-Za-z0-9.]*)")


def lines(name: str) -> list[str]:
    text = (ROOT / name).read_text(encoding="utf-8")
    stripped = (line.split("#")[0].strip().removesuffix(" \\") for line in text.splitlines())
    return [line for line in stripped if line and not line.startswith(("-r ", "--hash="))]


def pins(name: str) -> dict[str, str]:
    found = (PIN.fullmatch(line) for line in lines(name))
    return {match["name"]: match["version"] for match in found if match}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_package_is_pinned_to_one_version(name: str) -> None:
    assert [line for line in lines(name) if not PIN.fullmatch(line)] == []
    named = [line.split("==")[0].split("[")[0].lower() for line in lines(name)]
    assert len(named) == len(set(named))


@pytest.mark.parametrize("name", pin_hashes.FILES)
def test_every_pin_has_its_hashes(name: str) -> None:
    assert list(pin_hashes.faults_of((ROOT / name).read_text(encoding="utf-8"))) == []


def test_packages_are_installed_with_their_hashes_only() -> None:
    for file in ("scripts/packages", "Dockerfile"):
        text = (ROOT / file).read_text(encoding="utf-8")
        installs = re.findall(r"pip install (?:[^\n]*\\\n)*[^\n]*", text)
        assert installs
        assert all("--require-hashes" in command for command in installs)


@pytest.mark.parametrize("package", FLOORS)
def test_no_package_is_older_than_its_floor(package: str) -> None:
    floor, reason = FLOORS[package]
    assert Version(pins("requirements.txt")[package]) >= Version(floor), reason
    assert Version(version(package)) >= Version(floor), reason


def test_what_is_installed_is_what_is_pinned() -> None:
    wanted = pins("requirements.txt") | pins("requirements-test.txt")
    assert {name: version(name) for name in wanted} == wanted


def test_the_sealing_package_is_the_maintained_continuation() -> None:
    assert "django-cryptography-5" in pins("requirements.txt")
    assert "django-cryptography" not in pins("requirements.txt")
    assert "django-cryptography-5" in (ROOT / "README.md").read_text(encoding="utf-8")
    decisions = sorted((ROOT / "docs" / "decisions").glob("0001-*.md"))
    assert decisions, "the first decision record is missing"
    assert "django-cryptography-5" in decisions[0].read_text(encoding="utf-8")


def test_the_pins_are_whole() -> None:
    """Nothing that a pinned package needs comes in without a pin of its own."""
    pinned = {n.lower().replace("_", "-") for n in pins("requirements.txt")}
    loose = set()
    for line in lines("requirements.txt"):
        own = Requirement(line)
        for text in requires(own.name) or []:
            need = Requirement(text)
            extras = [*own.extras, ""]
            if need.marker and not any(need.marker.evaluate({"extra": e}) for e in extras):
                continue
            if need.name.lower().replace("_", "-") not in pinned:
                loose.add(f"{own.name} needs {need.name}")
    assert loose == set()
