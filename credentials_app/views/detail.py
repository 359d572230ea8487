"""The page of one credential, and the steps of a check of it that runs."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import reswap, retarget

from common.clock import database_now
from credentials_app.exports.leaving import may_export
from credentials_app.forms.snooze import SnoozeForm
from credentials_app.models import Credential
from credentials_app.notices.panel import muting_view
from credentials_app.presentation.badge import Badge, badge
from credentials_app.presentation.check_strip import BARS, check_strip, fold_views, folds
from credentials_app.presentation.consumers import consumers_view
from credentials_app.presentation.credential import credential_view
from credentials_app.presentation.glance import abilities
from credentials_app.presentation.history import change_views, check_views, is_remembered
from credentials_app.presentation.last_use import last_use_view
from credentials_app.presentation.life_line import life_line
from credentials_app.presentation.live import LiveCheck, live_check
from credentials_app.presentation.neighbors import neighbors
from credentials_app.presentation.replacement import repaired
from credentials_app.presentation.schedule import grace_in_words, schedule_view
from credentials_app.presentation.timeline import DEEDS, timeline
from credentials_app.presentation.token_page import kind_seen, token_page
from credentials_app.selectors import (
    addresses_of,
    deeds_at,
    first_good,
    history_of,
    latest_run,
    progress_of_check,
    short_runs,
)
from credentials_app.services.former_secrets import former_secrets_of, grace_of
from credentials_app.views.pages import asks_for_fragment, credential_at, render_page
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import Seat

MAX_RECENT = 8


@require_safe
@workspace_view(Can.SEE)
def detail(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Everything about the credential except the secret."""
    return credential_page(request, seat, credential_at(seat, pk))


@require_safe
@workspace_view(Can.SEE)
def progress(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """What a script polls: the steps while a check runs, then all of the page."""
    credential = credential_at(seat, pk)
    live = _live(credential, badge(credential, timezone.now()))
    if live is not None and asks_for_fragment(request):
        template = "detail/_progress.html"
        return render_page(request, seat, template, credential=credential, live=live)
    page = credential_page(request, seat, credential)
    return retarget(reswap(page, "outerHTML"), "#credential")


def credential_page(
    request: HttpRequest, seat: Seat, credential: Credential, *, closes_panel: bool = False
) -> HttpResponse:
    """The page, or what a script swaps in; ``closes_panel``: without an open panel."""
    now = timezone.now()
    runs, changes = history_of(credential)
    view, last_run = credential_view(credential, now), latest_run(credential)
    recent, may_write = list(changes[:MAX_RECENT]), allows(seat.role, Can.WRITE)
    short = short_runs(credential, BARS)
    deeds, folded = deeds_at(credential, DEEDS, MAX_RECENT), folds(short, MAX_RECENT)
    addresses = addresses_of(credential) if may_write and credential.use_told_at else []
    consumers = consumers_view(credential, now, with_addresses=may_write)
    return render_page(
        request,
        seat,
        "detail/_credential.html" if asks_for_fragment(request) else "detail/detail.html",
        view=view,
        abilities=abilities(view),
        credential=credential,
        last_check=check_views([last_run])[0] if last_run else None,
        strip=check_strip(short),
        folds=fold_views(folded, runs.filter(pk__in=[fold.newest.pk for fold in folded])),
        life=life_line(view, first_good(credential), [each.at for each in recent]),
        entries=timeline(change_views(recent), deeds, MAX_RECENT, fetches=consumers.days),
        schedule=schedule_view(getattr(credential.workspace, "rule", None), credential),
        live=_live(credential, view.badge),
        token_link=token_page(view, last_run),
        kind=kind_seen(view, last_run),
        muting=muting_view(view, recent, now),
        snooze_form=SnoozeForm(auto_id="snooze_%s"),
        around=neighbors(seat.workspace, credential.pk, request.GET, now),
        sends_again=view.was_refused_before or is_remembered(credential, last_run, now),
        repaired=repaired(credential, recent, now),
        former=list(former_secrets_of(credential, now)) if may_write else [],
        consumers=consumers,
        may_export=_may_export(seat),
        last_use=last_use_view(credential, now, addresses),
        grace=grace_in_words(grace_of(getattr(credential.workspace, "rule", None))),
        closes_panel=closes_panel,
    )


def _may_export(seat: Seat) -> bool:
    """True if the page offers it: neither in a sample nor in an archived workspace."""
    place = seat.workspace
    return not place.is_sample and not place.archived_at and may_export(seat)


def _live(credential: Credential, shown: Badge) -> LiveCheck | None:
    steps = progress_of_check(credential) if shown.is_moving else None
    return live_check(credential, shown, steps, database_now())
