"""The reports of the audit: each is a filter in the language of the list, with its question."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from credentials_app.presentation.audit_filters import (
    AGE,
    CHECKED,
    IN_THE_CLEAR,
    OF_LEAVERS,
    SECRET,
    SHARED,
    USED,
)
from credentials_app.presentation.list_filters import (
    ACCESS,
    ENDS,
    EXCESS,
    NEVER_ENDS,
    STATUS,
)
from credentials_app.presentation.list_query import Fields, ListQuery
from credentials_app.status import COULD_NOT_CHECK, EXPIRING, PUSH_NOT_PROVED, STATUS_LABELS, Status
from registry.providers.whose import Whose

DAYS = "{days}"
"""In a filter: the number of days that the reader asks for."""


@dataclass(frozen=True)
class AuditReport:
    """``question``: what it answers, in words; ``advice``: what to do with what it finds.

    ``fields``: its filter. ``days``: how many days count, unless the reader asks for others; 0: no
    number of days is in its question. ``sort``: the order that helps most.
    """

    slug: str
    name: str | Promise
    question: str | Promise
    advice: str | Promise
    icon: str
    fields: Fields
    days: int = 0
    sort: str = "status"

    def query(self, days: int = 0) -> ListQuery:
        """Its filter as the table reads it."""
        number = str(days or self.days)
        chips = tuple((chip, number if value == DAYS else value) for chip, value in self.fields)
        return ListQuery(chips=chips, sort=self.sort)

    def asked(self, days: int = 0) -> str:
        """The question, with its number of days."""
        if not self.days:
            return str(self.question)
        number = {"days": days or self.days}
        return str(self.question % number)


REPORTS = (
    AuditReport(
        "expired",
        _("Expired"),
        _("Which have ended?"),
        _("Create new tokens and replace the secrets; delete what nobody needs."),
        STATUS_LABELS[Status.EXPIRED].icon,
        ((STATUS, Status.EXPIRED.value),),
    ),
    AuditReport(
        "ending",
        _("Ends soon"),
        ngettext_lazy(
            "Which end within %(days)d day?",
            "Which end within %(days)d days?",
            "days",
        ),
        _("Create the successor of each and replace the secret before its last day."),
        EXPIRING.icon,
        ((ENDS, DAYS),),
        days=30,
        sort="ends",
    ),
    AuditReport(
        "refused",
        _("Refused or revoked"),
        _("Which does the registry refuse, or did somebody revoke?"),
        _("Replace the secrets. A login that is refused again and again may lock an account."),
        STATUS_LABELS[Status.REVOKED].icon,
        ((STATUS, Status.REFUSED.value), (STATUS, Status.REVOKED.value)),
    ),
    AuditReport(
        "missing",
        _("Missing a scope"),
        _("Which sign in, but may not do what they are needed for?"),
        _("Create tokens with the missing scopes, or correct what they are needed for."),
        STATUS_LABELS[Status.MISSING_SCOPE].icon,
        ((STATUS, Status.MISSING_SCOPE.value),),
    ),
    AuditReport(
        "excess",
        _("Over-privileged"),
        _("Which hold more rights than they are needed for?"),
        _("Replace them by tokens that may do no more than is needed: a leak then costs less."),
        "shield-alert",
        ((ACCESS, EXCESS),),
    ),
    AuditReport(
        "push",
        _("Push not proved"),
        _("Which are needed for pushing, while no check could show that they may?"),
        _("Name a repository that exists, so that a check can ask for push."),
        PUSH_NOT_PROVED.icon,
        ((ACCESS, PUSH_NOT_PROVED.key),),
    ),
    AuditReport(
        "unchecked",
        _("Not checked"),
        ngettext_lazy(
            "Which were never checked, or not for %(days)d day?",
            "Which were never checked, or not for %(days)d days?",
            "days",
        ),
        _("Check them now. Resume what is paused, or delete it if nobody needs it."),
        STATUS_LABELS[Status.UNVERIFIED].icon,
        ((CHECKED, DAYS),),
        days=7,
        sort="checked",
    ),
    AuditReport(
        "blind",
        _("Could not check"),
        _("Which could the last checks say nothing about?"),
        _("Look at their causes: a server that is down, a certificate, a closed address."),
        COULD_NOT_CHECK.icon,
        ((STATUS, COULD_NOT_CHECK.key),),
    ),
    AuditReport(
        "unused",
        _("Unused"),
        ngettext_lazy(
            "Which has nobody else used for %(days)d day, where the provider tells?",
            "Which has nobody else used for %(days)d days, where the provider tells?",
            "days",
        ),
        _("Ask the owners. What nobody needs can be deleted, at the provider and here."),
        "hourglass",
        ((USED, DAYS),),
        days=90,
        sort="used",
    ),
    AuditReport(
        "passwords",
        _("A person's own password"),
        _("Which sign in with the password of a person's account?"),
        _("Use a token, better one of a robot: a password opens all that its person may do."),
        "user-round",
        ((SECRET, Whose.PASSWORD.value),),
    ),
    AuditReport(
        "tokens",
        _("A person's token"),
        _("Which sign in with a token of a person, or with one that may be a person's?"),
        _("Use a token of a project, a group or a robot: a person's ends when that person leaves."),
        "id-card",
        ((SECRET, Whose.PERHAPS.value), (SECRET, Whose.TOKEN.value)),
    ),
    AuditReport(
        "endless",
        _("Never expires"),
        _("Which have no end, as far as anybody knows?"),
        _("Give each an end: create it with one, or type in the day that you know."),
        "infinity",
        ((ENDS, NEVER_ENDS),),
        sort="age",
    ),
    AuditReport(
        "old",
        _("Old secrets"),
        ngettext_lazy(
            "Which secrets are stored for more than %(days)d day?",
            "Which secrets are stored for more than %(days)d days?",
            "days",
        ),
        _("Rotate them: create new secrets at the providers and replace these."),
        "calendar-days",
        ((AGE, DAYS),),
        days=365,
        sort="age",
    ),
    AuditReport(
        "shared",
        _("One secret in two places"),
        _("Which secrets are stored more than once?"),
        _("Give each place a secret of its own: whoever replaces one otherwise breaks the others."),
        "copy",
        ((SECRET, SHARED),),
    ),
    AuditReport(
        "leavers",
        _("Known to people who left"),
        _("Which secrets may somebody know who has left?"),
        _("Replace them at the registry, then here. Who left can still use them."),
        "user-minus",
        ((SECRET, OF_LEAVERS),),
    ),
    AuditReport(
        "http",
        _("Plain http"),
        _("Which secrets travel unencrypted?"),
        _("Give these registries a certificate; then change the address to https."),
        "lock-open",
        ((SECRET, IN_THE_CLEAR),),
    ),
)
BY_SLUG = {report.slug: report for report in REPORTS}


def report_asked_for(query: ListQuery) -> tuple[AuditReport, int] | None:
    """The report whose filter these chips are, with its days; None if they are no report's."""
    for report in REPORTS:
        days = next((value for _, value in query.chips if value.isdigit()), "0")
        if {*report.query(int(days)).chips} == {*query.chips} and query.chips:
            return report, int(days) if report.days else 0
    return None
