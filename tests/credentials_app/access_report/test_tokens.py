"""The API tokens of an access report: which could fetch on a day, and which did."""

import csv
import re
from datetime import UTC, datetime
from io import StringIO

import pytest

from credentials_app.models import Credential
from tests import cast
from tests.api.calls import call, token_for
from tests.credentials_app.views.test_access import WORKSPACE_PAGE, a_leak, at, page_of, text
from workspaces.models import ApiToken
from workspaces.tokens.scopes import TokenScope

pytestmark = pytest.mark.django_db
TOKENS = ("whole", "of-team", "elsewhere", "reader", "ended", "later", "revoked-at-noon")


@pytest.fixture
def leaked(monkeypatch: pytest.MonkeyPatch) -> Credential:
    return a_leak(monkeypatch)


def _with_tokens(row: Credential) -> None:
    """Tokens of Alice: three that could fetch it on 3 May, and others that could not."""
    fetch, place = frozenset({TokenScope.SECRETS_FETCH}), row.workspace
    for name, scopes, prefixes in (
        ("whole", fetch, ()),
        ("of-team", fetch, ("registry.example.org",)),
        ("elsewhere", fetch, ("registry.example.org/other",)),
        ("reader", frozenset({TokenScope.STATUS_READ}), ()),
        ("ended", fetch, ()),
        ("later", fetch, ()),
        ("revoked-at-noon", fetch, ()),
    ):
        token_for(cast.alice(), place, scopes=scopes, prefixes=prefixes)
        ApiToken.objects.filter(name="deploy script").update(
            name=name, created_at=datetime(2026, 4, 1, tzinfo=UTC)
        )
    named = ApiToken.objects.filter
    named(name="ended").update(ended_at=datetime(2026, 5, 1, tzinfo=UTC))
    named(name="later").update(created_at=datetime(2026, 5, 4, 12, tzinfo=UTC))
    named(name="revoked-at-noon").update(ended_at=datetime(2026, 5, 3, 12, tzinfo=UTC))


def test_the_tokens_that_could_fetch_it_on_a_day_are_told(leaked: Credential) -> None:
    _with_tokens(leaked)
    browser = cast.client_for(cast.alice())
    told = text(browser.get(page_of(leaked), {"on": "2026-05-03"}))
    assert "API tokens that could fetch it" in told
    there = {name for name in TOKENS if f"{name} (lkk_" in told}
    assert there == {"whole", "of-team", "revoked-at-noon"}
    assert re.search(r"revoked-at-noon.*?Until 12:00", told)
    now = text(browser.get(page_of(leaked)))
    assert {name for name in TOKENS if f"{name} (lkk_" in now} == {"whole", "of-team", "later"}
    whole = text(browser.get(WORKSPACE_PAGE, {"on": "2026-05-03"}))
    assert {name for name in TOKENS if f"{name} (lkk_" in whole} == there | {"elsewhere"}


def test_the_table_has_the_tokens(leaked: Credential) -> None:
    _with_tokens(leaked)
    answer = cast.client_for(cast.alice()).post(f"{page_of(leaked)}csv/", {"on": "2026-05-03"})
    rows = csv.DictReader(StringIO(answer.getvalue().decode().lstrip("\ufeff")))
    tokens = {row["By"].partition(" ")[0]: row for row in rows if "token" in row["Access"]}
    assert set(tokens) == {"whole", "of-team", "revoked-at-noon"}
    assert tokens["of-team"]["Note"] == "registry.example.org"


@pytest.mark.django_db(transaction=True)
def test_the_fetches_of_a_day_are_told_with_their_token(
    leaked: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = token_for(cast.alice(), leaked.workspace, scopes=frozenset({TokenScope.SECRETS_FETCH}))
    with at(monkeypatch, "2026-05-03T09:30"):
        for _time in range(3):
            body = {"credential": str(leaked.pk)}
            assert call("POST", "/fetch", token, body).status == 200
    told = text(cast.client_for(cast.alice()).get(page_of(leaked), {"on": "2026-05-03"}))
    assert "to give it to a program" in told
    assert f"token: {ApiToken.objects.get().start}" in told
    assert "3 times, 09:00" in told
