"""Sends reports: each due report once, and a report that a person asks for now."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction

from common import throttle
from common.models import OutgoingMail
from common.throttle import Limit
from credentials_app.models import Frequency, ReportSubscription
from credentials_app.reports.mail import report_mail
from credentials_app.reports.queries import collect
from credentials_app.reports.scope import ReportScope
from credentials_app.reports.subscriptions import IS_SENT, subscription_of
from credentials_app.reports.timing import morning_instead, next_report, since_of
from credentials_app.services.errors import AskedTooOften, Limited
from workspaces import audit
from workspaces.audit import Caller
from workspaces.clock import zone_of
from workspaces.mails.compose import post

MAX_REPORTS, REPORTS_WINDOW = 3, timedelta(minutes=10)
"""A person may ask for so many reports in this time."""


def send_due(pk: UUID | str, *, now: datetime) -> OutgoingMail | None:
    """Send the report of a subscription if it is due; one UPDATE decides which worker does.

    A report of a workspace without credentials is not sent; that of an empty view is. If the person
    may not see the report any more, the subscription is deleted.
    """
    row = (
        ReportSubscription.objects.select_related(
            "person", "workspace__organization", "workspace__owner", "view"
        )
        .filter(IS_SENT, pk=pk, next_at__lte=now)
        .first()
    )
    if row is None:
        return None
    scope = ReportScope(row.person, row.workspace).following(row)
    frequency = Frequency(row.frequency)
    claim = ReportSubscription.objects.filter(pk=row.pk, next_at=row.next_at)
    if not scope.may_mail():
        claim.delete()
        return None
    zone = zone_of(row.person.time_zone)
    morning = morning_instead(frequency, row.next_at or now, zone)
    if morning > now:
        claim.update(next_at=morning)
        return None
    report = collect(scope, since=since_of(frequency, row.last_at, now), now=now)
    words = report_mail(scope, report, frequency)
    next_at = next_report(frequency, now, zone)
    with transaction.atomic():
        if not claim.update(next_at=next_at, last_at=now):
            return None
        if report.is_empty and report.about is None:
            return None
        _note_told(row)
        key = f"report:{row.pk}:{row.next_at.isoformat() if row.next_at else ''}"
        return post(to=row.person.email, words=words, dedupe_key=key)


def _note_told(row: ReportSubscription) -> None:
    """That its view is gone is told once."""
    if row.former_view is not None:
        told = ReportSubscription.objects.filter(pk=row.pk, former_view=row.former_view)
        told.update(former_view=None)


def send_now(scope: ReportScope, *, now: datetime, caller: Caller) -> OutgoingMail:
    """Mail the report to the person who asks for it. Raises PermissionDenied, AskedTooOften.

    The next scheduled report still has all changes since the last scheduled one.
    """
    if not scope.may_mail():
        raise PermissionDenied
    full = throttle.take(Limit(f"reports-of:{scope.person.pk}", MAX_REPORTS, REPORTS_WINDOW))
    if full is not None:
        raise AskedTooOften(Limited.REPORTS, full.free_at)
    words = report_mail(scope, collect(scope, since=since_for(scope, now), now=now))
    with transaction.atomic():
        key = f"report-now:{scope.person.pk}:{uuid4()}"
        mail = post(to=scope.person.email, words=words, dedupe_key=key)
        audit.record(
            "reports:report:send",
            actor=scope.person,
            workspace=scope.workspace,
            target=scope.person,
            caller=caller,
        )
    return mail


def since_for(scope: ReportScope, now: datetime) -> datetime:
    """The time from which on this person's report has changes."""
    row = subscription_of(scope)
    frequency = Frequency(row.frequency) if row else Frequency.WEEKLY
    return since_of(frequency, row.last_at if row else None, now)
