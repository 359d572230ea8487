"""The values of a flow: they show no secret, and find headers in any case."""

from dataclasses import FrozenInstanceError

import pytest

from registry.addresses.origins import DOCKER_HUB
from registry.protocol.http import (
    Basic,
    Bearer,
    FailureKind,
    HeaderToken,
    NetworkFailure,
    Request,
    Response,
)
from registry.secret import Secret

PASSWORD = Secret("made-up-password-1")


@pytest.mark.parametrize(
    "authorization",
    [Basic("robot", PASSWORD), Bearer(PASSWORD), HeaderToken("PRIVATE-TOKEN", PASSWORD)],
)
def test_a_request_does_not_show_what_it_authorizes_with(
    authorization: Basic | Bearer | HeaderToken,
) -> None:
    request = Request(DOCKER_HUB, "/v2/", authorization=authorization)
    assert "made-up" not in f"{request!r} {request}"


def test_a_request_is_a_get_for_json_without_a_login() -> None:
    request = Request(DOCKER_HUB, "/v2/")
    assert (request.method, request.accept) == ("GET", "application/json")
    assert request.authorization is None
    assert request.query == ()


def test_a_request_cannot_be_sent_elsewhere_afterwards() -> None:
    with pytest.raises(FrozenInstanceError):
        Request(DOCKER_HUB, "/v2/").path = "/elsewhere"  # type: ignore[misc]


def test_headers_are_found_in_any_case_and_in_their_order() -> None:
    response = Response(401, (("WWW-Authenticate", "a"), ("Date", "x"), ("www-authenticate", "b")))
    assert response.header("Www-Authenticate") == "a"
    assert response.all_headers("WWW-AUTHENTICATE") == ("a", "b")
    assert response.header("Retry-After") == ""
    assert response.all_headers("Retry-After") == ()


@pytest.mark.parametrize("kind", FailureKind)
def test_a_failure_says_its_kind_and_nothing_foreign(kind: FailureKind) -> None:
    failure = NetworkFailure(kind, detail="certificate_expired", took_ms=5)
    assert str(failure) == kind.value
    assert (failure.kind, failure.detail, failure.took_ms) == (kind, "certificate_expired", 5)


def test_the_text_of_a_failure_shows_nothing_of_the_answer_that_it_carries() -> None:
    begun = Response(200, (("X", "made-up-header"),), b"made-up-body")
    failure = NetworkFailure(FailureKind.TOO_LARGE, partial=begun)
    assert failure.partial is begun
    assert NetworkFailure(FailureKind.TOO_LARGE).partial is None
    assert "made-up" not in f"{failure} {failure!r} {failure.args}"
