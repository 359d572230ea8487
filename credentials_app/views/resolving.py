"""The page that says which credential an image gets in the workspace, and why."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from credentials_app.exports.candidates import resolve_in
from credentials_app.exports.readers import readers_of
from credentials_app.forms.image import ImageForm
from credentials_app.presentation.badge import badge
from credentials_app.selectors import credential_of
from credentials_app.serving import Wish
from credentials_app.views.pages import render_page
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

MOST_OTHERS = 20


@require_safe
@workspace_view(Can.SEE)
def which(request: HttpRequest, seat: Seat) -> HttpResponse:
    """A form, and its answer once an image is named."""
    asked = {"need": Wish.PULL.value} | request.GET.dict()
    form = ImageForm(asked if "image" in asked else None)
    values: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        values |= _answer(seat, form)
    return render_page(request, seat, "exports/image.html", **values)


def _answer(seat: Seat, form: ImageForm) -> dict[str, Any]:
    now = timezone.now()
    found = resolve_in(seat.workspace, form.cleaned_data["image"], now, wish=form.wish)
    row = credential_of(seat, found.winner.pk) if found.winner else None
    return {
        "found": found,
        "badge": badge(row, now) if row else None,
        "lost": [(each, because.lost) for each, because in found.lost[:MOST_OTHERS]],
        "more": len(found.lost[MOST_OTHERS:]),
        "readers": readers_of(found),
    }
