"""A provider of OpenID Connect that others wrote (`oidc-provider-mock`): a process, by TLS."""

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.servers.process import answers, free_port, running
from tests.servers.tls import Certificate

RUN = """
import sys
from oidc_provider_mock import app
from werkzeug.serving import run_simple
run_simple("127.0.0.1", int(sys.argv[1]), app(), ssl_context=(sys.argv[2], sys.argv[3]),
           threaded=True)
"""


@dataclass(frozen=True)
class OidcMock:
    """It takes any client and any secret, and whoever types a ``sub`` is that person."""

    port: int
    tls: Certificate

    @property
    def issuer(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def knows(self, sub: str, **claims: object) -> None:
        """From now on it tells these claims of this person."""
        url = f"{self.issuer}/users/{sub}"
        answer = requests.put(url, json=claims, verify=str(self.tls.authority), timeout=10)
        assert answer.status_code == 204, answer.text


@contextlib.contextmanager
def oidc_mock(folder: Path, tls: Certificate) -> Iterator[OidcMock]:
    """Run it while the block runs."""
    port = free_port()
    command = [sys.executable, "-c", RUN, str(port), tls.chain, tls.key]
    with running(command, folder=folder) as started:
        started.wait_until(lambda: answers(port))
        yield OidcMock(port, tls)
