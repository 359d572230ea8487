"""A page that breaks with a secret in its hands tells nobody, not even with DEBUG on."""

import logging
from typing import Any

import pytest
from django.conf import LazySettings

from credentials_app.views import edit
from tests import cast
from tests.canary.secrets import new_canaries
from tests.canary.spellings import Canary, found_in
from workspaces.places import credentials_url

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
WAYS = ("quiet", "with the secret in a variable", "with the draft in the error")


@pytest.mark.parametrize("debug", [False, True], ids=["as in life", "with DEBUG"])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("canary", new_canaries(), ids=lambda canary: canary.kind)
def test_an_error_page_and_its_log_line_hold_no_secret(
    canary: Canary,
    way: str,
    debug: bool,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def breaks(_seat: object, draft: Any, **_more: object) -> None:
        kept = [canary.secret] if way == WAYS[1] else []
        told = repr(draft) if way == WAYS[2] else ""
        raise RuntimeError(f"made-up fault {len(kept)} {told}")

    settings.DEBUG = debug
    monkeypatch.setattr(edit, "add_credential", breaks)
    workspace = cast.workspace()
    client = cast.client_for(cast.alice())
    client.raise_request_exception = False
    values = {"name": "broken", "provider": "generic", "server": "registry.example.org"}
    values |= {"username": "ci", "secret": canary.secret, "need": "pull", "act": "add"}
    with caplog.at_level(logging.DEBUG):
        answer = client.post(credentials_url(workspace, "add"), values)
    assert answer.status_code == 500
    assert (b"made-up fault" in answer.content) is debug
    assert found_in(answer.content, canary) == ""
    assert "made-up fault" in caplog.text
    assert found_in(caplog.text.encode(), canary) == ""
