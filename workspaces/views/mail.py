"""The mail page of the admin: the mail server, mails with trouble, and a test mail to oneself."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from workspaces.audit import Caller
from workspaces.mails import status, trial_mail
from workspaces.mails.status import ShownMail
from workspaces.models import User
from workspaces.rights.access import person_with
from workspaces.rights.refusals import Refusal
from workspaces.rights.roles import InstanceCan


@require_http_methods(["GET", "HEAD", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """A GET shows the page. A POST sends a test mail; the page that follows shows its progress."""
    person = person_with(request, InstanceCan.PEOPLE)
    if request.method == "POST":
        return _send(request, person)
    now, sent = timezone.now(), _test_mail_named_in(request, person)
    if request.headers.get("HX-Request"):
        return render(request, "workspaces/_test_mail.html", {"sent": sent})
    tried, failed = status.in_trouble(now)
    context = {
        "server": status.mail_server(),
        "numbers": status.numbers(now),
        "tried": tried,
        "failed": failed,
        "sent": sent,
    }
    return render(request, "workspaces/mail.html", context)


def _send(request: HttpRequest, person: User) -> HttpResponse:
    page = reverse("admin:mail")
    try:
        sent = trial_mail.send_test_mail(person, caller=Caller.of(request))
    except Refusal as refusal:
        messages.error(request, refusal.words)
        return redirect(page)
    return redirect(f"{page}?sent={sent.pk}")


def _test_mail_named_in(request: HttpRequest, person: User) -> ShownMail | None:
    try:
        pk = UUID(request.GET.get("sent", ""))
    except ValueError:
        return None
    return trial_mail.sent_by(person, pk)
