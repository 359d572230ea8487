"""The command that checks one login, run in this process with a secret on its standard input."""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pytest
from django.core.management import call_command

LOOPBACK = ("--allow-private", "127.0.0.0/8:*")


@dataclass(frozen=True)
class Told:
    """The exit status and the output of the command."""

    status: int
    out: str
    err: str

    @cached_property
    def json(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads(self.out)
        return value


def check_login(server: str, username: str, secret: str, *options: str) -> Told:
    """Run `check_login` for a server at loopback; neither stream may contain the secret."""
    out, err = io.StringIO(), io.StringIO()
    http = ("--allow-http",) if server.startswith("http://") else ()
    asked = (server, "--username", username, "--password-stdin", *LOOPBACK, *http, *options)
    with _standard_input(secret), redirect_stderr(err), pytest.raises(SystemExit) as end:
        call_command("check_login", *asked, "--json", stdout=out, stderr=err)
    told = Told(int(str(end.value.code)), out.getvalue(), err.getvalue())
    assert not secret or secret not in told.out + told.err, "a secret is never told"
    return told


@contextmanager
def _standard_input(secret: str) -> Iterator[None]:
    real = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(secret.encode()))
    try:
        yield
    finally:
        sys.stdin = real
