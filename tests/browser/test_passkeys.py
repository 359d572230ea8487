"""Passkeys, with the virtual authenticator of Chromium: add, use, and what goes wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import cast
from tests.browser.visits import sign_in
from workspaces.models import AuditEvent, User

PAGE = "/account/factors/"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
Send = Callable[..., Any]


@pytest.fixture
def device(page: Page, context: BrowserContext) -> Iterator[Send]:
    """A device with passkeys in this page: what it is told, and what it knows."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})

    def send(verb: str, **said: Any) -> Any:
        return session.send(
            f"WebAuthn.{verb}", {"authenticatorId": made["authenticatorId"], **said}
        )

    yield send
    send("removeVirtualAuthenticator")


def bob_enters(page: Page, live_server: LiveServer) -> None:
    cache.clear()
    base = live_server.url.replace("127.0.0.1", "localhost")
    sign_in(page.context, base, cast.bob())


def add(page: Page, name: str = "Phone") -> None:
    page.goto(f"{PAGE}passkeys/add/")
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Add the passkey").click()


def sign_out(page: Page) -> None:
    page.context.clear_cookies()
    page.goto("/account/login/")


def test_a_passkey_is_added_and_signs_in_as_the_only_step(
    page: Page, device: Send, live_server: LiveServer
) -> None:
    bob_enters(page, live_server)
    add(page)
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("strong").get_by_text("Phone")).to_be_visible()
    [kept] = device("getCredentials")["credentials"]
    assert (kept["rpId"], kept["isResidentCredential"]) == ("localhost", True)
    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/me/")
    assert AuditEvent.objects.filter(action="accounts:session:start").count() >= 1
    page.goto(f"{PAGE}passkeys/add/")
    expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()


def test_a_passkey_is_the_second_step_after_a_password(
    page: Page, device: Send, live_server: LiveServer
) -> None:
    bob_enters(page, live_server)
    add(page)
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    sign_out(page)
    page.get_by_label("E-mail address").fill(cast.bob().email)
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/me/")


def test_who_is_not_verified_is_not_let_in_and_told(
    page: Page, device: Send, live_server: LiveServer
) -> None:
    bob_enters(page, live_server)
    add(page)
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    sign_out(page)
    device("setUserVerified", isUserVerified=False)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Your device made no use of a passkey")).to_be_visible()
    page.goto(PAGE)
    expect(page.get_by_label("Password")).to_be_visible()


def test_the_same_device_twice_is_told(page: Page, device: Send, live_server: LiveServer) -> None:
    bob_enters(page, live_server)
    add(page)
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    add(page, "Again")
    expect(page.get_by_text("This device has a passkey for your account already")).to_be_visible()
    assert Authenticator.objects.filter(type="webauthn").count() == 1


def test_a_passkey_confirms_who_it_is_and_is_removed(
    page: Page, device: Send, live_server: LiveServer
) -> None:
    bob_enters(page, live_server)
    add(page)
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    page.goto(f"/account/confirm-by-passkey/?next={PAGE}")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"**{PAGE}")
    page.get_by_role("link", name="Remove Phone").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("The passkey Phone is removed.")).to_be_visible()
    assert not Authenticator.objects.exists()
    assert User.objects.get(pk=cast.bob().pk).second_factor_at is None


def test_at_another_name_of_the_host_the_reason_is_told(
    page: Page, device: Send, live_server: LiveServer, settings: LazySettings
) -> None:
    settings.SITE_URL = "https://lockkeeper.example.org"
    bob_enters(page, live_server)
    add(page)
    expect(page.get_by_text("Passkeys work only at the address of this Lockkeeper")).to_be_visible()


@pytest.mark.parametrize("path", ["/account/login/", f"{PAGE}passkeys/add/"])
def test_without_scripts_passkeys_are_not_offered(
    page: Page, browser: Browser, live_server: LiveServer, path: str
) -> None:
    bob_enters(page, live_server)
    base = live_server.url.replace("127.0.0.1", "localhost")
    state = page.context.storage_state() if path != "/account/login/" else None
    plain = browser.new_context(java_script_enabled=False, storage_state=state, base_url=base)
    bare = plain.new_page()
    bare.goto(path)
    assert bare.get_by_role("button", name="passkey").count() == 0
    if state:
        expect(bare.get_by_text("Passkeys need JavaScript")).to_be_visible()
    else:
        expect(bare.get_by_role("button", name="Sign in")).to_be_visible()
    plain.close()
