"""The audit log of a workspace, as its admins and owners read it."""

import pytest

from common import paging
from tests import cast
from tests.workspaces.walking import text
from workspaces import audit
from workspaces.models import User

pytestmark = pytest.mark.django_db


def test_the_audit_log_shows_what_was_done_here_and_nothing_else() -> None:
    place = cast.workspace()
    audit.record("test:thing:here", seat=cast.seat(place), details={"fields": ["name"]})
    audit.record("test:thing:elsewhere", seat=cast.seat(cast.workspace("other")))
    page = text(cast.client_for(cast.alice()), "/o/acme/web/audit-log/")
    assert "test:thing:here" in page
    assert "fields: name" in page
    assert "elsewhere" not in page


def test_the_audit_log_is_read_page_by_page() -> None:
    place = cast.workspace()
    for number in range(60):
        audit.record(f"test:thing:number-{number:02}", seat=cast.seat(place))
    browser = cast.client_for(cast.alice())
    first = browser.get("/o/acme/web/audit-log/")
    assert "number-59" in first.content.decode()
    assert "number-09" not in first.content.decode()
    second = text(browser, first.context["pager"]["next_url"])
    assert "number-09" in second
    assert "number-10" not in second


@pytest.mark.parametrize("cursor", ["", "made-up", "%00", "%ED%A0%80", "%FF:1:%FF", "A" * 3000])
def test_a_cursor_that_cannot_be_read_shows_the_first_page(cursor: str) -> None:
    audit.record("test:thing:here", seat=cast.seat(cast.workspace()))
    browser = cast.client_for(cast.alice())
    assert "test:thing:here" in text(browser, f"/o/acme/web/audit-log/?cursor={cursor}")


def test_a_cursor_of_another_page_shows_the_first_page() -> None:
    audit.record("test:thing:here", seat=cast.seat(cast.workspace()))
    cast.alice(), cast.bob()
    cursor = paging.page_of_rows(User.objects.all(), by=["email"], size=1).next_cursor
    assert cursor
    browser = cast.client_for(cast.alice())
    assert "test:thing:here" in text(browser, f"/o/acme/web/audit-log/?cursor={cursor}")
