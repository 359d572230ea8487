"""Where a credential is used: nobody, one and thirty consumers, with long names, looked at."""

from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from common.clock import database_now
from credentials_app.models import Credential, FetchKind
from credentials_app.presentation.consumers import MOST_SHOWN
from credentials_app.services.fetches import Consumer, count_fetch
from tests import cast
from tests.api.calls import token_for
from tests.browser.test_api_tokens import look
from tests.browser.visits import sign_in
from tests.credentials_app import scenes
from workspaces.models import ApiToken
from workspaces.places import credentials_url
from workspaces.tokens.scopes import TokenScope

LONG = "production-cluster-of-the-data-platform-team-in-frankfurt-am-main-nodes-0123456789-abcdefgh"
IPV6 = "2001:db8:85a3:1234:5678:8a2e:370:7334"
IMAGE = f"registry.example.org/{'a-very-long-group-name/' * 6}application"


def fetched(row: Credential, count: int) -> None:
    """So many consumers; every second one has an old secret, and the names of some are long."""
    now, kinds = database_now(), list(FetchKind)
    Credential.objects.filter(pk=row.pk).update(secret_version=2)
    row.refresh_from_db()
    for number in range(count):
        row.secret_version = 1 + number % 2
        label = f"{LONG}-{number}" if number % 3 == 0 else f"pool {number}"
        address = IPV6 if number % 4 == 0 else f"192.0.2.{number}"
        kind = kinds[number % len(kinds)]
        at = now - timedelta(hours=number * 5)
        count_fetch(row, Consumer(cast.alice(), kind, label, address), at, image=IMAGE)


@pytest.mark.parametrize("count", [0, 1, 30])
def test_the_consumers_of_a_credential_are_whole(
    page: Page, context: BrowserContext, live_server: LiveServer, count: int
) -> None:
    url = live_server.url.replace("127.0.0.1", "localhost")
    row = scenes.stored(LONG, by=cast.seat(cast.workspace("web")))
    fetched(row, count)
    sign_in(context, url, cast.alice())
    page.goto(f"{url}{credentials_url(row.workspace, 'detail', pk=row.pk)}")
    expect(page.get_by_role("heading", name="Where used")).to_have_count(min(count, 1))
    look(page, f"consumers-{count}")
    for width in (1440, 768, 390):
        page.set_viewport_size({"width": width, "height": 900})
        lines = page.locator("td[data-label=Secret] span").evaluate_all(
            "all => all.map(each => each.getClientRects().length)"
        )
        assert lines == [1] * min(count, MOST_SHOWN), width
    page.goto(f"{url}{credentials_url(row.workspace, 'replace', pk=row.pk)}")
    look(page, f"replace-{count}")
    page.goto(f"{url}{credentials_url(row.workspace, 'export')}?pk={row.pk}")
    look(page, f"export-{count}")


def test_the_tokens_of_the_access_report_are_whole(
    page: Page, context: BrowserContext, live_server: LiveServer
) -> None:
    url = live_server.url.replace("127.0.0.1", "localhost")
    row = scenes.stored(LONG, by=cast.seat(cast.workspace("web")))
    for number in range(3):
        token_for(
            cast.alice(),
            row.workspace,
            scopes=frozenset({TokenScope.SECRETS_FETCH}),
            prefixes=("registry.example.org",) if number else (),
            networks=("192.0.2.0/24", f"{IPV6}/128") if number == 2 else (),
        )
    ApiToken.objects.update(name=LONG)
    fetched(row, 3)
    sign_in(context, url, cast.alice())
    page.goto(f"{url}{credentials_url(row.workspace, 'access', pk=row.pk)}")
    expect(page.get_by_role("heading", name="API tokens that can fetch it")).to_be_visible()
    look(page, "access-tokens")
    page.goto(f"{url}/account/tokens/")
    look(page, "tokens-long")
