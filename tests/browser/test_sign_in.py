"""The first pages that a person sees, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests import cast
from tests.browser.conftest import Complaints

SCHEMES = ("light", "dark")
EMAIL = re.compile("^E-?mail", re.I)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_sign_in_page_stands_in_light_and_dark(page: Page, scheme: str) -> None:
    cast.person()
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto("/account/login/")
    expect(page.get_by_label(EMAIL)).to_be_visible()
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = sum(int(part) for part in background.strip("rgb()").split(",")[:3])
    assert (brightness < 384) is (scheme == "dark"), background


def test_a_person_signs_in_and_out_again(page: Page) -> None:
    alice = cast.person()
    page.goto("/")
    page.get_by_label(EMAIL).fill(alice.email)
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Password")).to_have_count(0)
    assert "/account/login" not in page.url


def test_a_wrong_password_is_told_and_not_repeated(page: Page, complaints: Complaints) -> None:
    alice = cast.person()
    page.goto("/account/login/")
    page.get_by_label(EMAIL).fill(alice.email)
    page.get_by_label("Password").fill("made-up-and-wrong-1")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert "made-up-and-wrong-1" not in page.content()


def test_the_sign_in_page_fits_a_phone(page: Page) -> None:
    cast.person()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/account/login/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
