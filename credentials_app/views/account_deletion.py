"""Deleting an account, one's own or somebody's, and the page of the link that brings it back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from common.throttle import allow, network_of
from credentials_app import tasks
from credentials_app.forms.place_deletion import AccountDeletionForm
from credentials_app.services import account_deletion
from workspaces.audit import Caller
from workspaces.mails.status import has_mail_server
from workspaces.models import User
from workspaces.rights.access import person_of, person_with
from workspaces.rights.refusals import Refusal
from workspaces.rights.roles import InstanceCan
from workspaces.sign_in.accounts import Keeper
from workspaces.sign_in.deleted_accounts import account_of_token
from workspaces.sign_in.step_up import step_up

TEMPLATES = "credentials_app/places"
MAX_REQUESTS, WINDOW = 30, timedelta(minutes=5)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def own_account_delete(request: HttpRequest) -> HttpResponse:
    """Show what ends and ask for the address, then delete one's own account."""
    person = person_of(request)
    form = AccountDeletionForm(person, _sent(request))
    if not _is_deleted(form, Keeper(person, Caller.of(request))):
        return _page(request, person, form, is_own=True)
    logout(request)
    by_mail = _("Your account was deleted. The mail to %(address)s says how it comes back.")
    by_hand = _("Your account was deleted. For seven days an administrator can bring it back.")
    words = by_mail if has_mail_server() else by_hand
    messages.success(request, words % {"address": person.email})
    return redirect("account_login")


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
def account_delete(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show what ends and ask for the address, then delete somebody's account."""
    keeper = person_with(request, InstanceCan.PEOPLE)
    row = _account(person)
    if row == keeper:
        return redirect("overview:account_delete")
    form = AccountDeletionForm(row, _sent(request))
    if row.deleted_at or _is_deleted(form, Keeper(keeper, Caller.of(request))):
        words = _("The account of %(name)s was deleted. For seven days it can be brought back.")
        messages.success(request, words % {"name": row.name})
        return redirect("admin:account", row.pk)
    return _page(request, row, form, is_own=False)


@require_POST
@step_up
def account_bring_back(request: HttpRequest, person: UUID) -> HttpResponse:
    """Bring a deleted account back with what went with it."""
    keeper = Keeper(person_with(request, InstanceCan.PEOPLE), Caller.of(request))
    row = _account(person)
    try:
        account_deletion.restore_account(row, keeper=keeper)
    except User.DoesNotExist:
        messages.error(request, _("This account is not deleted."))
    else:
        tasks.sweep_due_checks.delay_on_commit()
        messages.success(request, _("The account of %(name)s is back.") % {"name": row.name})
    return redirect("admin:account", row.pk)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def account_return(request: HttpRequest, token: str) -> HttpResponse:
    """The page of the link in the mail. A POST brings the account back; it signs nobody in."""
    template = f"{TEMPLATES}/account_return.html"
    if not allow(f"return:{network_of(Caller.of(request).address)}", MAX_REQUESTS, WINDOW):
        return render(request, template, {"often": True}, status=429)
    found = account_of_token(token)
    if found is None:
        return render(request, template, {"gone": True}, status=404)
    if request.method == "POST":
        keeper = Keeper(found, Caller.of(request))
        try:
            account_deletion.restore_account(found, keeper=keeper)
        except User.DoesNotExist:
            return render(request, template, {"gone": True}, status=404)
        tasks.sweep_due_checks.delay_on_commit()
        messages.success(request, _("Your account is back. Sign in as before."))
        return redirect("account_login")
    return render(request, template, {"account": found})


def _is_deleted(form: AccountDeletionForm, keeper: Keeper) -> bool:
    """Delete the account if the form is complete; the form gets the reason of a refusal."""
    if not form.is_valid():
        return False
    try:
        account_deletion.delete_account(form.person, heirs=form.heirs, keeper=keeper)
    except Refusal as refusal:
        form.add_error(None, _(refusal.words))
        return False
    return True


def _page(
    request: HttpRequest, person: User, form: AccountDeletionForm, *, is_own: bool
) -> HttpResponse:
    values: dict[str, Any] = {
        "person": person,
        "form": form,
        "is_own": is_own,
        "ending": account_deletion.what_ends_with_account(person),
        "mails_leave": has_mail_server(),
    }
    return render(request, f"{TEMPLATES}/account_delete.html", values)


def _account(key: UUID) -> User:
    row = User.objects.filter(pk=key).first()
    if row is None:
        raise Http404
    return row


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
