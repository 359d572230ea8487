"""The schedule of a workspace: how often it checks, when it reminds, how long a replaced secret
is kept."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from credentials_app.forms.schedule import ScheduleForm
from credentials_app.presentation.schedule import grace_in_words, schedule_view
from credentials_app.selectors import with_own_schedule
from credentials_app.services.former_secrets import USUAL_GRACE, grace_of
from credentials_app.services.schedule import set_workspace_rule, workspace_rule_of
from credentials_app.views.pages import go, render_page
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

MAX_ROWS = 50


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.SEE, post=Can.NOTICE_RULES)
def schedule(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Everybody sees the schedule; those who may change it see the form."""
    rule = workspace_rule_of(seat.workspace)
    form = ScheduleForm(request.POST if request.method == "POST" else None, rule=rule)
    if form.is_valid():
        set_workspace_rule(seat, **form.cleaned_data)
        messages.success(request, _("Saved. It holds for every credential without its own."))
        return go(seat, "schedule")
    current = schedule_view(rule)
    own = list(with_own_schedule(seat.workspace).order_by("name")[: MAX_ROWS + 1])
    return render_page(
        request,
        seat,
        "rules/schedule.html",
        tab="schedule",
        form=form,
        current=current,
        next_checks=current.next_checks(timezone.now()),
        tells_new_address=rule is not None and rule.tell_new_address,
        grace=grace_in_words(grace_of(rule)),
        usual_grace=grace_in_words(USUAL_GRACE),
        inherited=schedule_view(None),
        own=[(row, schedule_view(rule, row)) for row in own[:MAX_ROWS]],
        is_cut=len(own) > MAX_ROWS,
    )
