"""Servers under their regional, new and miswritten names."""

import pytest

from registry.addresses.hosts import AddressError
from registry.addresses.server import parse_server
from registry.outcome import Outcome
from registry.providers import detect
from registry.providers.aws.ecr import real_host
from tests.registry.scripted import NetworkFailure, run_check

PROVIDERS = {
    # Reported.
    "registry-intl.eu-central-1.aliyuncs.com": "alibaba",
    "uk-london-1.ocir.io": "oracle",
    "1234-5678-9012.dkr.ecr.eu-central-1.amazonaws.com": "ecr",
    # Their neighbors.
    "registry-intl-vpc.ap-southeast-1.aliyuncs.com": "alibaba",
    "registry-intl-internal.ap-southeast-1.aliyuncs.com": "alibaba",
    "registry.aliyuncs.com": "alibaba",
    "made-up-registry-intl.cn-hangzhou.cr.aliyuncs.com": "alibaba",
    "crpi-0a1b2c3d4e5f6a7b.cn-shanghai.personal.cr.aliyuncs.com": "alibaba",
    "crpi-0a1b2c3d4e5f6a7b-vpc.cn-shanghai.personal.cr.aliyuncs.com": "alibaba",
    "us-gov-ashburn-1.ocir.io": "oracle",
    "ap-tokyo-1.ocir.io": "oracle",
    "ocir.us-langley-1.oci.oraclegovcloud.com": "oracle",
    "ocir.eu-frankfurt-2.oci.oraclecloud.eu": "oracle",
    "1234-5678-9012.dkr.ecr-fips.us-gov-west-1.amazonaws.com": "ecr",
    "1234-5678-9012.dkr-ecr.eu-central-1.on.aws": "ecr",
    "dhi.io": "docker_hub",
    "docker.com": "docker_hub",
    "registry.docker.io": "docker_hub",
    "oci://registry-1.docker.io/exampleco/chart": "docker_hub",
    # Names that only look like theirs.
    "registry-intl.eu-central-1.aliyuncs.com.example.org": "generic",
    "registryintl.eu-central-1.aliyuncs.com": "generic",
    "uk-london-1.ocir.io.example.org": "generic",
    "uk-london-1-ocir.io": "generic",
    "1234-5678-901.dkr.ecr.eu-central-1.amazonaws.com": "generic",
    "1234-56-789012.dkr.ecr.eu-central-1.amazonaws.com": "generic",
    "1234-5678-9012.dkr.ecr.example.org": "generic",
    "dhi.io.example.org": "generic",
    "xdhi.io": "generic",
}


@pytest.mark.parametrize("typed", PROVIDERS)
def test_a_server_has_the_provider_of_its_name(typed: str) -> None:
    assert detect(parse_server(typed).origin).slug == PROVIDERS[typed]


@pytest.mark.parametrize("typed", ["oci://registry.example.org", "OCI://registry.example.org/"])
def test_the_prefix_of_helm_and_flux_is_dropped(typed: str) -> None:
    assert str(parse_server(typed).origin) == "https://registry.example.org"


@pytest.mark.parametrize("typed", ["ftp://registry.example.org", "ocis://registry.example.org"])
def test_another_prefix_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(AddressError, match="address_scheme"):
        parse_server(typed)


def test_dashes_in_an_account_number_are_told_before_any_request() -> None:
    dashed = "1234-5678-9012.dkr.ecr.eu-central-1.amazonaws.com"

    def nobody(_request: object) -> NetworkFailure:
        raise AssertionError("something was sent")

    _, verdict, requests = run_check(nobody, server=parse_server(dashed).origin)
    assert requests == []
    assert verdict.outcome is Outcome.WRONG_SERVER
    assert verdict.suggested_server == "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
    assert "without the dashes" in verdict.message.text()
    assert verdict.suggested_server in verdict.advice[0].text()


def test_a_name_without_dashes_is_the_real_one() -> None:
    assert real_host("123456789012.dkr.ecr.eu-central-1.amazonaws.com") == ""
