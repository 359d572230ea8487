"""The page of an error of ours says nothing that is untrue for somebody who only opened a page."""

from unittest.mock import patch

import pytest
from django.test import Client

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
