"""The provider of a secret by its shape alone, and secrets that can never work."""

import json
import re
import time

import pytest

from registry.providers import PROVIDERS, by_slug
from registry.providers.recognition import hopeless, recognize_secret
from registry.secret import Secret
from registry.secret_kinds.kind import shape_of

MADE_UP = "MADEUP" * 20
KEY = json.dumps({"type": "service_account", "client_email": "made-up"})
KNOWN: dict[str, tuple[str, str, str]] = {
    "a GitLab access token": ("glpat-" + MADE_UP[:20], "gitlab", "access_token"),
    "one with an administrator's prefix": ("corp-glpat-" + MADE_UP[:20], "gitlab", "access_token"),
    "a GitLab deploy token": ("gldt-" + MADE_UP[:20], "gitlab", "deploy_token"),
    "a GitLab job token": ("glcbt-64_" + MADE_UP[:20], "gitlab", "job_token"),
    "a GitLab runner's token": ("glrt-" + MADE_UP[:20], "gitlab", "glrt"),
    "a classic GitHub token": ("ghp_" + MADE_UP[:36], "ghcr", "classic_token"),
    "a fine-grained GitHub token": ("github_pat_" + MADE_UP, "ghcr", "fine_grained_token"),
    "a GitHub job's token": ("ghs_" + MADE_UP[:36], "ghcr", "installation_token"),
    "a Docker token": ("dckr_pat_" + MADE_UP[:27], "docker_hub", "personal_access_token"),
    "an organization's Docker token": (
        "dckr_oat_" + MADE_UP[:32],
        "docker_hub",
        "organization_access_token",
    ),
    "a Google JSON key": (KEY, "gar", "misnamed_key"),
    "a Google access token": ("ya29." + MADE_UP, "gar", "access_token"),
    "an NVIDIA key": ("nvapi-" + MADE_UP[:64], "nvidia", "misnamed_key"),
    "a DigitalOcean token": ("dop_v1_" + "0a" * 32, "digitalocean", "token"),
    "an ECR password": ("QVdTOm" + MADE_UP, "ecr", "ecr_password"),
    "an Azure password": (MADE_UP[:42] + "+ACR" + MADE_UP[:6], "acr", "generated"),
}
UNKNOWN = {
    "a password": "made-up-password-1",
    "a password in braces": "{made-up-password-1}",
    "forty hex digits": "0a" * 20,
    "a GUID": "01234567-89ab-4cde-8123-0123456789ab",
    "any JWT": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtYWRlLXVwIn0.bWFkZS11cA",
}


@pytest.mark.parametrize("case", KNOWN)
def test_a_secret_gives_its_provider_away(case: str) -> None:
    text, slug, kind = KNOWN[case]
    found = recognize_secret("", Secret(text))
    assert found is not None
    assert (found.provider.slug, found.shape.kind.slug) == (slug, kind)


@pytest.mark.parametrize("case", KNOWN)
def test_only_one_house_claims_it(case: str) -> None:
    secret = Secret(KNOWN[case][0])
    houses = {p.slug for p in PROVIDERS if shape_of(p.kinds, "", secret).kind.tells_provider}
    assert houses - {"ecr_public"} == {KNOWN[case][1]}


@pytest.mark.parametrize("case", UNKNOWN)
def test_what_could_be_anybodys_is_nobodys(case: str) -> None:
    assert recognize_secret("ci-reader", Secret(UNKNOWN[case])) is None


HOPELESS = {
    "a runner's token": ("gitlab", "", "glrt-" + MADE_UP[:20], "a runner's token"),
    "a browser session": ("gitlab", "", "_gitlab_session=made-up", "a browser session"),
    "a cut routable token": ("gitlab", "", "glpat-" + MADE_UP[:27] + ".01.0", "damaged"),
    "a cut JSON key": ("gar", "_json_key", KEY[:30], "damaged"),
    "a fine-grained token": ("ghcr", "", "github_pat_" + MADE_UP, "classic personal access token"),
    "a temporary access key": ("ecr", "ASIAMADEUPMADEUP1234", "made-up", "temporary access key"),
}


@pytest.mark.parametrize("case", HOPELESS)
def test_what_can_never_work_is_told(case: str) -> None:
    slug, username, text, told = HOPELESS[case]
    provider = by_slug(slug)
    message = hopeless(provider, shape_of(provider.kinds, username, Secret(text)))
    assert message is not None
    assert told in message.text()
    assert text not in message.text()


@pytest.mark.parametrize("slug", [provider.slug for provider in PROVIDERS])
def test_what_might_work_is_left_alone(slug: str) -> None:
    kinds = by_slug(slug).kinds
    shape = shape_of(kinds, "ci-reader", Secret("made-up-password-1"))
    assert hopeless(by_slug(slug), shape) is None


PATTERNS = sorted({kind.pattern for provider in PROVIDERS for kind in provider.kinds})


def test_no_text_takes_long_to_tell_from_a_secret() -> None:
    pieces = {piece for text in PATTERNS for piece in re.findall(r"[A-Za-z0-9_]{3,}-?", text)}
    for piece in sorted(pieces):
        text = Secret(("a-" + piece) * (65536 // len("a-" + piece)) + " \n")
        busy = time.process_time()
        recognize_secret("ci-reader", text)
        assert time.process_time() - busy < 0.3, piece
