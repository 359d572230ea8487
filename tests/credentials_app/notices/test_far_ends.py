"""Ends that no calendar reaches, as tokens and registries may tell them: nothing breaks of them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from credentials_app import notices
from credentials_app.expiry import Expiry
from credentials_app.reports.scope import ReportScope
from credentials_app.reports.sending import send_now
from registry.evidence import ExpirySource
from registry.outcome import Outcome
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.scenes import NOON, verdict
from workspaces import tasks as mail_tasks
from workspaces.places import credentials_url

LAST = datetime.max.replace(microsecond=0, tzinfo=UTC)
ENDS = {
    "never, as some write it": LAST,
    "the last midnight": LAST.replace(hour=0, minute=0, second=0),
    "before all times": datetime.min.replace(tzinfo=UTC),
    "before 1970": datetime(1969, 12, 31, tzinfo=UTC),
}


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("case", ENDS)
def test_it_is_checked_shown_and_told_as_any_other(
    case: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_tasks.deliver_mail, "delay_on_commit", lambda *_: None)
    says = verdict(Outcome.VALID, expires_at=ENDS[case], expires_source=ExpirySource.SECRET)
    row = scenes.checked(scenes.stored(), says)
    assert row.last_outcome == "valid"
    assert row.next_check_at is not None
    reader, ada = cast.alice(), cast.administrator()
    for person in (reader, ada):
        person.time_zone = zone
        person.save(update_fields=["time_zone"])
    browser = cast.client_for(reader)
    for page in ("detail", "history"):
        assert browser.get(credentials_url(row.workspace, page, pk=row.pk)).status_code == 200
    for page in ("list", "report"):
        assert browser.get(credentials_url(row.workspace, page)).status_code == 200
    assert notices.remind(now=NOON) == []
    for scope in (ReportScope(reader, row.workspace), ReportScope(ada)):
        assert send_now(scope, now=NOON, caller=cast.CALLER).to == scope.person.email


LAST_DAYS = {
    "midnight belongs to the day before": (datetime(2026, 3, 10, tzinfo=UTC), "2026-03-09"),
    "the second after does not": (datetime(2026, 3, 10, 0, 0, 1, tzinfo=UTC), "2026-03-10"),
    "by the UTC day": (
        datetime(2026, 3, 10, 1, tzinfo=timezone(timedelta(hours=2))),
        "2026-03-09",
    ),
    "midnight by UTC": (
        datetime(2026, 3, 10, 2, tzinfo=timezone(timedelta(hours=2))),
        "2026-03-09",
    ),
    "a leap day": (datetime(2028, 3, 1, tzinfo=UTC), "2028-02-29"),
}


@pytest.mark.parametrize("case", LAST_DAYS)
def test_the_last_day(case: str) -> None:
    at, day = LAST_DAYS[case]
    assert str(Expiry(at, ExpirySource.SECRET).last_day) == day
