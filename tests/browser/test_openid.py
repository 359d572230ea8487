"""Sign-in by a provider that others wrote, in a real browser: in, out, linked, and refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import cast
from tests.browser.conftest import Complaints
from tests.browser.examination import look
from tests.browser.visits import barriers, cut_texts, overflow, sign_in
from tests.servers.oidc_mock import OidcMock, oidc_mock
from tests.servers.tls import certificate
from tests.workspaces.openid.visits import given
from workspaces.models import LinkedAccount, User
from workspaces.openid import discovery
from workspaces.sign_in import step_up

SIZES = (390, 1024, 1440)
LONG = "The sign-in of all of Example Industries"


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OidcMock]:
    folder = tmp_path_factory.mktemp("oidc-mock")
    with oidc_mock(folder, certificate(folder)) as started:
        yield started


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The browser takes the mock's certificate; Lockkeeper verifies it."""
    return {**browser_context_args, "ignore_https_errors": True}


@pytest.fixture
def corp(
    mock: OidcMock, settings: LazySettings, live_server: LiveServer, complaints: Complaints
) -> OidcMock:
    cache.clear()
    discovery.forget_published()
    settings.SITE_URL = live_server.url.replace("127.0.0.1", "localhost")
    settings.LOCKKEEPER_OPENID_NETWORKS = "127.0.0.0/8:*"
    made = given(mock.issuer, mock.tls.authority_pem, domains="example.org")
    settings.LOCKKEEPER_OPENID = {"corp": made}
    # The style sheet of the mock, and its icon.
    complaints.expect("cdn.jsdelivr.net", f"{mock.issuer.rstrip('/')}/favicon.ico")
    return mock


def pictured(page: Page, name: str) -> None:
    """Pictures in light and dark; what keeps people out fails."""
    for width in SIZES:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(
                color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
            )
            page.wait_for_timeout(200)
            look(page, f"openid {name} {width} {scheme}")
        assert overflow(page) == 0, (name, width)
        assert cut_texts(page) == [], (name, width)
    assert barriers(page) == [], name
    page.set_viewport_size({"width": 1280, "height": 900})


def agree(page: Page, sub: str) -> None:
    """What a person does at the mock."""
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Authorize").click()


def test_a_person_comes_in_by_the_provider_and_goes_out_there(page: Page, corp: OidcMock) -> None:
    corp.knows("carol-7", email="carol@example.org", email_verified=True, name="Carol of Corp")
    page.goto("/account/login/")
    page.get_by_role("button", name="Continue with Corp").click()
    agree(page, "carol-7")
    page.wait_for_url("**/me/")
    assert User.objects.get().email == "carol@example.org"
    page.goto("/account/")
    expect(page.get_by_text("You have none.")).to_be_visible()
    page.goto("/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{corp.issuer}/**")
    page.get_by_role("button").first.click()
    page.wait_for_url("**/account/login/")
    page.goto("/account/")
    expect(page.get_by_label("Password")).to_be_visible()


def test_who_denies_reads_what_to_do(page: Page, corp: OidcMock, complaints: Complaints) -> None:
    complaints.expect("status of 403")
    page.goto("/account/login/")
    page.get_by_role("button", name="Continue with Corp").click()
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("heading", name="You were not signed in")).to_be_visible()
    pictured(page, "denied")
    page.get_by_role("link", name="To the sign-in page").click()
    expect(page.get_by_label("Password")).to_be_visible()


def test_an_account_is_linked_and_the_link_removed(
    page: Page, corp: OidcMock, live_server: LiveServer
) -> None:
    corp.knows("alice-7", email="alice@corp.example")
    base = live_server.url.replace("127.0.0.1", "localhost")
    sign_in(page.context, base, cast.alice())
    page.goto("/account/")
    page.get_by_role("button", name="Link Corp").click()
    agree(page, "alice-7")
    expect(page.get_by_text("alice@corp.example")).to_be_visible()
    assert LinkedAccount.objects.get().subject == "alice-7"
    page.context.clear_cookies()
    page.goto("/account/login/?next=/account/")
    page.get_by_role("button", name="Continue with Corp").click()
    agree(page, "alice-7")
    page.wait_for_url("**/account/")
    page.get_by_role("button", name="Remove the link with Corp").click()
    expect(page.get_by_text("The link with Corp is removed.")).to_be_visible()
    assert not LinkedAccount.objects.exists()


def test_who_has_no_password_confirms_by_the_provider(
    page: Page, corp: OidcMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    corp.knows("dora-7", email="dora@example.org", email_verified=True)
    page.goto("/account/login/")
    page.get_by_role("button", name="Continue with Corp").click()
    agree(page, "dora-7")
    page.wait_for_url("**/me/")
    monkeypatch.setattr(step_up, "FRESH_S", -1)  # the proof of the sign-in is old
    page.goto("/account/factors/app/")
    pictured(page, "proof")
    monkeypatch.undo()
    page.get_by_role("button", name="Confirm with Corp").click()
    agree(page, "dora-7")
    page.wait_for_url("**/account/factors/app/")
    expect(page.get_by_role("textbox", name="Code")).to_be_visible()


def test_the_pages_stand_with_long_names(
    page: Page, corp: OidcMock, settings: LazySettings, live_server: LiveServer
) -> None:
    gone = {"provider": "gone", "issuer": "https://gone.example", "subject": "1"}
    settings.LOCKKEEPER_OPENID |= {
        "long": given("https://long.example", name=LONG),
        "hub": given("", kind="github", name=""),
    }
    page.goto("/account/login/")
    expect(page.get_by_role("button", name=f"Continue with {LONG}")).to_be_visible()
    pictured(page, "sign-in")
    LinkedAccount.objects.create(person=cast.alice(), label="alice@gone.example", **gone)
    LinkedAccount.objects.create(
        person=cast.alice(),
        provider="long",
        issuer="https://long.example",
        subject="2",
        label=f"{'long' * 20}@example.org",
    )
    base = live_server.url.replace("127.0.0.1", "localhost")
    sign_in(page.context, base, cast.alice())
    page.goto("/account/")
    pictured(page, "account")
