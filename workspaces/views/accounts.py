"""The accounts of the instance, for administrators: rights, suspension, sessions."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.paging import page_of_rows
from workspaces.audit import Caller
from workspaces.forms import HeirsForm, InstanceRightsForm
from workspaces.models import User
from workspaces.rights.access import person_with
from workspaces.rights.refusals import Refusal
from workspaces.rights.roles import InstanceCan
from workspaces.sign_in import accounts, open_sessions
from workspaces.sign_in.accounts import Keeper
from workspaces.sign_in.step_up import step_up

PAGE_SIZE = 50


@require_safe
def accounts_list(request: HttpRequest) -> HttpResponse:
    """All accounts by address; ``q`` is a part of a name or an address."""
    person_with(request, InstanceCan.PEOPLE)
    search = request.GET.get("q", "").replace("\0", "").strip()[:100]
    rows = User.objects.filter(Q(email__icontains=search) | Q(name__icontains=search))
    cursor = request.GET.get("cursor", "")
    page = page_of_rows(rows, by=["email"], cursor=cursor, size=PAGE_SIZE)
    pager = {
        "label": "By address",
        "previous_url": _url(request, search, page.previous_cursor),
        "next_url": _url(request, search, page.next_cursor),
    }
    context = {"people": page.rows, "search": search, "pager": pager}
    return render(request, "workspaces/accounts.html", context)


@require_safe
@step_up
def account_page(request: HttpRequest, person: UUID) -> HttpResponse:
    """One account, and what an administrator can do with it."""
    keeper, row = _keeper(request), _person(person)
    return _page(request, keeper, row)


@require_POST
@step_up
def account_rights(request: HttpRequest, person: UUID) -> HttpResponse:
    """Make the person administrator or auditor, or neither."""
    keeper, row = _keeper(request), _person(person)
    form = InstanceRightsForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        accounts.set_instance_rights(row, **form.cleaned_data, keeper=keeper)
    except Refusal as refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, f"The rights of {row.name} are saved.")
    return _back(row)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def account_suspend(request: HttpRequest, person: UUID) -> HttpResponse:
    """Suspend the person, and pass on the organizations that nobody else owns.

    A form with errors stands at this address: who comes back to it gets the account's page.
    """
    keeper, row = _keeper(request), _person(person)
    if request.method != "POST":
        return _back(row)
    form = HeirsForm(row, request.POST)
    if not form.is_valid():
        return _page(request, keeper, row, heirs=form)
    try:
        accounts.suspend(row, heirs=form.heirs, keeper=keeper)
    except Refusal as refusal:
        messages.error(request, refusal.words)
    else:
        words = f"{row.name} is suspended: sessions, open invitations and waiting mails have ended."
        messages.success(request, words)
    return _back(row)


@require_POST
@step_up
def account_restore(request: HttpRequest, person: UUID) -> HttpResponse:
    """Let a suspended person sign in again."""
    keeper, row = _keeper(request), _person(person)
    try:
        accounts.reinstate(row, keeper=keeper)
    except Refusal as refusal:
        messages.error(request, refusal.words)
    else:
        messages.success(request, f"{row.name} may sign in again.")
    return _back(row)


@require_POST
@step_up
def account_end_sessions(request: HttpRequest, person: UUID) -> HttpResponse:
    """End all sessions of the person."""
    keeper, row = _keeper(request), _person(person)
    open_sessions.end_all(row, actor=keeper.user, caller=keeper.caller)
    messages.success(request, f"All sessions of {row.name} have ended.")
    return _back(row)


@require_POST
@step_up
def account_reset_factors(request: HttpRequest, person: UUID) -> HttpResponse:
    """Remove the second factors of somebody who lost them, and end the sessions."""
    keeper, row = _keeper(request), _person(person)
    if keeper.user == row:
        messages.error(request, "These are your own factors: change them on your account page.")
        return _back(row)
    accounts.forget_factors(row, keeper=keeper)
    messages.success(request, f"{row.name} has no second factor now, and signs in by password.")
    return _back(row)


def _page(
    request: HttpRequest, keeper: Keeper, row: User, *, heirs: HeirsForm | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "row": row,
        "is_own": keeper.user == row,
        "rights": InstanceRightsForm(
            initial={"administrator": row.is_staff, "auditor": row.is_auditor}
        ),
        "heirs": heirs or HeirsForm(row),
        "sessions": open_sessions.open_sessions(row),
    }
    return render(request, "workspaces/account_of.html", context)


def _keeper(request: HttpRequest) -> Keeper:
    return Keeper(person_with(request, InstanceCan.PEOPLE), Caller.of(request))


def _person(pk: UUID) -> User:
    person = User.objects.filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def _back(person: User) -> HttpResponse:
    return redirect("admin:account", person.pk)


def _url(request: HttpRequest, search: str, cursor: str) -> str:
    asked = {key: value for key, value in (("q", search), ("cursor", cursor)) if value}
    return f"{request.path}?{urlencode(asked)}" if cursor else ""
