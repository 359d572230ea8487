"""The theme: chosen in the account menu, kept in a cookie of the browser."""

from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from tests import cast
from workspaces.places import credentials_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def visitor() -> Client:
    cast.workspace()
    return cast.client_for(cast.alice())


def head(visitor: Client) -> str:
    return visitor.get(credentials_url(cast.workspace(), "list")).content.decode()


@pytest.mark.parametrize(
    ("theme", "scheme"), [("dark", "dark"), ("light", "light"), ("system", "light dark")]
)
def test_the_choice_holds_for_every_page(visitor: Client, theme: str, scheme: str) -> None:
    visitor.post("/theme/", {"theme": theme})
    told = head(visitor)
    assert f'<meta name="color-scheme" content="{scheme}">' in told
    assert told.count('aria-pressed="true"') == 1
    assert f'value="{theme}" aria-pressed="true"' in told


def test_before_a_choice_and_with_an_unknown_one_it_is_that_of_the_system(visitor: Client) -> None:
    assert 'content="light dark"' in head(visitor)
    visitor.cookies["theme"] = '"><script>'
    assert 'content="light dark"' in head(visitor)


def test_the_person_goes_back_to_the_page_of_the_choice_and_to_no_other_site(
    visitor: Client,
) -> None:
    here = "http://testserver/account/?a=1"
    answer = visitor.post("/theme/", {"theme": "dark"}, headers={"referer": here})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/account/?a=1")
    elsewhere = {"referer": "https://evil.example.com/x"}
    answer = visitor.post("/theme/", {"theme": "dark"}, headers=elsewhere)
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("path", ["//evil.example.com/x", "///evil.example.com", "//evil@x?a=1"])
def test_a_page_of_ours_whose_path_reads_like_another_site_leads_to_none(
    visitor: Client, path: str
) -> None:
    here = {"referer": f"http://testserver{path}"}
    answer = visitor.post("/theme/", {"theme": "dark"}, headers=here)
    back = urlsplit(urljoin("http://testserver/theme/", answer.headers["Location"]))
    assert back.netloc == "testserver"


@pytest.mark.parametrize("theme", ["", "pink", "dark\r\nSet-Cookie: a=b"])
def test_an_unknown_theme_is_refused_and_not_kept(visitor: Client, theme: str) -> None:
    answer = visitor.post("/theme/", {"theme": theme})
    assert (answer.status_code, "theme" in answer.cookies) == (400, False)


def test_no_script_reads_the_cookie(visitor: Client) -> None:
    cookie = visitor.post("/theme/", {"theme": "dark"}).cookies["theme"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
