"""Times are told by the clock of whoever reads them."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from config.logging import redact
from tests import cast
from workspaces.clock import clock_of
from workspaces.models import User

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "hour"),
    [("UTC", 12), ("Europe/Berlin", 14), ("Asia/Kolkata", 17), ("Mars/Olympus", 12), ("../x", 12)],
)
def test_a_clock_tells_its_own_time_and_an_unknown_one_utc(zone: str, hour: int) -> None:
    with clock_of(zone):
        assert timezone.localtime(NOON).hour == hour


@pytest.mark.django_db
def test_a_page_tells_times_by_the_readers_clock() -> None:
    cast.workspace()
    browser = cast.client_for(cast.alice())
    User.objects.update(time_zone="Asia/Tokyo")
    assert "JST" in browser.get("/o/acme/web/audit-log/").content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/invitations/made-up-key/",
        "/account/password/reset/key/abc-made-up-key/",
        "/account/confirm-email/made-up-key/",
    ],
)
def test_a_link_that_is_as_good_as_a_key_is_not_logged(path: str) -> None:
    line = redact(f"Forbidden: {path} said the log")
    assert "made-up-key" not in line
    assert line.endswith("/ said the log")
