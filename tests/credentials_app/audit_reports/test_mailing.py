"""Reports of the audit by mail: due once, by the rights of that moment, and without a secret."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from common.fields import open_sealed
from common.models import OutgoingMail
from credentials_app.audit_reports import mailing
from credentials_app.audit_reports.catalog import BY_SLUG
from credentials_app.audit_reports.mailing import (
    TooManyMails,
    due_audit_mails,
    mail_of,
    mails_of,
    query_of_mail,
    send_audit_mail,
    set_audit_mail,
)
from credentials_app.audit_reports.scope import AuditScope, scope_of_place
from credentials_app.models import AuditMail, Frequency
from credentials_app.presentation.list_query import ListQuery
from credentials_app.status import Status
from credentials_app.tasks import mail_audit, send_due_reports
from tests import cast
from tests.credentials_app import scenes
from tests.credentials_app.audit_reports.rows import keep
from workspaces.models import AuditEvent, OrganizationMember, Participant, User, Workspace
from workspaces.models.roles import OrganizationRole

pytestmark = pytest.mark.django_db
TUESDAY = datetime(2026, 3, 10, 12, tzinfo=UTC)
MONDAY = datetime(2026, 3, 16, 8, tzinfo=UTC)
EXPIRED = BY_SLUG["expired"].query()
SECRET = "made-up-secret-needle-7"


def instance() -> AuditScope:
    return AuditScope(cast.administrator())


def of_web(person: User | None = None) -> AuditScope:
    return AuditScope(person or cast.alice(), (cast.workspace(),))


def of_acme(person: User | None = None) -> AuditScope:
    return AuditScope(person or cast.alice(), (cast.workspace(),), cast.organization())


def chosen(scope: AuditScope, query: ListQuery = EXPIRED, name: str = "Expired") -> AuditMail:
    set_audit_mail(scope, query, name, Frequency.WEEKLY, now=TUESDAY, caller=cast.CALLER)
    return AuditMail.objects.get(person=scope.person, name=name)


def said(mail: OutgoingMail | None) -> str:
    assert mail is not None
    return str(mail.subject) + "".join(json.loads(open_sealed(mail, "body"))[:2])


def test_a_mail_is_due_on_monday_morning_and_is_sent_once() -> None:
    row = chosen(instance())
    assert row.next_at == MONDAY
    assert send_audit_mail(row.pk, now=MONDAY - timedelta(seconds=1)) is None
    assert [*due_audit_mails(MONDAY)] == [row]
    assert send_audit_mail(row.pk, now=MONDAY) is not None
    assert send_audit_mail(row.pk, now=MONDAY) is None
    row.refresh_from_db()
    assert row.next_at == MONDAY + timedelta(days=7)
    assert OutgoingMail.objects.count() == 1


def test_it_has_the_number_of_all_the_first_rows_and_no_secret() -> None:
    for number in range(30):
        keep(f"row-{number:02}", status=Status.EXPIRED, secret=SECRET, notes="notes-needle-3")
    keep("works")
    words = said(send_audit_mail(chosen(instance()).pk, now=MONDAY))
    assert words.startswith("Expired: 30 in this Lockkeeper")
    assert "Which have ended?" in words
    assert "row-00 in Acme / Web: Expired" in words
    assert "And 5 more." in words
    assert "/admin/stored/?status=expired" in words
    for needle in (SECRET, "notes-needle-3", "works"):
        assert needle not in words


def test_nothing_found_is_news_too() -> None:
    assert "Nothing is found." in said(send_audit_mail(chosen(instance()).pk, now=MONDAY))


def test_a_scope_of_a_place_has_its_rows_alone() -> None:
    rival = cast.organization("rival", owner=cast.mallory())
    there = cast.seat(cast.workspace("shop", organization=rival), cast.mallory())
    keep("theirs", by=there, status=Status.EXPIRED)
    keep("mine", status=Status.EXPIRED)
    for scope in (of_web(), of_acme()):
        row = chosen(scope, name=f"Mail of {scope.place}")
        words = said(send_audit_mail(row.pk, now=MONDAY))
        assert "mine" in words
        assert "theirs" not in words
        row.delete()


def ends_as_administrator() -> AuditMail:
    cast.person("another@example.org", administrator=True)
    row = chosen(instance())
    User.objects.filter(pk=cast.administrator().pk).update(is_staff=False)
    return row


def is_suspended() -> AuditMail:
    cast.person("another@example.org", administrator=True)
    row = chosen(instance())
    User.objects.filter(pk=cast.administrator().pk).update(is_active=False)
    return row


def is_no_admin_any_more() -> AuditMail:
    bob = cast.participant(cast.workspace(), cast.bob(), "admin")
    row = chosen(of_web(bob))
    Participant.objects.filter(user=bob).update(role="maintainer")
    return row


def left_the_organization() -> AuditMail:
    bob = cast.participant(cast.workspace(), cast.bob(), "admin")
    row = chosen(of_acme(bob))
    Participant.objects.filter(user=bob).delete()
    OrganizationMember.objects.filter(user=bob).delete()
    return row


def is_archived() -> AuditMail:
    row = chosen(of_web())
    Workspace.objects.filter(pk=cast.workspace().pk).update(archived_at=TUESDAY)
    return row


@pytest.mark.parametrize(
    "change",
    [ends_as_administrator, is_suspended, is_no_admin_any_more, left_the_organization, is_archived],
)
def test_who_may_not_read_it_any_more_gets_none(change: Callable[[], AuditMail]) -> None:
    row = change()
    assert send_audit_mail(row.pk, now=MONDAY) is None
    assert not OutgoingMail.objects.exists()
    assert not AuditMail.objects.exists()


def test_a_member_who_owns_the_organization_gets_all_of_it() -> None:
    bob = cast.participant(cast.workspace("data"), cast.bob(), "viewer")
    assert scope_of_place(bob, of_acme().place) is None
    OrganizationMember.objects.filter(user=bob).update(role=OrganizationRole.OWNER)
    cast.workspace()
    scope = scope_of_place(bob, of_acme().place)
    assert scope is not None
    assert {each.slug for each in scope.workspaces or ()} == {"web", "data"}


def test_the_instance_compares_no_secret_with_the_readers_own_places() -> None:
    cast.participant(cast.workspace(), cast.administrator(), "maintainer")
    scope = scope_of_place(cast.administrator(), "instance")
    assert scope is not None
    assert scope.writable >= {cast.workspace().pk}


def test_a_filter_is_kept_as_it_was_asked_and_never_ends_it() -> None:
    query = ListQuery.of(QueryDict("q=a+b&status=expired&ends=45&sort=-age&page=3&size=100"))
    row = chosen(instance(), query, "Mine")
    assert query_of_mail(row) == query.shows
    assert mail_of(instance(), query) == row
    assert mail_of(of_web(), query) is None
    assert mail_of(AuditScope(cast.auditor()), query) is None
    set_audit_mail(instance(), query, "Mine", Frequency.NEVER, now=TUESDAY, caller=cast.CALLER)
    assert not mails_of(instance()).exists()
    events = AuditEvent.objects.filter(action="reports:subscription:change").order_by("seq")
    assert [event.details["action"] for event in events] == ["weekly", "never"]


def test_a_person_has_so_many_mails_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "MOST_MAILS", 1)
    chosen(instance())
    with pytest.raises(TooManyMails):
        chosen(instance(), ListQuery(search="x"), "Another")
    chosen(instance())  # the same again


def test_the_beat_finds_what_is_due() -> None:
    keep("one", status=Status.EXPIRED)
    row = chosen(instance())
    AuditMail.objects.filter(pk=row.pk).update(next_at=timezone.now() - timedelta(hours=2))
    send_due_reports()
    mail_audit(str(row.pk))
    assert OutgoingMail.objects.filter(subject__startswith="Expired: 1 in").count() <= 1
    assert not due_audit_mails(timezone.now()).exists()


@pytest.fixture
def ada() -> Client:
    return cast.client_for(cast.administrator())


def test_the_page_offers_it_and_lists_what_one_gets(ada: Client) -> None:
    answer = ada.post("/admin/stored/mail/", {"frequency": "daily", "status": "expired"})
    assert answer["Location"] == "/admin/stored/?status=expired"
    page = ada.get("/admin/stored/?status=expired").content.decode()
    assert "By mail: every day" in page
    reports = ada.get("/admin/reports/").content.decode()
    assert "You get by mail" in reports
    assert 'href="/admin/stored/?status=expired">Expired</a>' in reports
    stop = {"frequency": "never", "status": "expired", "back": "reports"}
    assert ada.post("/admin/stored/mail/", stop)["Location"] == "/admin/reports/"
    assert not AuditMail.objects.exists()


@pytest.mark.parametrize("fields", [{"frequency": "hourly"}, {"frequency": "daily", "q": "x"}])
def test_what_is_missing_is_said_and_nothing_is_stored(ada: Client, fields: dict[str, str]) -> None:
    answer = ada.post("/admin/stored/mail/", fields, follow=True)
    assert "How often: choose" in answer.content.decode() or "Name: say" in answer.content.decode()
    assert not AuditMail.objects.exists()


def test_the_seat_of_a_workspace_is_its_own(ada: Client) -> None:
    assert of_web().place == f"workspace:{scenes.seat().workspace.pk}"
    assert scope_of_place(cast.mallory(), of_web().place) is None
