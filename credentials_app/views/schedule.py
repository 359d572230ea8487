"""How often the credentials of a workspace are checked, and when people are reminded."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from credentials_app.forms.schedule import ScheduleForm
from credentials_app.presentation.schedule import schedule_view
from credentials_app.selectors import with_own_schedule
from credentials_app.services.schedule import set_workspace_rule, workspace_rule_of
from credentials_app.views.pages import go, render_page
from workspaces.rights.access import seat_for
from workspaces.rights.roles import Can

MOST = 50


@require_http_methods(["GET", "HEAD", "POST"])
def schedule(
    request: HttpRequest, organization: str | None = None, workspace: str | None = None
) -> HttpResponse:
    """What holds, for everybody; the form, for those who may change it."""
    can = Can.NOTICE_RULES if request.method == "POST" else Can.SEE
    seat = seat_for(request, organization=organization, workspace=workspace, can=can)
    rule = workspace_rule_of(seat.workspace)
    form = ScheduleForm(request.POST if request.method == "POST" else None, rule=rule)
    if form.is_valid():
        set_workspace_rule(seat, **form.cleaned_data)
        messages.success(request, _("Saved. It holds for every credential without its own."))
        return go(seat, "schedule")
    own = list(with_own_schedule(seat.workspace).order_by("name")[: MOST + 1])
    return render_page(
        request,
        seat,
        "rules/schedule.html",
        tab="schedule",
        form=form,
        holds=schedule_view(rule),
        otherwise=schedule_view(None),
        own=[(row, schedule_view(rule, row)) for row in own[:MOST]],
        is_cut=len(own) > MOST,
    )
