"""Reports and filters of the audit by mail: who gets which, how often, and the mail itself."""

import hashlib
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qsl
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from common.links import absolute
from common.models import OutgoingMail
from common.outbox import Words
from credentials_app.audit_reports.catalog import report_asked_for
from credentials_app.audit_reports.scope import AuditScope, scope_of_place
from credentials_app.audit_reports.table import page_of_stored
from credentials_app.models import LONGEST_AUDIT_NAME, AuditMail, Frequency
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.view_query import stored_query
from credentials_app.reports.timing import morning_instead, next_report
from workspaces import audit
from workspaces.audit import Caller
from workspaces.clock import zone_of
from workspaces.mails.compose import post, render_mail
from workspaces.models import User

MOST_MAILS = 50
"""A person may have so many in one scope."""


class TooManyMails(Exception):
    """The person gets ``MOST_MAILS`` of this scope already."""


def mails_of(scope: AuditScope) -> QuerySet[AuditMail]:
    """What the reader of the scope gets by mail from it."""
    return AuditMail.objects.filter(person=scope.person, place=scope.place).order_by("name", "pk")


def mail_of(scope: AuditScope, query: ListQuery) -> AuditMail | None:
    """The mail with just this filter and order; None if the reader gets none."""
    text = stored_query(query, scope.person)
    return mails_of(scope).filter(query_key=_key(text)).first()


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def query_of_mail(row: AuditMail) -> ListQuery:
    """The stored filter as the table reads it."""
    values: MultiValueDict[str, str] = MultiValueDict()
    for name, value in parse_qsl(row.query):
        values.appendlist(name, value)
    return ListQuery.of(values)


def set_audit_mail(
    scope: AuditScope,
    query: ListQuery,
    name: str,
    frequency: Frequency,
    *,
    now: datetime,
    caller: Caller,
) -> None:
    """Mail this filter so often; ``NEVER`` ends it. Raises TooManyMails."""
    text = stored_query(query, scope.person)
    with transaction.atomic():
        User.objects.select_for_update(of=("self",)).get(pk=scope.person.pk)
        others = mails_of(scope).exclude(query_key=_key(text))
        if frequency is Frequency.NEVER:
            mails_of(scope).filter(query_key=_key(text)).delete()
        elif others.count() >= MOST_MAILS:
            raise TooManyMails
        else:
            next_at = next_report(frequency, now, zone_of(scope.person.time_zone))
            AuditMail.objects.update_or_create(
                person=scope.person,
                place=scope.place,
                query_key=_key(text),
                defaults={
                    "query": text,
                    "name": name[:LONGEST_AUDIT_NAME],
                    "frequency": frequency,
                    "next_at": next_at,
                },
            )
        audit.record(
            "reports:subscription:change",
            actor=scope.person,
            workspace=scope.only,
            target=scope.person,
            details={"action": frequency.value, "name": name[:LONGEST_AUDIT_NAME]},
            caller=caller,
        )


def due_audit_mails(now: datetime) -> QuerySet[AuditMail]:
    """The mails that are due, the oldest first."""
    return AuditMail.objects.filter(next_at__lte=now).order_by("next_at", "pk")


def send_audit_mail(pk: UUID | str, *, now: datetime) -> OutgoingMail | None:
    """Send one if it is due; one UPDATE decides which worker does.

    If its person may not read the scope any more, it is deleted.
    """
    row = AuditMail.objects.select_related("person").filter(pk=pk, next_at__lte=now).first()
    if row is None:
        return None
    claim = AuditMail.objects.filter(pk=row.pk, next_at=row.next_at)
    scope = scope_of_place(row.person, row.place)
    if scope is None:
        claim.delete()
        return None
    frequency, zone = Frequency(row.frequency), zone_of(row.person.time_zone)
    morning = morning_instead(frequency, row.next_at or now, zone)
    if morning > now:
        claim.update(next_at=morning)
        return None
    words = _mail(scope, row, now)
    with transaction.atomic():
        if not claim.update(next_at=next_report(frequency, now, zone)):
            return None
        key = f"audit-mail:{row.pk}:{row.next_at.isoformat() if row.next_at else ''}"
        return post(to=row.person.email, words=words, dedupe_key=key, now=now)


def _mail(scope: AuditScope, row: AuditMail, now: datetime) -> Words:
    """The first rows and the number of all; the link leads to all of them."""
    query = query_of_mail(row)
    report = report_asked_for(query)
    rows, _query, total = page_of_stored(scope, replace(query, page=1), now)
    context = {
        "scope": scope,
        "name": row.name,
        "question": report[0].asked(report[1]) if report else "",
        "advice": report[0].advice if report else "",
        "rows": rows,
        "site": absolute("/").rstrip("/"),
        "total": total,
        "unnamed": total - len(rows),
        "link": absolute(scope.url("stored", query)),
        "stop": absolute(scope.url("stored_reports")),
    }
    values = {"name": row.name, "count": f"{total:,}", "place": scope.name}
    subject = _("%(name)s: %(count)s in %(place)s") % values
    return render_mail("audit_report", subject, context, time_zone=row.person.time_zone)
