"""The page of the doctor in the admin audit, for administrators."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from config.doctor.examination import examine
from config.doctor.finding import Finding, Severity
from workspaces.admin.pages import InstancePage
from workspaces.rights.access import person_with
from workspaces.rights.roles import InstanceCan

SHOWN: dict[Severity, tuple[str, str, Promise]] = {
    Severity.OK: ("tone-good", "circle-check", _("Fine")),
    Severity.WARNING: ("tone-warn", "triangle-alert", _("Warning")),
    Severity.PROBLEM: ("tone-bad", "circle-x", _("Problem")),
}
SUMMARIES: dict[Severity, Promise] = {
    Severity.OK: _("Nothing needs to be done."),
    Severity.WARNING: _("Something needs to be done soon."),
    Severity.PROBLEM: _("Something does not work, or is not safe."),
}
NAMES: dict[str, Promise] = {
    "settings": _("Settings"),
    "key files": _("Files with secrets"),
    "database": _("Database"),
    "audit log": _("Audit log"),
    "keys": _("Sealing keys"),
    "seals": _("Sealed values"),
    "pins": _("Recipients of secrets"),
    "api tokens": _("API tokens"),
    "clock": _("Clock"),
    "disk": _("Disk"),
    "copies": _("Copies and restore"),
    "queue": _("Queue"),
    "workers": _("Workers"),
    "mail": _("Mail"),
    "proxy": _("Proxy"),
    "certificates": _("Certificates"),
}


@dataclass(frozen=True)
class ShownFinding:
    """One finding as the page shows it."""

    name: str
    finding: Finding

    @property
    def tone(self) -> str:
        return SHOWN[self.finding.severity][0]

    @property
    def icon(self) -> str:
        return SHOWN[self.finding.severity][1]

    @property
    def word(self) -> str:
        return str(SHOWN[self.finding.severity][2])

    @property
    def sentence(self) -> str:
        return self.finding.sentence

    @property
    def advice(self) -> str:
        return self.finding.advice


@require_safe
def doctor(request: HttpRequest) -> HttpResponse:
    """All findings; the worst decides the sentence above them."""
    person_with(request, InstanceCan.PEOPLE)
    lines = [ShownFinding(str(NAMES[name]), found) for name, found in examine(thorough=False)]
    worst = max(lines, key=lambda line: line.finding.status).finding.severity
    return render(request, "config/doctor.html", {"lines": lines, "summary": SUMMARIES[worst]})


PAGE = InstancePage(
    path="doctor/",
    name="doctor",
    view=doctor,
    label="Doctor",
    about="Whether keys, database, queue, workers, mail and disk are well, and what to do.",
    icon="shield-check",
    can=InstanceCan.PEOPLE,
)
