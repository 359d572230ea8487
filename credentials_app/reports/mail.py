"""The mail with a report.

On its own: it holds words, as `notices/mail.py` does; sending holds transactions.
"""

from dataclasses import replace

from django.utils.translation import gettext as _

from common.links import absolute
from common.outbox import Words
from credentials_app.models import Frequency
from credentials_app.notices.unsubscribe import headers_for, link_for
from credentials_app.reports.report import Report
from credentials_app.reports.scope import ReportScope
from workspaces.mails.compose import render_mail

MORE_IN_A_MAIL = 20


def report_mail(scope: ReportScope, report: Report, frequency: Frequency | None = None) -> Words:
    """As HTML and text, by the recipient's clock; ``frequency`` None: they asked for it now."""
    context = {
        "scope": scope,
        "report": report,
        "frequency": frequency,
        "most": MORE_IN_A_MAIL,
        "site": absolute("/").rstrip("/"),
        "link": absolute(scope.page),
        "stop": link_for(scope.kind, scope.person, scope.workspace),
    }
    subject = _("Report of %(place)s: %(headline)s") % {
        "place": scope.name,
        "headline": report.headline,
    }
    words = render_mail("report", subject, context, time_zone=scope.person.time_zone)
    return replace(words, headers=headers_for(scope.kind, scope.person, scope.workspace))
