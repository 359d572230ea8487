"""The client that the instance gives out, with its digests, to whoever asks."""

import hashlib
import html
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from credentials_app.exports.client import DIGESTS, PROGRAMS
from tests import cast
from tests.api.calls import token_for
from tests.credentials_app import scenes
from tests.rules.code import ROOT

pytestmark = pytest.mark.django_db
FILE = (ROOT / "cli" / "lockkeeper_client.py").read_bytes()
HELPER = "docker-credential-lockkeeper"
NAMES = (*PROGRAMS, DIGESTS)


@pytest.mark.parametrize("name", PROGRAMS)
def test_everybody_downloads_the_file_under_each_name(name: str) -> None:
    answer = Client().get(f"/client/{name}")
    assert answer.content == FILE
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Content-Type"] == "text/x-python; charset=utf-8"


def test_the_digests_are_those_that_make_client_prints(tmp_path: Path) -> None:
    for folder in ("scripts", "cli"):
        (tmp_path / folder).mkdir()
    script = shutil.copy(ROOT / "scripts" / "client", tmp_path / "scripts")
    shutil.copy(ROOT / "cli" / "lockkeeper_client.py", tmp_path / "cli")
    made = subprocess.run([script], capture_output=True, text=True, check=True, timeout=30)
    answer = Client().get(f"/client/{DIGESTS}")
    assert answer.content.decode() == made.stdout
    assert len(made.stdout.splitlines()) == len(PROGRAMS) == 3
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("name", NAMES)
def test_a_cache_keeps_it_and_asks_whether_it_is_the_same(name: str) -> None:
    first = Client().get(f"/client/{name}")
    assert first["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in first.headers
    assert "Cookie" in first["Vary"], "a shared cache gives it to nobody with a cookie"
    again = Client().get(f"/client/{name}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == first["Cache-Control"]
    other = Client().get(f"/client/{name}", headers={"If-None-Match": '"another"'})
    assert other.status_code == 200
    assert hashlib.sha256(FILE).hexdigest() in first["ETag"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_read_for_it(
    name: str,
    django_assert_num_queries: DjangoAssertNumQueries,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither the database nor, after the first time, the file."""
    Client().get(f"/client/{name}")
    monkeypatch.setattr("credentials_app.exports.client.FILE", Path("/nowhere"))
    with django_assert_num_queries(0):
        assert Client().get(f"/client/{name}").status_code == 200
        assert Client().head(f"/client/{name}").status_code == 200


def test_only_the_browser_keeps_what_came_with_a_cookie() -> None:
    answer = cast.client_for(cast.alice()).get(f"/client/{DIGESTS}")
    assert answer["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("name", ["", "lockkeeper_client.py", "..%2Fmanage.py", "SHA256SUMS%00"])
def test_there_is_no_other_file(name: str) -> None:
    answer = cast.client_for(cast.alice()).get(f"/client/{name}")
    assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")


def test_the_page_has_lines_that_install_each_name() -> None:
    page = cast.client_for(cast.alice()).get("/help/client/").content.decode()
    for name in PROGRAMS:
        assert f"curl -fsSO http://localhost:8000/client/{name}\n" in page
    assert hashlib.sha256(FILE).hexdigest() in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", PROGRAMS)
def test_the_lines_of_the_page_run(
    name: str, live_server: object, tmp_path: Path, settings: object
) -> None:
    url = str(getattr(live_server, "url", ""))
    settings.SITE_URL = url  # type: ignore[attr-defined]
    browser = cast.client_for(cast.alice())
    shown = browser.get("/help/client/").context["programs"]
    [lines] = [each["lines"] for each in shown if each["name"] == name]
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, f"{name}: OK\n"), done.stderr
    ran = subprocess.run([tmp_path / name, "-h"], capture_output=True, check=False, timeout=30)
    assert b"Traceback" not in ran.stderr


def test_the_page_says_how_a_program_gets_its_token(settings: object) -> None:
    settings.SITE_URL = "https://lockkeeper.example.net"  # type: ignore[attr-defined]
    told = cast.client_for(cast.alice()).get("/help/client/")
    page, shown = html.unescape(told.content.decode()), told.context
    documented = (ROOT / "docs" / "consumers" / "README.md").read_text("utf-8")
    assert 'href="/account/tokens/"' in page
    for words in ("secrets:fetch", "checks:run", "mode 600", "docs/consumers/kubernetes.md"):
        assert words in page
    assert f"```sh\n{shown['token_lines']}\n```" in documented
    here = json.dumps(json.loads(shown["settings_text"]))
    assert here.replace("example.net", "example.org") in documented
    docker = (ROOT / "docs" / "consumers" / "docker.md").read_text("utf-8")
    assert shown["docker_text"] in docker
    for name in ("token_lines", "settings_text", "docker_text"):
        assert page.count(shown[name]) == 2, "to read, and to copy"


@pytest.mark.django_db(transaction=True)
def test_a_stranger_who_follows_the_page_fetches(
    live_server: object, tmp_path: Path, settings: object
) -> None:
    url = str(getattr(live_server, "url", ""))
    settings.SITE_URL = url  # type: ignore[attr-defined]
    seat = scenes.seat()
    scenes.stored(by=seat)
    shown = cast.client_for(seat.user).get("/help/client/").context
    [install] = [each["lines"] for each in shown["programs"] if each["name"] == HELPER]
    config = "~/.config/lockkeeper/client.json"
    lines = f"cat > {config} <<'END'\n{shown['settings_text']}\nEND\ncd ~/.local/bin\n{install}\n"
    get = f"printf registry.example.org | python3 {HELPER} get\n"
    for text, stdin in (
        (shown["token_lines"], f"{token_for(seat.user, seat.workspace)}\n"),
        (f"umask 077\n{lines}{get}", ""),
    ):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],
            input=stdin,
            env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["Username"] == "ci-robot"
