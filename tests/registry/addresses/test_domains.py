"""Hosts of one registrant are recognized, by the list inside the library alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from registry.addresses.domains import same_registrable_domain
from tests.rules.code import ROOT

ONE, STRANGERS = True, False

HOSTS = {
    "two names of one domain": ("registry.example.org", "gitlab.example.org", ONE),
    "a domain and a name in it": ("registry.example.org", "example.org", ONE),
    "a domain and itself": ("example.org", "example.org", ONE),
    "the same label under another suffix": (
        "registry.example.org",
        "registry.example.com",
        STRANGERS,
    ),
    "a domain that ends alike": ("registry.example.org", "evil-example.org", STRANGERS),
    "a domain that begins alike": ("example.org", "example.org.evil.example", STRANGERS),
    "one domain under a suffix of two labels": ("registry.a.co.uk", "gitlab.a.co.uk", ONE),
    "neighbors under a suffix of two labels": ("a.co.uk", "b.co.uk", STRANGERS),
    "a suffix of two labels and a domain": ("co.uk", "a.co.uk", STRANGERS),
    "a suffix of two labels and its parent": ("co.uk", "uk", STRANGERS),
    "a suffix and itself": ("co.uk", "co.uk", ONE),
    "one domain under a suffix of three labels": ("x.a.k12.ma.us", "y.a.k12.ma.us", ONE),
    "neighbors under a suffix of three labels": ("a.k12.ma.us", "b.k12.ma.us", STRANGERS),
    "neighbors under a private suffix": ("a.github.io", "b.github.io", STRANGERS),
    "one owner under a private suffix": ("x.a.github.io", "a.github.io", ONE),
    "a private suffix and who lives there": ("github.io", "a.github.io", STRANGERS),
    "a private suffix and its parent": ("github.io", "github.com", STRANGERS),
    "neighbors under a long private suffix": (
        "a.s3.amazonaws.com",
        "b.s3.amazonaws.com",
        STRANGERS,
    ),
    "a suffix of a cloud and the cloud": ("a.s3.amazonaws.com", "sts.amazonaws.com", STRANGERS),
    "two services of a cloud": ("api.ecr.amazonaws.com", "sts.amazonaws.com", ONE),
    "one domain under an unknown suffix": ("registry.acme.internal", "gitlab.acme.internal", ONE),
    "neighbors under an unknown suffix": ("registry.internal", "gitlab.internal", STRANGERS),
    "an unknown suffix and a domain": ("internal", "registry.internal", STRANGERS),
    "one domain under an unknown IDN suffix": ("x.a.xn--zz-fka", "y.a.xn--zz-fka", ONE),
    "two single labels": ("registry", "gitlab", STRANGERS),
    "a single label and itself": ("registry", "registry", ONE),
    "a single label and a name in it": ("registry", "gitlab.registry", STRANGERS),
    "an IPv4 address and itself": ("10.1.2.3", "10.1.2.3", ONE),
    "IPv4 addresses that end alike": ("10.1.2.3", "9.1.2.3", STRANGERS),
    "IPv4 addresses of one network": ("10.1.2.3", "10.1.2.4", STRANGERS),
    "two IPv6 addresses": ("::1", "::2", STRANGERS),
    "an IPv6 address and itself": ("2001:db8::1", "2001:db8::1", ONE),
    "an IPv6 address that embeds an IPv4 one": ("::ffff:10.1.2.3", "10.1.2.3", STRANGERS),
    "an address and a name": ("10.1.2.3", "registry.example.org", STRANGERS),
    "an IDN domain": ("registry.xn--bcher-kva.de", "xn--bcher-kva.de", ONE),
    "neighbors under an IDN suffix": ("a.xn--p1ai", "b.xn--p1ai", STRANGERS),
    "one domain under an IDN suffix": ("x.a.xn--p1ai", "y.a.xn--p1ai", ONE),
    "neighbors under an IDN suffix of two labels": (
        "a.xn--55qx5d.cn",
        "b.xn--55qx5d.cn",
        STRANGERS,
    ),
    "one domain under an IDN suffix of two labels": (
        "x.a.xn--55qx5d.cn",
        "a.xn--55qx5d.cn",
        ONE,
    ),
    "neighbors under a wildcard": ("x.a.ck", "x.b.ck", STRANGERS),
    "neighbors under one suffix of a wildcard": ("x.a.ck", "y.a.ck", STRANGERS),
    "one domain under a suffix of a wildcard": ("1.x.a.ck", "2.x.a.ck", ONE),
    "suffixes of a wildcard": ("a.ck", "b.ck", STRANGERS),
    "an exception of a wildcard": ("registry.www.ck", "www.ck", ONE),
    "an exception of a wildcard and a suffix of it": ("www.ck", "a.ck", STRANGERS),
    "an exception of a wildcard with a parent": (
        "x.city.kawasaki.jp",
        "y.city.kawasaki.jp",
        ONE,
    ),
    "a wildcard's parent and a domain": ("kawasaki.jp", "x.a.kawasaki.jp", STRANGERS),
    "a wildcard's parent is a suffix too": (
        "compute.amazonaws.com",
        "sts.amazonaws.com",
        STRANGERS,
    ),
}

# No host that was parsed is written like this.
NOT_CANONICAL = {
    "a trailing dot": ("registry.example.org.", "gitlab.example.org", ONE),
    "neighbors with trailing dots": ("a.github.io.", "b.github.io.", STRANGERS),
    "a single label with a trailing dot": ("registry.", "gitlab.", STRANGERS),
    "upper case": ("Registry.EXAMPLE.org", "gitlab.example.ORG", ONE),
    "neighbors in upper case": ("A.GITHUB.IO", "B.GITHUB.IO", STRANGERS),
    "letters beyond ASCII": ("registry.bücher.de", "bücher.de", ONE),
    "letters beyond ASCII and A-labels": ("registry.bücher.de", "xn--bcher-kva.de", STRANGERS),
    "an empty label": ("a..example.org", "b.example.org", STRANGERS),
    "a leading dot": (".example.org", "example.org", STRANGERS),
    "no host": ("", "example.org", STRANGERS),
}

READING = """
import os, sys

def watch(event, given):
    writes = event == "open" and given[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if writes or event.startswith(("socket.", "os.mkdir", "subprocess.", "urllib.")):
        print(event, given)

sys.addaudithook(watch)
from registry.addresses.domains import same_registrable_domain
same_registrable_domain("a.example.org", "b.example.org")
"""


@pytest.mark.parametrize(
    ("one", "other", "same"), [pytest.param(*row, id=name) for name, row in HOSTS.items()]
)
def test_hosts_of_one_registrant_are_told_from_strangers(one: str, other: str, same: bool) -> None:
    assert same_registrable_domain(one, other) is same
    assert same_registrable_domain(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "same"), [pytest.param(*row, id=name) for name, row in NOT_CANONICAL.items()]
)
def test_another_spelling_makes_no_stranger_a_relative(one: str, other: str, same: bool) -> None:
    assert same_registrable_domain(one, other) is same
    assert same_registrable_domain(other, one) is same


def test_the_list_is_read_without_the_network_and_nothing_is_written(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-B", "-c", READING],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert (done.stdout, list(tmp_path.iterdir())) == ("", [])
