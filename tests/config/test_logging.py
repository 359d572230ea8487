"""Log lines are JSON, one each, and what looks like a secret is not in them."""

import base64
import json
import logging
import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.logging import MASK, JsonLines, redact, request_mark
from tests.config.installation import PROJECT, production
from tests.token_samples import SAMPLES
from tests.workspaces.routes import routes

SECRET = "made-up-PASSWORD-1"
BASIC = base64.b64encode(f"alice:{SECRET}".encode()).decode()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"Authorization: Basic {BASIC}", id="a header"),
        pytest.param(f"authorization=Bearer {SECRET}", id="a header in small letters"),
        pytest.param(f"{{'Authorization': 'Basic {BASIC}'}}", id="a header in a dict"),
        pytest.param(f"got Bearer {SECRET} back", id="a bearer token"),
        pytest.param(f'{{"auths": {{"r": {{"auth": "{BASIC}"}}}}}}', id="a docker configuration"),
        pytest.param(f"password={SECRET}&next=/", id="a form"),
        pytest.param(f"'password': '{SECRET}'", id="a dict"),
        pytest.param(f'{{\\"new_password\\": \\"{SECRET}\\"}}', id="JSON in JSON"),
        pytest.param(f"client_secret: {SECRET}", id="another name"),
        pytest.param(f"refresh_token={SECRET}", id="a token"),
        pytest.param(f"GET /answer/?state=a&code={SECRET} HTTP/1.1", id="a code of a provider"),
        pytest.param(f"https://alice:{SECRET}@registry.example/v2/", id="an address"),
        pytest.param(f"redis://:{SECRET}@queue:6379/0", id="an address without a user"),
        pytest.param(f"sent glpat-{SECRET}", id="a GitLab token"),
        pytest.param(f"Forbidden: /invitations/{SECRET}/", id="the link of an invitation"),
        pytest.param(f"/account/password/reset/key/ab-{SECRET}/", id="the link of a reset"),
        pytest.param(f"GET /account/confirm-email/{SECRET}/", id="the link of a confirmation"),
        pytest.param(f"sent lkk_{SECRET.replace('-', '')}", id="our own token"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text: str) -> None:
    shown = redact(text)
    assert MASK in shown
    for needle in (SECRET, SECRET.replace("-", ""), BASIC):
        assert needle not in shown


def test_the_token_in_the_address_of_each_page_is_taken_out() -> None:
    in_address = re.compile(r"<str:token>|\(\?P<key>[^)]*\)")
    found = [each.pattern for each in routes() if in_address.search(each.pattern)]
    assert {each.partition("/")[0] for each in found} == {"account", "invitations", "unsubscribe"}
    for pattern in found:
        path = re.sub(r"[\^$]|\(\?P<uidb36>[^)]*\)", "", in_address.sub(SECRET, pattern))
        assert SECRET not in redact(f"Not Found: /{path}"), pattern


@pytest.mark.parametrize(
    "text",
    [
        "GET /v2/ answered 401 after 12 ms",
        "credential 5f0c8d2e of workspace red/blue is expired",
        "https://registry.example.org:5050/v2/",
        "the token has a line break",
        "mailto alice@example.org",
    ],
)
def test_plain_words_stay(text: str) -> None:
    assert redact(text) == text


def record(*args: object, message: str = "%s", **more: object) -> logging.LogRecord:
    return logging.LogRecord("here", logging.INFO, __file__, 1, message, args, None, **more)  # type: ignore[arg-type]


def test_a_line_is_one_json_object() -> None:
    line = JsonLines().format(record("two\nlines \x1b[31m and ' \" quotes"))
    assert "\n" not in line
    assert json.loads(line)["says"].startswith("two\nlines")


def test_a_line_carries_the_id_of_its_request() -> None:
    with request_mark("5f0c"):
        assert json.loads(JsonLines().format(record("x")))["request"] == "5f0c"
    assert "request" not in json.loads(JsonLines().format(record("x")))


def test_tracebacks_are_in_the_line_and_redacted_too() -> None:
    try:
        raise ValueError(f"password={SECRET}")
    except ValueError as error:
        failed = record("x")
        failed.exc_info = (type(error), error, error.__traceback__)
    line = JsonLines().format(failed)
    assert "ValueError" in line
    assert SECRET not in line
    assert "\n" not in line


def test_a_line_whose_arguments_do_not_fit_is_written_all_the_same() -> None:
    line = JsonLines().format(record("only one", message="%s and %s"))
    assert json.loads(line)["says"] == "%s and %s"


def test_every_logger_writes_through_it() -> None:
    script = (
        "import django; django.setup(); import logging; "
        "[logging.getLogger(n).warning('password=%s', 'made-up-PASSWORD-1') "
        "for n in ('', 'django.request', 'celery.worker', 'urllib3', 'registry', 'gunicorn.error')]"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
        env={"DJANGO_SETTINGS_MODULE": "config.settings", "PATH": ""},
    )
    lines = ran.stderr.splitlines()
    assert len(lines) == 6
    assert {json.loads(line)["says"] for line in lines} == {f"password={MASK}"}


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_token_of_any_known_kind_is_masked(sample: str) -> None:
    assert sample not in redact(f"A registry said {sample} to us.")


def written(name: str, **more: object) -> dict[str, str]:
    """The line of a record with a traceback."""
    try:
        raise ValueError("made up")
    except ValueError as error:
        failed = record("x")
        failed.name = name
        failed.exc_info = (type(error), error, error.__traceback__)
    failed.__dict__.update(more)
    found: dict[str, str] = json.loads(JsonLines().format(failed))
    return found


@pytest.mark.parametrize(
    ("name", "more", "has_trace"),
    [
        ("django.request", {"status_code": 500}, True),
        ("django.request", {"status_code": 400}, False),
        ("django.request", {"status_code": 404}, False),
        ("django.security.RequestDataTooBig", {}, False),
        ("django.security.SuspiciousSession", {}, False),
        ("credentials_app.tasks", {}, True),
    ],
)
def test_what_a_client_causes_has_no_traceback(
    name: str, more: dict[str, object], has_trace: bool
) -> None:
    assert ("trace" in written(name, **more)) is has_trace


FOREIGN = """
import django; django.setup()
import logging
from django.conf import settings
from django.test import Client
plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
settings.STORAGES["staticfiles"]["BACKEND"] = plain
{before}
for _ in range(20):
    assert Client(headers={{"host": "evil.example"}}).get("/account/login/").status_code == 400
"""
WITH_DJANGOS_LOG = "logging.getLogger('django.security.DisallowedHost').propagate = True"


@pytest.mark.parametrize(("before", "some"), [("", False), (WITH_DJANGOS_LOG, True)])
def test_a_foreign_host_writes_nothing(tmp_path: Path, before: str, some: bool) -> None:
    environment = production(tmp_path).environment | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SITE_URL": "http://localhost:8000",
    }
    ran = subprocess.run(
        [sys.executable, "-c", FOREIGN.format(before=before)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
        env=environment | {"PATH": ""},
    )
    assert ("evil.example" in ran.stderr) is some
    assert "Traceback" not in ran.stderr
