"""The list of secrets that people knew who left the workspace."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common.paging import page_of_rows
from credentials_app.forms.bulk_change import SettleForm
from credentials_app.presentation.leavers import leaver_line
from credentials_app.services import leavers
from credentials_app.services.errors import NothingToChange
from credentials_app.views.listing import pager
from credentials_app.views.pages import go, render_page, selected_keys
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat
from workspaces.tokens.listing import tokens_of_leavers


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.SEE, post=Can.WRITE)
def left_behind(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What is still to be replaced; who may write settles some of it with a reason."""
    if seat.workspace.is_personal:
        raise Http404
    ticked = selected_keys(request)
    form = SettleForm(ticked, request.POST if request.method == "POST" else None)
    if form.is_valid():
        keys = None if form.cleaned_data["whole"] else ticked
        try:
            count = leavers.settle_known(seat, keys, reason=form.cleaned_data["reason"])
        except NothingToChange:
            messages.info(request, _("Nothing was ticked off: somebody did it before."))
        else:
            words = ngettext(
                "%(count)d secret was ticked off.", "%(count)d secrets were ticked off.", count
            )
            messages.success(request, words % {"count": count})
        return go(seat, "leavers")
    rows = leavers.known_secrets(seat.workspace.pk)
    page = page_of_rows(rows, by=("-left_at", "pk"), cursor=request.GET.get("cursor", ""))
    values: dict[str, Any] = {
        "form": form,
        "lines": [leaver_line(seat.workspace, row) for row in page.rows],
        "ticked": {str(key) for key in ticked},
        "count": rows.count() if page.rows else 0,
        "pager": pager(request, page),
        "with_tokens": tokens_of_leavers(seat.workspace),
    }
    return render_page(request, seat, "leavers/list.html", tab="people", **values)
