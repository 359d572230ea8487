"""Deleting credentials, one or many, and the bin: what is in it, bring back, delete for good."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.paging import page_of_rows
from credentials_app import tasks
from credentials_app.forms.deletion import DeletionForm, ManyDeletionForm, RestoreForm
from credentials_app.presentation.consumers import consumers_view
from credentials_app.presentation.list_query import ListQuery
from credentials_app.services import deletion
from credentials_app.services.errors import NameTaken, NumberChanged
from credentials_app.views.bulk_changes import selected_rows
from credentials_app.views.listing import pager
from credentials_app.views.pages import credential_at, go, go_to_list, list_address, render_page
from workspaces.rights.access import workspace_view
from workspaces.rights.refusals import Refusal
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

MOST_NAMES = 20


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.DELETE)
def delete(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Ask for the credential's name, then put it into the bin, or delete it for good."""
    credential = credential_at(seat, pk)
    form = DeletionForm(credential, _sent(request))
    if not form.is_valid():
        found = consumers_view(credential, timezone.now(), with_addresses=False)
        values: dict[str, Any] = {"form": form, "credential": credential, "consumers": found}
        return render_page(request, seat, "bin/delete.html", **values)
    for_good = form.cleaned_data["for_good"]
    deletion.delete_credential(seat, credential, for_good=for_good)
    kept = _("“%(name)s” was deleted. It is in the bin for seven days.")
    gone = _("“%(name)s” was deleted for good.")
    messages.success(request, (gone if for_good else kept) % {"name": credential.name})
    return go(seat, "list")


@require_POST
@workspace_view(Can.DELETE)
def delete_selected(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Ask for the number of the selected credentials, then put them into the bin."""
    rows = selected_rows(request, seat)
    form = ManyDeletionForm(request.POST if "number" in request.POST else None)
    if form.is_valid():
        try:
            count = deletion.delete_many(seat, rows, number=form.cleaned_data["number"])
        except NumberChanged as refusal:
            form.refuse(refusal)
        except Refusal as refusal:
            messages.info(request, _(refusal.words))
            return go_to_list(request, seat)
        else:
            messages.success(request, _many_deleted(count))
            return go_to_list(request, seat)
    return _ask_for_the_number(request, seat, form)


@require_safe
@workspace_view(Can.DELETE)
def in_bin(request: HttpRequest, seat: Seat) -> HttpResponse:
    """What can be brought back."""
    rows = deletion.in_the_bin(seat)
    page = page_of_rows(rows, by=("-deleted_at", "pk"), cursor=request.GET.get("cursor", ""))
    values: dict[str, Any] = {"rows": page.rows, "pager": pager(request, page)}
    return render_page(request, seat, "bin/bin.html", **values)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.DELETE)
def restore(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Bring a credential back; ask for another name if a living one has its name."""
    credential = deletion.in_the_bin(seat).get(pk=pk)
    form = RestoreForm(request.POST if "name" in request.POST else None)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        name = form.cleaned_data["name"] if form.is_bound else ""
        try:
            restored = deletion.restore_credential(seat, credential, name=name)
        except NameTaken as refusal:
            form = form if form.is_bound else RestoreForm({"name": credential.name})
            form.refuse(refusal)
        except Refusal as refusal:
            messages.error(request, _(refusal.words))
            return go(seat, "bin")
        else:
            tasks.sweep_due_checks.delay_on_commit()
            words = _("“%(name)s” is back. Its next check comes soon.")
            messages.success(request, words % {"name": restored.name})
            return go(seat, "detail", pk=restored.pk)
    return render_page(request, seat, "bin/restore.html", form=form, credential=credential)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.DELETE)
def purge(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Ask for the name of a credential in the bin, then delete it for good."""
    credential = deletion.in_the_bin(seat).get(pk=pk)
    form = DeletionForm(credential, _sent(request))
    if not form.is_valid():
        return render_page(request, seat, "bin/for_good.html", form=form, credential=credential)
    deletion.delete_for_good(seat, credential)
    messages.success(request, _("“%(name)s” was deleted for good.") % {"name": credential.name})
    return go(seat, "bin")


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _many_deleted(count: int) -> str:
    words = ngettext(
        "%(count)d credential was deleted. It is in the bin for seven days.",
        "%(count)d credentials were deleted. They are in the bin for seven days.",
        count,
    )
    return words % {"count": count}


def _ask_for_the_number(request: HttpRequest, seat: Seat, form: ManyDeletionForm) -> HttpResponse:
    """The page that names what is selected; its form sends the same selection again."""
    rows = selected_rows(request, seat)
    count = rows.count()
    if not count:
        messages.info(request, _("Select the credentials that you want to delete."))
        return go_to_list(request, seat)
    names = list(rows.order_by("name").values_list("name", flat=True)[:MOST_NAMES])
    values: dict[str, Any] = {
        "form": form,
        "count": count,
        "names": names,
        "more": count - len(names),
        "query": ListQuery.of(request.POST),
        "back": list_address(request, seat),
        "whole": "whole" in request.POST,
        "keys": [] if "whole" in request.POST else request.POST.getlist("pk"),
    }
    return render_page(request, seat, "bin/delete_many.html", **values)
