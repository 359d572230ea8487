"""The page that exports credentials, its download, and the switch that lets members export."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from credentials_app.exports import leaving
from credentials_app.exports.candidates import candidate_of
from credentials_app.exports.files import FileFormat, SecretFile
from credentials_app.exports.leaving import CannotBeRight, NothingToExport
from credentials_app.exports.recipes import FILE_TITLES, Source, recipes_of
from credentials_app.forms.export import ExportForm
from credentials_app.models import Credential
from credentials_app.serving import Wish
from credentials_app.views.bulk_changes import selected_rows
from credentials_app.views.pages import go, go_to_list, render_page, uuid_or_none
from workspaces.places import credentials_url
from workspaces.rights.access import workspace_view
from workspaces.rights.refusals import Refusal
from workspaces.rights.roles import Can, allows
from workspaces.rights.seat import Seat
from workspaces.sign_in.step_up import step_up


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
@workspace_view(Can.EXPORT_WHERE_ALLOWED)
def export(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The formats, and what each would do; a POST downloads a file, which no page ever shows."""
    if not leaving.may_export(seat):
        return _not_allowed(request, seat)
    sent = request.POST if request.method == "POST" else request.GET
    keys = {pk for text in sent.getlist("pk") if (pk := uuid_or_none(text))}
    try:
        rows = leaving.chosen_rows(seat.workspace, keys)
    except NothingToExport as refusal:
        messages.info(request, _(refusal.words))
        return go(seat, "list")
    form = ExportForm(rows, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = _made(seat, rows, form)
        if made is not None:
            return _download(made)
    return _page(request, seat, rows, form)


@require_POST
@workspace_view(Can.EXPORT_WHERE_ALLOWED)
def export_selected(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Lead to the page with the selected credentials."""
    if not leaving.may_export(seat):
        return _not_allowed(request, seat)
    rows = selected_rows(request, seat).order_by("name")
    keys = list(rows.values_list("pk", flat=True)[: leaving.MOST_AT_ONCE + 1])
    if not 0 < len(keys) <= leaving.MOST_AT_ONCE:
        messages.info(request, _(NothingToExport.words))
        return go_to_list(request, seat)
    query = urlencode([("pk", str(pk)) for pk in keys])
    return HttpResponseRedirect(f"{credentials_url(seat.workspace, 'export')}?{query}")


@require_POST
@step_up
@workspace_view(Can.SETTINGS)
def export_policy(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Let users and maintainers export, or no longer."""
    allowed = request.POST.get("members") == "1"
    leaving.allow_members(seat, allowed=allowed)
    yes, no = (
        _("Users and maintainers may export now."),
        _("Only admins and owners may export now."),
    )
    messages.success(request, yes if allowed else no)
    return go(seat, "list")


def _not_allowed(request: HttpRequest, seat: Seat) -> HttpResponse:
    """A member where the owner has not allowed it."""
    words = _("Only admins and owners export here. An owner can let users and maintainers export.")
    messages.info(request, words)
    return go(seat, "list")


def _made(seat: Seat, rows: Sequence[Credential], form: ExportForm) -> SecretFile | None:
    """The file; None if it was refused, and the form says why."""
    kind = FileFormat(form.cleaned_data["kind"])
    keys = [row.pk for row in rows]
    try:
        return leaving.export_file(seat, keys, kind, place=form.place, wish=form.wish)
    except CannotBeRight as refusal:
        for each in refusal.findings:
            form.add_error("kind", each.words)
    except Refusal as refusal:
        form.add_error(None, _(refusal.words))
    return None


def _download(made: SecretFile) -> HttpResponse:
    return HttpResponse(
        made.body.reveal(),
        content_type=made.content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{made.name}"',
            "Cache-Control": "no-store",
        },
    )


def _page(
    request: HttpRequest, seat: Seat, rows: Sequence[Credential], form: ExportForm
) -> HttpResponse:
    now = timezone.now()
    only = rows[0] if len(rows) == 1 else None
    source = Source(settings.SITE_URL, str(seat.workspace.pk))
    values: dict[str, Any] = {
        "form": form,
        "rows": rows,
        "only": only,
        "files": [
            (choice, title, leaving.findings_for(rows, kind, wish=Wish.PUSH, now=now))
            for choice, (kind, title) in zip(form["kind"], FILE_TITLES.items(), strict=True)
        ],
        "recipes": recipes_of(candidate_of(only, now), only.username, source) if only else [],
        "may_allow": allows(seat.role, Can.SETTINGS) and not seat.workspace.is_personal,
        "members": leaving.members_export(seat.workspace),
    }
    return render_page(request, seat, "exports/export.html", **values)
