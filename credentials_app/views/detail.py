"""The page of one credential."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from credentials_app.forms.snooze import SnoozeForm
from credentials_app.notices.panel import muting_view
from credentials_app.presentation.credential import credential_view, polls_every
from credentials_app.presentation.history import change_views, check_views
from credentials_app.presentation.schedule import schedule_view
from credentials_app.presentation.token_page import kind_seen, token_page
from credentials_app.selectors import history_of, latest_run
from credentials_app.views.pages import asks_for_fragment, credential_at, render_page
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

MAX_RECENT = 8


@require_safe
@workspace_view(Can.SEE)
def detail(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Everything about the credential except the secret; a script polls while a check runs."""
    credential, now = credential_at(seat, pk), timezone.now()
    runs, changes = history_of(credential)
    view, last_run = credential_view(credential, now), latest_run(credential)
    recent = list(changes[:MAX_RECENT])
    return render_page(
        request,
        seat,
        "detail/_credential.html" if asks_for_fragment(request) else "detail/detail.html",
        view=view,
        credential=credential,
        last_check=check_views([last_run])[0] if last_run else None,
        checks=check_views(runs[:MAX_RECENT]),
        changes=change_views(recent),
        schedule=schedule_view(getattr(credential.workspace, "rule", None), credential),
        poll=polls_every([view.badge]),
        token_link=token_page(view, last_run),
        kind=kind_seen(view, last_run),
        muting=muting_view(view, recent, now),
        snooze_form=SnoozeForm(auto_id="snooze_%s"),
    )
