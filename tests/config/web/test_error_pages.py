"""The page of an error of ours says nothing that is untrue for somebody who only opened a page."""

import re
from unittest.mock import patch

import pytest
from django.template.loader import render_to_string
from django.test import Client

from config import VERSION
from tests.cast import alice, client_for

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_error_of_ours_is_told_for_pages_and_for_forms(method: str) -> None:
    browser = Client(raise_request_exception=False)
    with patch("allauth.account.views.LoginView.dispatch", side_effect=RuntimeError("made up")):
        answer = getattr(browser, method)("/account/login/")
    assert answer.status_code == 500
    told = answer.content.decode()
    assert "This page could not be shown. If you sent a form, see whether it was stored" in told
    assert "made up" not in told


def test_the_address_of_a_form_that_is_opened_has_a_page() -> None:
    answer = client_for(alice()).get("/theme/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "There is no page at this address" in answer.content.decode()
    assert int(answer["Content-Length"]) == len(answer.content)
    assert client_for(alice()).put("/theme/").content == b""


@pytest.mark.parametrize("name", ["400", "405", "413", "500"])
def test_a_page_that_takes_nothing_from_the_request_has_our_face(name: str) -> None:
    page = render_to_string(f"{name}.html")
    assert f'<p class="lost__code">{name}</p>' in page
    assert 'class="gate"' in page
    assert 'name="theme-color" content="#141a20" media="(prefers-color-scheme: dark)"' in page


def test_the_footer_names_the_version_and_leads_to_help() -> None:
    page = client_for(alice()).get("/account/").content.decode()
    assert f"Lockkeeper {VERSION}" in page
    assert 'href="/help/providers/"' in page


def test_who_is_not_signed_in_does_not_learn_the_version() -> None:
    assert VERSION not in Client().get("/account/login/").content.decode()


@pytest.mark.parametrize(("theme", "colors"), [("dark", ["#141a20"]), ("light", ["#ffffff"])])
def test_the_bars_of_the_browser_have_the_color_of_the_chosen_theme(
    theme: str, colors: list[str]
) -> None:
    visitor = Client()
    visitor.cookies["theme"] = theme
    page = visitor.get("/account/login/").content.decode()
    assert re.findall('name="theme-color" content="(.+?)">', page) == colors
