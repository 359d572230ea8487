"""The page of one credential."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from credentials_app.forms.snooze import SnoozeForm
from credentials_app.notices.panel import shown_quiet
from credentials_app.presentation.credential import polls_every, shown
from credentials_app.presentation.history import shown_changes, shown_runs
from credentials_app.presentation.schedule import shown_schedule
from credentials_app.presentation.token_page import kind_seen, token_page
from credentials_app.selectors import history_of, latest_run
from credentials_app.views.pages import asks_for_fragment, credential_at, page
from workspaces.rights.access import seat_for
from workspaces.rights.roles import Can

SOME = 8


@require_safe
def detail(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """Everything about it but the secret; a script asks again while a check runs."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.SEE)
    credential, now = credential_at(seat, pk), timezone.now()
    runs, changes = history_of(credential)
    seen, last = shown(credential, now), latest_run(credential)
    recent = list(changes[:SOME])
    return page(
        request,
        seat,
        "detail/_credential.html" if asks_for_fragment(request) else "detail/detail.html",
        seen=seen,
        credential=credential,
        last=shown_runs([last])[0] if last else None,
        runs=shown_runs(runs[:SOME]),
        changes=shown_changes(recent),
        schedule=shown_schedule(getattr(credential.workspace, "rule", None), credential),
        poll=polls_every([seen.badge]),
        token_link=token_page(seen, last),
        kind=kind_seen(seen, last),
        quiet=shown_quiet(seen, recent, now),
        snooze_form=SnoozeForm(auto_id="snooze_%s"),
    )
