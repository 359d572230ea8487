"""Saved views of the list: save, rename, share, update with the present filters, delete."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from credentials_app.forms.saved_view import SavedViewForm
from credentials_app.models import SavedView
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.view_query import query_of_view, read_query, view_in_words
from credentials_app.selectors import reports_that_follow, views_for
from credentials_app.services.saved_views import (
    ViewDraft,
    add_view,
    delete_view,
    draft_of_view,
    edit_view,
    may_change_view,
    may_share_views,
)
from credentials_app.views.pages import go, render_page
from workspaces.places import credentials_url
from workspaces.rights.access import workspace_view
from workspaces.rights.refusals import Refusal
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.SEE)
def view_add(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Save the query of the list. The list has this form in a menu; its errors show here."""
    form = SavedViewForm(seat.user, draft=ViewDraft("", request.GET.urlencode()))
    if request.method == "POST":
        form = SavedViewForm(seat.user, request.POST)
        if form.is_valid() and (view := _stored(seat, form, None)):
            messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
            return _go_to_view(seat, view)
    return _form_page(request, seat, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.SEE)
def view_edit(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Rename it, or give it to the workspace or to oneself; its query stays."""
    row = _changeable_view(seat, pk)
    form = SavedViewForm(seat.user, draft=draft_of_view(row))
    if request.method == "POST":
        form = SavedViewForm(seat.user, request.POST)
        if form.is_valid() and (view := _stored(seat, form, row)):
            messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
            return _go_to_view(seat, view)
    return _form_page(request, seat, form, row)


@require_POST
@workspace_view(Can.SEE)
def view_update(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Give it the present filters and order of the list."""
    row = _changeable_view(seat, pk)
    text = request.POST.get("query", "")
    form = SavedViewForm(seat.user, {"name": row.name, "query": text})
    if "query" in form.errors:
        messages.error(request, str(form.errors["query"][0]))
        query = replace(read_query(text, seat.user), view=str(row.pk))
        return HttpResponseRedirect(credentials_url(seat.workspace, "list") + query.url())
    view = edit_view(seat, row, replace(draft_of_view(row), query=form.cleaned_data["query"]))
    words = view_in_words(view, seat.user, seat.workspace)
    shown = "; ".join(words.filters) or _("all credentials")
    messages.success(
        request, _("“%(name)s” now shows %(what)s.") % {"name": view.name, "what": shown}
    )
    return _go_to_view(seat, view)


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.SEE)
def view_delete(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Ask for a confirmation, then delete it."""
    row = _changeable_view(seat, pk)
    if request.method != "POST":
        count = reports_that_follow(row).count()
        words = view_in_words(row, seat.user, seat.workspace)
        return render_page(request, seat, "views/delete.html", view=row, words=words, count=count)
    count = delete_view(seat, row)
    messages.success(request, f"{_deleted(row)} {_let_go(count)}".strip())
    return go(seat, "list")


def _changeable_view(seat: Seat, pk: UUID) -> SavedView:
    """The view that this person sees and may change; one of others is not there."""
    view = views_for(seat.workspace, seat.user).get(pk=pk)
    if not may_change_view(seat, view):
        raise PermissionDenied
    return view


def _stored(seat: Seat, form: SavedViewForm, row: SavedView | None) -> SavedView | None:
    """The view as it is stored; None if it is refused, and the form says why."""
    try:
        if row is None:
            return add_view(seat, form.draft)
        return edit_view(seat, row, replace(form.draft, query=row.query))
    except Refusal as refusal:
        form.add_error(refusal.field or None, _(refusal.words))
        return None


def _form_page(
    request: HttpRequest, seat: Seat, form: SavedViewForm, view: SavedView | None
) -> HttpResponse:
    """``form["query"]`` has what the page was opened with, or what was sent."""
    shown = view or SavedView(query=form["query"].value() or "")
    return render_page(
        request,
        seat,
        "views/form.html",
        form=form,
        view=view,
        words=view_in_words(shown, seat.user, seat.workspace),
        may_share=may_share_views(seat) and not seat.workspace.is_personal,
        followed=reports_that_follow(view).exclude(person=seat.user).count() if view else 0,
        back=credentials_url(seat.workspace, "list")
        + (query_of_view(view, seat.user) if view else ListQuery()).url(),
    )


def _go_to_view(seat: Seat, view: SavedView) -> HttpResponseRedirect:
    """Redirect to the list as this view shows it."""
    query = query_of_view(view, seat.user)
    return HttpResponseRedirect(credentials_url(seat.workspace, "list") + query.url())


def _deleted(view: SavedView) -> str:
    return _("The view “%(name)s” was deleted.") % {"name": view.name}


def _let_go(count: int) -> str:
    if not count:
        return ""
    return ngettext(
        "%(count)d report that followed it is about the whole workspace again.",
        "%(count)d reports that followed it are about the whole workspace again.",
        count,
    ) % {"count": count}
