"""Parts B and C: forbidden addresses, by themselves and behind names that change their mind."""

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from registry.addresses.origins import Origin
from registry.egress.allow_list import parse_allow_list
from registry.egress.guard import Policy
from registry.egress.networks import NEVER, PRIVATE
from registry.protocol.http import FailureKind
from registry.transport.dial import Found
from tests.hostile.addresses import edges_of
from tests.hostile.asking import LOGIN, ask, failed, found, network, resolving
from tests.hostile.certificates import NAME
from tests.hostile.figures import Figures

FORBIDDEN = FailureKind.FORBIDDEN
UNREACHABLE = {FailureKind.NO_CONNECTION, FailureKind.NAME_UNKNOWN}
PUBLIC = "8.8.8.8"
METADATA = "169.254.169.254"
GENEROUS = Policy(allowed=parse_allow_list(f"{NAME}:* 10.0.0.0/8:* [fc00::/7]:* 100.64.0.0/10:*"))
ROUTES = """ip link set lo up && ip route add local 0.0.0.0/0 dev lo &&
    ip -6 route add local ::/0 dev lo"""

type_of_figures = Callable[[str], Figures]


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that any socket was connected to; nothing leaves the process."""
    seen: list[str] = []

    def connect(_: socket.socket, address: Any) -> None:
        seen.append(str(address[0]))
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    return seen


def run_check(
    names: Callable[[str, int], Found], host: str = NAME, policy: Policy | None = None
) -> FailureKind:
    with network(policy or Policy(), names=names) as net:
        return failed(ask(net, Origin("https", host, 443), authorization=LOGIN))[0]


def test_forbidden_addresses_are_never_called(figures: type_of_figures, dialled: list[str]) -> None:
    count = figures("B addresses, resolver patched")
    never = [address for address in edges_of(NEVER) if address != "::1"]
    for address in [*never, *edges_of(PRIVATE)]:
        policy = GENEROUS if address in never else Policy()
        for host in (address, NAME):
            with count.case(f"{address} as {host}"):
                assert run_check(resolving(address), host, policy) is FORBIDDEN
    count.forbidden = len(dialled)
    with count.case("a public address is called: the trap works"):
        assert run_check(resolving(PUBLIC)) in UNREACHABLE
        assert dialled == [PUBLIC]
    count.conclude(limit_s=5)


def flipping() -> Callable[[str, int], Found]:
    turns = iter(range(10_000))

    def names(_: str, port: int) -> Found:
        return [found((PUBLIC, METADATA)[next(turns) % 2], port)]

    return names


def error_then(address: str) -> Callable[[str, int], Found]:
    turns = iter(range(10_000))

    def names(_: str, port: int) -> Found:
        if next(turns) % 2 == 0:
            raise socket.gaierror(socket.EAI_AGAIN, "later")
        return [found(address, port)]

    return names


def odd_family(_: str, port: int) -> Found:
    return [(socket.AF_UNIX, (METADATA, port))]


CASES: dict[str, tuple[Callable[[str, int], Found], set[FailureKind]]] = {
    "public first, metadata second": (resolving(PUBLIC, METADATA), {FORBIDDEN}),
    "metadata first, public second": (resolving(METADATA, PUBLIC), {FORBIDDEN}),
    "public and loopback": (resolving(PUBLIC, "127.0.0.1"), {FORBIDDEN}),
    "public IPv4, private IPv6": (resolving(PUBLIC, "fd00::1"), {FORBIDDEN}),
    "the last of 500 is private": (resolving(*[PUBLIC] * 499, "10.0.0.1"), {FORBIDDEN}),
    "500 public ones": (resolving(*[PUBLIC] * 500), UNREACHABLE),
    "only IPv6, link-local": (resolving("fe80::1"), {FORBIDDEN}),
    "only IPv6, with a zone": (resolving("fe80::1%lo"), {FORBIDDEN}),
    "mapped": (resolving("::ffff:169.254.169.254"), {FORBIDDEN}),
    "6to4 of metadata": (resolving("2002:a9fe:a9fe::1"), {FORBIDDEN}),
    "NAT64 of loopback": (resolving("64:ff9b::7f00:1"), {FORBIDDEN}),
    "an unknown family": (odd_family, {FORBIDDEN}),
    "an empty answer": (resolving(), UNREACHABLE),
    "an address that is none": (resolving("127.1"), {FORBIDDEN}),
    "an error, then metadata": (error_then(METADATA), {FORBIDDEN, *UNREACHABLE}),
    "public, then metadata": (flipping(), {FORBIDDEN, *UNREACHABLE}),
}


def test_a_name_never_leads_to_an_address_that_was_not_judged(
    figures: type_of_figures, dialled: list[str]
) -> None:
    count = figures("C resolution, resolver patched")
    for name, (names, kinds) in CASES.items():
        for attempt in range(40 if "then" in name else 1):
            with count.case(f"{name} ({attempt})"):
                assert run_check(names) in kinds
    count.forbidden = sum(address != PUBLIC for address in dialled)
    assert dialled, "nothing was dialled at all: nothing is proven"
    count.conclude(limit_s=5)


@pytest.mark.allow_hosts(["127.0.0.1"])
def test_in_a_world_where_every_address_is_ours(figures: type_of_figures, project: Path) -> None:
    count = figures("B and C in a network namespace")
    if not namespaces():
        count.notes.append("NOT RUN: network namespaces cannot be made here")
        count.conclude(limit_s=0)
        return
    script = f"{ROUTES} && exec {sys.executable} -m tests.hostile.any_address"
    ran = subprocess.run(
        ["unshare", "-n", "sh", "-c", script],
        cwd=project,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    result = json.loads(ran.stdout)
    count.cases = result["cases"] + result["tries"]
    count.forbidden = result["hits"] + result["rebound"]
    count.slowest_s = result["slowest_s"]
    count.notes.append(f"plain requests reached {result['control']} of {result['cases']}")
    count.notes.append(f"the naive client was rebound {result['naive']} of {result['tries']} times")
    assert result["control"] >= 0.85 * result["cases"], "the trap caught too little"
    assert result["naive"] > 0
    assert result["answered"] == 0
    assert (result["open"], result["public"]) == (3, result["tries"] // 2)
    count.conclude(limit_s=5)


def namespaces() -> bool:
    """Whether this machine lets us make one, with routes of our own."""
    if shutil.which("unshare") is None or shutil.which("ip") is None:
        return False
    made = subprocess.run(["unshare", "-n", "sh", "-c", ROUTES], capture_output=True, check=False)
    return made.returncode == 0
