"""Finding the registry of a GitLab whose web address was given."""

import pytest

from registry.addresses.origins import Origin
from registry.addresses.server import parse_server
from registry.flows.find_registry import candidates
from registry.outcome import Outcome
from registry.protocol.http import FailureKind, NetworkFailure, Request, Response
from tests.registry.scripted import challenge, page, run_check

WEB = parse_server("gitlab.example.org").origin
PROXY = 'Bearer realm="https://gitlab.example.org/jwt/auth",service="dependency_proxy"'
REAL = 'Bearer realm="https://gitlab.example.org/jwt/auth",service="container_registry"'
OTHER = 'Bearer realm="https://gitlab.example.net/jwt/auth",service="container_registry"'
NOBODY = NetworkFailure(FailureKind.NAME_UNKNOWN)


def at(**answers: Response) -> object:
    """A GitLab whose registry, or something else, answers at these origins."""

    def script(request: Request) -> Response | NetworkFailure:
        if request.origin == WEB:
            return challenge(PROXY)
        return answers.get(request.origin.netloc.replace(".", "_").replace(":", "__"), NOBODY)

    return script


@pytest.mark.parametrize(
    ("answers", "suggested"),
    [
        ({"registry_example_org": challenge(REAL)}, "registry.example.org"),
        ({"registry_gitlab_example_org": challenge(REAL)}, "registry.gitlab.example.org"),
        ({"gitlab_example_org__5050": challenge(REAL)}, "gitlab.example.org:5050"),
        ({"gitlab_example_org__4567": challenge(REAL)}, "gitlab.example.org:4567"),
        ({"registry_example_org": challenge(OTHER)}, ""),
        ({"registry_example_org": challenge(PROXY)}, ""),
        ({"registry_example_org": page(200)}, ""),
        ({}, ""),
    ],
)
def test_only_a_registry_that_points_back_is_suggested(
    answers: dict[str, Response], suggested: str
) -> None:
    _, verdict, requests = run_check(at(**answers), server=WEB, secret="glpat-MADEUPMADEUPMADEUP12")  # type: ignore[arg-type]
    assert verdict.outcome is Outcome.WRONG_SERVER
    assert verdict.suggested_server == suggested
    assert verdict.advice[0].key == ("do_use_server" if suggested else "do_find_registry")
    assert all(request.authorization is None for request in requests)


def test_gitlab_com_is_known_without_asking() -> None:
    server = parse_server("gitlab.com").origin
    proxy = PROXY.replace("gitlab.example.org", "gitlab.com")
    _, verdict, requests = run_check(lambda request: challenge(proxy), server=server)
    assert verdict.suggested_server == "registry.gitlab.com"
    assert len(requests) == 1


def test_an_address_has_no_names_beside_it() -> None:
    found = list(candidates(Origin("https", "192.0.2.1", 443)))
    assert {origin.host for origin in found} == {"192.0.2.1"}
