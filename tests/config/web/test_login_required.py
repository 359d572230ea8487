"""A session that ended while a form was open leads back to a page, not to a bare refusal."""

import pytest
from django.test import Client

from tests import cast

pytestmark = pytest.mark.django_db
DEED = "/organizations/acme/rename/"
PAGE = "/organizations/acme/"


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        (f"http://testserver{PAGE}", PAGE),
        (f"http://testserver{PAGE}?cursor=x", f"{PAGE}%3Fcursor%3Dx"),
        ("", "/"),
        ("http://testserver", "/"),
        (f"https://evil.example{PAGE}", "/"),
        ("//evil.example/", "/"),
        ("http://testserver//evil.example/x", "/%252Fevil.example/x"),
        ("http://testserver@evil.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_after_the_sign_in_the_page_with_the_form_comes_back(referer: str, back: str) -> None:
    answer = Client().post(DEED, {"name": "Acme"}, headers={"referer": referer})
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"/account/login/?next={back}"


def test_a_page_comes_back_itself() -> None:
    answer = Client().get(f"{PAGE}?q=1")
    assert answer.headers["Location"] == f"/account/login/?next={PAGE}%3Fq%3D1"


def test_who_signs_in_again_lands_on_that_page() -> None:
    cast.organization("acme")
    browser = Client()
    asked = browser.post(DEED, {"name": "X"}, headers={"referer": f"http://testserver{PAGE}"})
    said = {"login": "alice@example.org", "password": cast.PASSWORD}
    answer = browser.post(asked.headers["Location"], said, follow=True)
    assert answer.redirect_chain[-1][0] == PAGE
    assert answer.status_code == 200
