"""What every answer carries, and what cookies look like."""

import json
import re

import pytest
from django.conf import LazySettings
from django.test import Client, RequestFactory

from config.web.middleware import client_address
from tests.cast import alice
from tests.config.installation import Installation, production

CSP = (
    "base-uri 'none'; connect-src 'self'; default-src 'none'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; img-src 'self'; script-src 'self'; style-src 'self'"
)
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/account/login/", "/admin/", "/not/there/"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_every_page_carries_the_headers(path: str, signed_in: bool) -> None:
    client = Client()
    if signed_in:
        client.force_login(alice())
    answer = client.get(path)
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "; ".join(sorted(answer["Content-Security-Policy"].split("; "))) == CSP
    assert "camera=()" in answer["Permissions-Policy"]
    assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-ID"])
    assert "Server" not in answer.headers
    assert "X-Powered-By" not in answer.headers


BESIDES_PAGES: dict[str, tuple[str, str, dict[str, str], int]] = {
    "health": ("GET", "/healthz", {}, 200),
    "health for another host": ("GET", "/healthz", {"HTTP_HOST": "anything.example"}, 200),
    "health of the checker": ("GET", "/healthz/checker", {}, 503),
    "another host": ("GET", "/account/login/", {"HTTP_HOST": "evil.example"}, 400),
    "a large body": ("POST", "/account/login/", {"CONTENT_LENGTH": "150000000"}, 413),
    "a body in chunks": ("POST", "/account/login/", {"HTTP_TRANSFER_ENCODING": "chunked"}, 411),
    "no such page": ("GET", "/static/not-there.css", {}, 404),
    "a wrong method": ("POST", "/healthz", {}, 405),
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", BESIDES_PAGES)
def test_an_answer_that_is_no_page_carries_them_too(name: str) -> None:
    method, path, more, status = BESIDES_PAGES[name]
    answer = Client().generic(method, path, **more)  # type: ignore[arg-type]  # all are headers
    assert answer.status_code == status
    expected = {key: value for key, value in EVERYWHERE.items() if key != "Cache-Control"}
    assert {key: answer.headers.get(key) for key in expected} == expected
    assert "; ".join(sorted(answer["Content-Security-Policy"].split("; "))) == CSP


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/account/login/"])
def test_over_https_an_answer_asks_for_https_from_then_on(
    path: str, settings: LazySettings
) -> None:
    settings.SECURE_HSTS_SECONDS = 31_536_000
    assert Client().get(path, secure=True)["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in Client().get(path).headers


def test_health_is_answered_for_any_host_and_without_a_sign_in() -> None:
    answer = Client(headers={"host": "anything.example"}).get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not answer.cookies


@pytest.mark.django_db
def test_another_host_is_refused() -> None:
    assert Client(headers={"host": "evil.example"}).get("/account/login/").status_code == 400


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/account/login/", {"login": "a", "password": "b"}).status_code == 403


@pytest.mark.parametrize(
    ("forwarded", "trusted", "address"),
    [
        pytest.param("6.6.6.6", 0, "10.0.0.1", id="nobody is trusted"),
        pytest.param("6.6.6.6, 203.0.113.7", 1, "203.0.113.7", id="one proxy"),
        pytest.param("6.6.6.6, 203.0.113.7, 10.0.0.2", 2, "203.0.113.7", id="two proxies"),
        pytest.param("203.0.113.7", 2, "10.0.0.1", id="a proxy was passed by"),
        pytest.param("", 1, "10.0.0.1", id="no header"),
    ],
)
def test_the_address_of_a_client_is_what_a_trusted_proxy_saw(
    forwarded: str, trusted: int, address: str
) -> None:
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request, trusted) == address


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return production(tmp_path_factory.mktemp("installation"))


def told(installation: Installation, *names: str, **changes: str | None) -> dict[str, object]:
    values = ", ".join(f"'{name}': s.{name}" for name in names)
    script = f"import json; from django.conf import settings as s; print(json.dumps({{{values}}}))"
    ran = installation.run(
        "-c", script, changes={"DJANGO_SETTINGS_MODULE": "config.settings", **changes}
    )
    assert ran.returncode == 0, ran.stderr
    found: dict[str, object] = json.loads(ran.stdout)
    return found


COOKIES = (
    "SESSION_COOKIE_NAME",
    "CSRF_COOKIE_NAME",
    "SESSION_COOKIE_SECURE",
    "SECURE_SSL_REDIRECT",
)


def test_cookies_are_bound_to_the_host_and_to_https(installation: Installation) -> None:
    assert list(told(installation, *COOKIES).values()) == [
        "__Host-sessionid",
        "__Host-csrftoken",
        True,
        True,
    ]


def test_on_this_machine_alone_cookies_go_without_https(installation: Installation) -> None:
    for address in ("http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"):
        names = list(told(installation, *COOKIES, SITE_URL=address).values())
        assert names == ["lockkeeper_session", "lockkeeper_csrf", False, False]


def test_hosts_follow_from_the_address_of_the_site(installation: Installation) -> None:
    assert told(installation, "ALLOWED_HOSTS") == {"ALLOWED_HOSTS": ["keys.example.org"]}
    named = told(installation, "ALLOWED_HOSTS", ALLOWED_HOSTS="a.example, b.example")
    assert named == {"ALLOWED_HOSTS": ["a.example", "b.example"]}
    here = told(installation, "ALLOWED_HOSTS", SITE_URL="http://localhost:8000")
    assert here == {"ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"]}


def test_a_deployment_has_nothing_to_complain_about(installation: Installation) -> None:
    checked = installation.run("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert checked.returncode == 0, checked.stderr


@pytest.mark.django_db
def test_a_page_tells_a_cookie_only_to_pages_of_its_own(settings: LazySettings) -> None:
    answer = Client().get("/account/login/")
    cookie = answer.cookies[settings.CSRF_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["domain"]
    assert cookie["path"] == "/"
