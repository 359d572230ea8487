"""A person's notification preferences, and the mails to this person that failed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from credentials_app.forms.preferences import preference_forms
from credentials_app.notices.preferences import choices_of, failed_mails, set_preference
from workspaces.audit import Caller
from workspaces.rights.access import person_of


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """One row for each workspace; a POST stores only the rows that the person changed."""
    person = person_of(request)
    forms = preference_forms(choices_of(person), request.POST or None)
    sent = [form for form in forms if form.is_bound]
    if request.method == "POST" and all(form.is_valid() for form in sent):
        now, caller = timezone.now(), Caller.of(request)
        for form in sent:
            if form.touched:
                set_preference(person, form.choice.workspace, **form.chosen, now=now, caller=caller)
        messages.success(request, _("What you want to hear is saved."))
        return redirect("notices:preferences")
    values = {"forms": forms, "failed": failed_mails(person), "zone": person.time_zone}
    return render(request, "credentials_app/notices/preferences.html", values)
