"""The name that the form suggests: from provider, place and need, free, and within the rules."""

import re

import pytest
from django.test import Client

from credentials_app.forms.detection import detect_from_fields
from credentials_app.forms.name_suggestion import LONGEST, first_free, name_base
from credentials_app.models import NAME_PATTERN
from tests.credentials_app import scenes
from workspaces.places import credentials_url
from workspaces.rights.seat import Seat

BASES = {
    "nothing known": ({}, ""),
    "a provider alone": ({"provider": "gitlab"}, "gitlab-pull"),
    "the provider's own server": ({"server": "registry.gitlab.com"}, "gitlab-pull"),
    "a repository": (
        {"server": "registry.gitlab.com", "repository": "group/app"},
        "gitlab-group-app-pull",
    ),
    "push": ({"server": "ghcr.io", "repository": "acme/app", "need": "push"}, "ghcr-acme-app-push"),
    "Docker Hub": ({"server": "docker.io"}, "docker-hub-pull"),
    "a GitLab of one's own": (
        {"server": "gitlab.acme.example", "provider": "gitlab"},
        "gitlab-acme-pull",
    ),
    "a registry that nobody knows": ({"server": "registry.example.org"}, "example-pull"),
    "a port": ({"server": "images.acme.example:5050"}, "acme-pull"),
    "an Azure registry": ({"server": "myregistry.azurecr.io"}, "acr-myregistry-pull"),
    "an account at Amazon": (
        {"server": "123456789012.dkr.ecr.eu-central-1.amazonaws.com"},
        "ecr-123456789012-pull",
    ),
    "an address": ({"server": "192.0.2.7:5000"}, "192-0-2-7-pull"),
    "an address of IPv6": ({"server": "[2001:db8::7]:5000"}, "2001-db8-7-pull"),
    "a server without a point": ({"server": "localhost:5000"}, ""),
    "a name that says nothing": ({"server": "registry.docker.example"}, ""),
    "what is no repository": ({"server": "quay.io", "repository": "no such: name"}, "quay-pull"),
    "dots and underscores": (
        {"provider": "harbor", "repository": "a.b/c__d"},
        "harbor-a-b-c-d-pull",
    ),
}


@pytest.mark.parametrize("case", BASES)
def test_it_is_made_of_provider_place_and_need(case: str) -> None:
    fields, name = BASES[case]
    assert name_base(detect_from_fields(fields)) == name


@pytest.mark.parametrize("case", [case for case, (_, name) in BASES.items() if name])
def test_it_keeps_the_rules_of_names(case: str) -> None:
    assert re.fullmatch(NAME_PATTERN, name_base(detect_from_fields(BASES[case][0])))


def test_a_long_repository_leaves_room_for_the_need_and_a_number() -> None:
    base = name_base(
        detect_from_fields({"provider": "gitlab", "repository": "group/" * 30 + "app"})
    )
    assert base.endswith("-pull")
    taken = {base, *(f"{base}-{number}" for number in range(2, 1000))}
    assert len(first_free(base, taken)) <= LONGEST
    assert re.fullmatch(NAME_PATTERN, first_free(base, taken))


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert first_free("quay-pull", set()) == "quay-pull"
    assert first_free("quay-pull", {"quay-pull"}) == "quay-pull-2"
    assert first_free("Quay-pull", {"quay-pull", "quay-pull-2"}) == "Quay-pull-3"
    assert first_free("quay-pull", {"quay-pull-2"}) == "quay-pull"


@pytest.mark.django_db
def test_the_answer_while_typing_has_a_free_one(visitor: Client, seat: Seat) -> None:
    scenes.stored("Quay-Pull", by=seat)
    address = credentials_url(seat.workspace, "found")
    assert 'data-name="quay-pull-2"' in visitor.get(address, {"server": "quay.io"}).content.decode()
    assert 'data-name=""' in visitor.get(address).content.decode()


@pytest.mark.django_db
def test_one_that_is_stored_gets_none(visitor: Client, seat: Seat) -> None:
    row = scenes.stored("deploy", by=seat)
    address = credentials_url(seat.workspace, "found")
    answer = visitor.get(address, {"server": "quay.io", "but": str(row.pk)})
    assert 'data-name=""' in answer.content.decode()
