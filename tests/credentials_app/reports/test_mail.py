"""The report's mail: all of it as text and as HTML, by the reader's clock, and no secret."""

from datetime import timedelta

import pytest

from common.outbox import Words
from credentials_app.models import Credential, Frequency
from credentials_app.reports.mail import MORE_IN_A_MAIL, report_mail
from credentials_app.reports.queries import collect
from credentials_app.reports.scope import ReportScope
from credentials_app.services.tags import store_tags
from credentials_app.status import Status
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.reports.rows import DAY, KINDS, keep, keep_one_of_each
from tests.credentials_app.scenes import NOON

pytestmark = pytest.mark.django_db


def written(
    scope: ReportScope | None = None, frequency: Frequency | None = Frequency.WEEKLY
) -> Words:
    scope = scope or ReportScope(cast.alice(), cast.workspace())
    return report_mail(scope, collect(scope, since=NOON - 7 * DAY, now=NOON), frequency)


def test_both_parts_tell_every_credential_that_needs_attention() -> None:
    keep_one_of_each()
    said = written()
    assert said.subject == (
        "Report of Acme / Web: 8 bad, 4 could not be checked, 4 end soon, 1 to replace, "
        "2 unverified"
    )
    for part in (said.text, said.html):
        for name, (_, sections) in KINDS.items():
            assert (name in part) is (bool(sections) or name in ("valid", "paused")), name
        assert "http://localhost:8000/o/acme/web/credentials/report/" in part
        assert "every Monday" in part
        assert scenes.PASSWORD not in part
    assert "BAD: 8" in said.text
    assert "Bad: 8" in said.html
    assert "UNUSED FOR 90 DAYS: 3" in said.text
    assert "- unused, last used 5 Dec 2025" in said.text
    assert "- never-used, never, as the provider says" in said.text
    for part in (said.text, said.html):
        assert "1 more may be unused: our own checks hide whether others use it." in part


def test_all_well_is_said_when_it_is() -> None:
    keep("deploy")
    said = written()
    assert said.subject == "Report of Acme / Web: all well"
    for part in (said.text, said.html):
        assert "all well" in part.lower()
        assert "1 credential, 1 valid" in part


def test_times_are_told_by_the_readers_clock() -> None:
    alice = cast.alice()
    alice.time_zone = "Asia/Kolkata"
    alice.save(update_fields=["time_zone"])
    keep("deploy", status=Status.EXPIRED, status_since=NOON - timedelta(hours=1))
    said = written(ReportScope(alice, cast.workspace()))
    for part in (said.text, said.html):
        assert "expired since 10 Mar 2026, 16:30" in part
        assert "10 Mar 2026, 17:30 IST" in part


def test_an_end_at_midnight_utc_is_told_by_its_last_day() -> None:
    keep("deploy", expires_on=(NOON + 5 * DAY).date())
    assert "last day 14 Mar 2026 (UTC), typed in" in written().text


def test_names_are_text_and_never_markup() -> None:
    keep("deploy", status=Status.EXPIRED)
    place = cast.workspace()
    place.name = "<b>Web</b>"
    place.save(update_fields=["name"])
    said = written(ReportScope(cast.alice(), place))
    assert "<b>Web</b>" in said.text
    assert "<b>Web</b>" not in said.html


def test_a_long_report_names_the_first_and_says_how_many_there_are() -> None:
    first = keep("row-000", status=Status.EXPIRED)
    rows = []
    for number in range(1, MORE_IN_A_MAIL + 40):
        row = Credential.objects.get(pk=first.pk)
        row.pk, row.name = Credential().pk, f"row-{number:03}"
        rows.append(row)
    Credential.objects.bulk_create(rows)
    said = written()
    for part in (said.text, said.html):
        assert part.count("row-0") == MORE_IN_A_MAIL
        assert f"there are {MORE_IN_A_MAIL + 40}" in part
    assert len(said.html) < 100_000  # a mail program cuts what is longer


def test_who_asked_for_it_is_told_so() -> None:
    keep("deploy")
    assert "You asked for this report just now." in written(frequency=None).text


def test_the_instance_names_the_workspaces() -> None:
    keep("deploy", status=Status.EXPIRED)
    said = written(ReportScope(cast.administrator()))
    assert said.subject == "Report of all workspaces: 1 bad"
    for part in (said.text, said.html):
        assert "Acme / Web" in part
        assert "/admin/report/" in part


def test_both_parts_name_the_tags_of_a_line() -> None:
    store_tags(keep("expired", status=Status.EXPIRED), ("prod", "team:shop"))
    keep("refused", status=Status.REFUSED)
    said = written()
    assert said.text.count("  Tags: prod, team:shop\n") == 1
    assert said.html.count("Tags: prod, team:shop") == 1
    assert said.text.count("Tags:") == said.html.count("Tags:") == 1
