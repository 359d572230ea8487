"""The kubelet's contract: requests as it writes them, answers as it decodes them, which is strict.

Source: kubernetes staging/src/k8s.io/kubelet/pkg/apis/credentialprovider, types.go of each version;
pkg/credentialprovider/plugin/plugin.go.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache

from registry.evidence import ExpirySource
from tests.api.calls import token_for
from tests.cli.test_client import KUBELET, SERVER, Installed
from tests.credentials_app import scenes
from workspaces.rights.seat import Seat

pytestmark = pytest.mark.django_db(transaction=True)
GROUP = "credentialprovider.kubelet.k8s.io"
VERSIONS = ("v1", "v1beta1", "v1alpha1")
IMAGE = f"{SERVER}/team/app"
RECORDED = {
    "an image": '{"kind":"CredentialProviderRequest","apiVersion":"%s","image":"%s"}\n',
    "a service account": (
        '{"kind":"CredentialProviderRequest","apiVersion":"%s","image":"%s",'
        '"serviceAccountToken":"made-up.service.account-token",'
        '"serviceAccountAnnotations":{"lockkeeper.example/workspace":"acme/web"}}\n'
    ),
}
FIELDS = {"kind", "apiVersion", "cacheKeyType", "cacheDuration", "auth"}
KEY_TYPES = {"Image", "Registry", "Global"}
LONGEST = timedelta(minutes=10)


@pytest.fixture
def seat() -> Seat:
    cache.clear()
    return scenes.seat()


@pytest.fixture
def client(tmp_path: Path, seat: Seat, live_server: Any) -> Installed:
    return Installed(tmp_path, live_server.url, token_for(seat.user, seat.workspace))


def decoded(text: str, version: str) -> dict[str, Any]:
    """The answer, as the kubelet takes it; another field or kind would be an error there."""
    answer: dict[str, Any] = json.loads(text)
    assert set(answer) <= FIELDS
    assert (answer["kind"], answer["apiVersion"]) == ("CredentialProviderResponse", version)
    assert answer["cacheKeyType"] in KEY_TYPES
    for login in answer.get("auth", {}).values():
        assert set(login) == {"username", "password"}
    return answer


def lasting(answer: dict[str, Any]) -> timedelta:
    """How long the kubelet remembers the answer, from a duration of Go."""
    found = re.fullmatch(r"(\d+)s", answer["cacheDuration"])
    assert found
    return timedelta(seconds=int(found[1]))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("recorded", RECORDED.values(), ids=RECORDED)
def test_each_version_gets_an_answer_of_its_own(
    client: Installed, seat: Seat, version: str, recorded: str
) -> None:
    scenes.stored(by=seat, repository="team")
    named = f"{GROUP}/{version}"
    done = client.run(KUBELET, stdin=recorded % (named, IMAGE))
    assert (done.returncode, done.stderr) == (0, "")
    answer = decoded(done.stdout, named)
    assert answer["auth"] == {IMAGE: {"username": "ci-robot", "password": scenes.PASSWORD}}
    assert (answer["cacheKeyType"], lasting(answer)) == ("Image", LONGEST)


def test_nothing_to_offer_is_an_answer_without_logins_that_is_not_remembered(
    client: Installed,
) -> None:
    done = client.run(KUBELET, stdin=RECORDED["an image"] % (f"{GROUP}/v1", IMAGE))
    answer = decoded(done.stdout, f"{GROUP}/v1")
    assert (done.returncode, "auth" in answer, lasting(answer)) == (0, False, timedelta(0))


def test_no_answer_is_remembered_beyond_the_end_of_the_secret(
    client: Installed, seat: Seat
) -> None:
    row = scenes.stored(by=seat)
    row.expires_at = datetime.now(UTC) + timedelta(minutes=5)
    row.expires_source = ExpirySource.PROVIDER
    row.save(update_fields=["expires_at", "expires_source"])
    done = client.run(KUBELET, stdin=RECORDED["an image"] % (f"{GROUP}/v1", IMAGE))
    assert timedelta(0) < lasting(decoded(done.stdout, f"{GROUP}/v1")) <= timedelta(minutes=5)


@pytest.mark.parametrize("version", ["v2", "", "v1beta2"])
def test_another_version_is_refused(client: Installed, version: str) -> None:
    done = client.run(KUBELET, stdin=RECORDED["an image"] % (f"{GROUP}/{version}", IMAGE))
    assert (done.returncode, done.stdout) == (1, "")
