"""The resolver beside skopeo: 200 random sets of credentials, each asked for an image by both."""

import base64
import json
import subprocess
import uuid
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from credentials_app.exports.readers import path_key
from credentials_app.resolver import Candidate, resolve
from registry.addresses.origins import DOCKER_HUB, Origin
from registry.protocol.image import parse_image
from tests.credentials_app.scenes import NOON
from tests.servers.process import program

SERVERS = [
    Origin("https", "registry.example.org", 443),
    Origin("https", "registry.example.org", 5000),
    DOCKER_HUB,
]
HOSTS = ["registry.example.org", "registry.example.org:5000", "docker.io", "registry.example.net"]
PARTS = st.sampled_from(["a", "ab", "b", "a-b", "library"])
KEYS = st.tuples(st.sampled_from(SERVERS), st.lists(PARTS, max_size=3).map("/".join))
IMAGES = st.tuples(st.sampled_from(HOSTS), st.lists(PARTS, min_size=1, max_size=4).map("/".join))


def asked_of_skopeo(rows: list[Candidate], image: str) -> str:
    """The user name that skopeo would sign in with; empty for none."""
    entries = {
        path_key(row): {"auth": base64.b64encode(f"{row.name}:made-up".encode()).decode()}
        for row in rows
    }
    with TemporaryDirectory() as folder:
        file = Path(folder, "auth.json")
        file.write_text(json.dumps({"auths": entries}))
        done = subprocess.run(
            [program("skopeo"), "login", "--get-login", f"--authfile={file}", image],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env={"HOME": folder, "PATH": "/usr/bin:/bin"},
        )
    if done.returncode:
        assert "not logged into" in done.stderr, done.stderr
        return ""
    return done.stdout.strip()


@settings(max_examples=200)
@given(st.lists(KEYS, unique=True, max_size=6), IMAGES)
def test_skopeo_signs_in_as_the_credential_that_the_resolver_names(
    keys: list[tuple[Origin, str]], asked: tuple[str, str]
) -> None:
    rows = [
        Candidate(uuid.uuid4(), f"user-{number}", server, path, False, "valid", NOON)
        for number, (server, path) in enumerate(keys)
    ]
    host, path = asked
    named = parse_image(f"{host}/{path}")
    found = resolve(named, rows)
    assert asked_of_skopeo(rows, str(named)) == (found.winner.name if found.winner else "")
