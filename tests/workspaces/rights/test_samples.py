"""A sample is looked at; what checks, stores, exports or mails is closed in it for everybody."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from common.models import OutgoingMail
from credentials_app import secrets
from credentials_app.models import (
    Credential,
    Frequency,
    Notice,
    Outage,
    ReportSubscription,
    StatusChange,
)
from credentials_app.notices.outage_detection import detected_outages, worked_at
from credentials_app.notices.outages import update_outages
from credentials_app.notices.recipients import recipients_in
from credentials_app.notices.reminders import remind
from credentials_app.overview.queries import without_samples
from credentials_app.overview.scope import OverviewScope
from credentials_app.reports.queries import collect
from credentials_app.reports.scope import ReportScope
from credentials_app.reports.sending import send_now
from credentials_app.reports.subscriptions import make_missing, set_subscription
from credentials_app.services import credentials
from credentials_app.services.administration import check_all
from registry.secret import Secret
from tests import cast
from tests.credentials_app import scenes
from workspaces import places
from workspaces.models import Participant, Workspace
from workspaces.models.roles import OrganizationRole, Role
from workspaces.places import credentials_url
from workspaces.rights.roles import CLOSED_IN_SAMPLES
from workspaces.rights.seat import OrganizationSeat

pytestmark = pytest.mark.django_db


def sample(**columns: object) -> Credential:
    """A credential that is bad for its people, in a sample that Alice owns."""
    home, now = cast.organization(), timezone.now()
    place = Workspace.objects.create(organization=home, name="S", slug="sample", is_sample=True)
    Participant.objects.create(workspace=place, user=cast.alice(), role=Role.OWNER)
    times = dict.fromkeys(("created_at", "changed_at", "secret_set_at", "status_since"), now)
    row = Credential(
        workspace=place, name="deploy", provider="generic", server=str(scenes.REGISTRY), **times
    )
    for name, value in columns.items():
        setattr(row, name, value)
    secrets.seal(row, secrets.content_for(row, Secret(scenes.PASSWORD)))
    row.save(force_insert=True)
    return row


def told(answer: object, browser: Client) -> bool:
    page = browser.get(answer["Location"])  # type: ignore[index]
    return "This is a sample: its credentials are made up." in page.content.decode()


@pytest.mark.parametrize("view", ["check", "pause", "resume", "delete"])
def test_what_would_change_a_sample_is_answered_in_words(view: str) -> None:
    row, browser = sample(), cast.client_for(cast.alice())
    detail = credentials_url(row.workspace, "detail", pk=row.pk)
    answer = browser.post(
        credentials_url(row.workspace, view, pk=row.pk),
        headers={"Referer": f"http://testserver{detail}"},
    )
    assert answer.status_code == 302
    assert answer["Location"] == detail
    assert told(answer, browser)
    assert Credential.objects.get(pk=row.pk).status == row.status


@pytest.mark.parametrize(
    ("view", "keys"), [("add", ()), ("edit", ("pk",)), ("replace", ("pk",)), ("rules", ())]
)
def test_no_form_is_shown_in_which_a_secret_would_be_typed(
    view: str, keys: tuple[str, ...]
) -> None:
    row, browser = sample(), cast.client_for(cast.alice())
    path = credentials_url(row.workspace, view, **dict.fromkeys(keys, row.pk))
    answer = browser.get(path, headers={"Referer": f"http://testserver{path}"})
    assert answer["Location"] == credentials_url(row.workspace, "list")
    assert told(answer, browser)


def test_a_script_is_sent_to_the_page_that_says_so() -> None:
    row, browser = sample(), cast.client_for(cast.alice())
    path = credentials_url(row.workspace, "check", pk=row.pk)
    answer = browser.post(path, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == credentials_url(row.workspace, "list")


@pytest.mark.parametrize(
    "before",
    ["https://evil.example/o/acme/sample/x", "//evil.example/o/acme/sample/x", "/account/", ""],
)
def test_nobody_is_sent_to_a_page_outside_the_sample(before: str) -> None:
    row, browser = sample(), cast.client_for(cast.alice())
    path = credentials_url(row.workspace, "check", pk=row.pk)
    answer = browser.post(path, headers={"Referer": before})
    assert answer["Location"] == credentials_url(row.workspace, "list")


def test_an_outsider_sees_no_sample_and_a_viewer_may_still_not_check() -> None:
    row = sample()
    path = credentials_url(row.workspace, "check", pk=row.pk)
    assert cast.client_for(cast.mallory()).post(path).status_code == 404
    viewer = cast.someone(row.workspace, Role.VIEWER)
    assert cast.client_for(viewer).post(path).status_code == 403


def test_looking_and_snoozing_are_open() -> None:
    row, browser = sample(), cast.client_for(cast.alice())
    for view in ("list", "report", "schedule"):
        assert browser.get(credentials_url(row.workspace, view)).status_code == 200
    browser.post(credentials_url(row.workspace, "snooze", pk=row.pk), {"days": "7"})
    assert Credential.objects.get(pk=row.pk).snoozed_until
    assert not {right.name for right in CLOSED_IN_SAMPLES} & {"SEE", "NOTICE_RULES", "LEAVE"}


def test_nobody_is_mailed_about_a_sample_whatever_its_rows_say() -> None:
    now = timezone.now()
    row = sample(
        status="valid",
        expires_at=now + timedelta(days=3),
        expires_source="provider",
        could_not_look_since=now - timedelta(days=2),
        could_not_look_why="unreachable",
        could_not_look_shown=True,
        looks_in_vain=9,
        last_checked_at=now,
        last_conclusive_at=now,
    )
    StatusChange.objects.create(
        credential=row, old="valid", new="refused", at=now, why="rejected", tell="bad"
    )
    assert recipients_in([row.workspace]) == {row.workspace_id: []}
    assert remind(now=now) == []
    assert detected_outages() == {}
    assert worked_at([row.server]) == {}
    update_outages(now=now)
    assert not Outage.objects.exists()
    make_missing(now)
    assert not ReportSubscription.objects.filter(workspace=row.workspace).exists()
    assert not Notice.objects.exists()
    assert not OutgoingMail.objects.exists()
    assert mail.outbox == []


def test_no_report_of_a_sample_is_mailed() -> None:
    row, browser = sample(), cast.client_for(cast.alice())
    path, scope = credentials_url(row.workspace, "report"), ReportScope(cast.alice(), row.workspace)
    for act in ("send", "choose"):
        assert told(browser.post(path, {"act": act, "frequency": "daily"}), browser)
    with pytest.raises(PermissionDenied):
        send_now(scope, now=timezone.now(), caller=cast.CALLER)
    with pytest.raises(PermissionDenied):
        set_subscription(scope, Frequency.DAILY, now=timezone.now(), caller=cast.CALLER)
    assert not OutgoingMail.objects.exists()


def test_the_report_and_the_lists_of_the_instance_leave_samples_out() -> None:
    row, now = sample(status="refused"), timezone.now()
    StatusChange.objects.create(credential=row, old="valid", new="refused", at=now, why="rejected")
    whole = ReportScope(cast.administrator())
    report = collect(whole, since=now - timedelta(days=7), now=now + timedelta(seconds=1))
    assert report.counts.total == 0
    assert report.shifts == ()
    assert OverviewScope(None).rows().count() == 0
    browser = cast.client_for(cast.administrator())
    for name in ("credential", "checkrun", "statuschange"):
        page = browser.get(f"/admin/credentials_app/{name}/").content.decode()
        assert "deploy" not in page
    assert check_all(cast.administrator(), cast.CALLER, [row.pk]) == []


def test_a_sample_is_not_one_of_the_workspaces_that_an_organization_may_have(
    settings: object,
) -> None:
    settings.LOCKKEEPER_MOST_WORKSPACES = 1  # type: ignore[attr-defined]
    home = sample().workspace.organization
    assert home
    seat = OrganizationSeat(cast.alice(), home, OrganizationRole.OWNER, cast.CALLER)
    assert places.make_workspace(seat, name="Web", slug="web")


def test_an_overview_of_several_counts_samples_only_while_there_is_nothing_else() -> None:
    made_up, real = sample().workspace, cast.workspace()
    assert list(without_samples([made_up, real])) == [made_up, real]
    credentials.add_credential(cast.seat(real), scenes.draft())
    assert list(without_samples([made_up, real])) == [real]
    assert list(without_samples([real])) == [real]
    assert list(without_samples([made_up])) == [made_up]
