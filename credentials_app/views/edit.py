"""Add credentials: the form, a check before saving, and whether a name is free."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from credentials_app import tasks
from credentials_app.forms import CredentialForm, DeletionForm
from credentials_app.models import Credential
from credentials_app.presentation.messages import text_of
from credentials_app.selectors import name_is_taken, same_login
from credentials_app.services.credentials import add_credential, delete_credential, edit_credential
from credentials_app.services.errors import (
    ChangedMeanwhile,
    HttpNotAllowed,
    NameTaken,
    OwnerNotHere,
    SecretNeeded,
)
from credentials_app.views.pages import asks_for_fragment, credential_at, go, render_page
from credentials_app.views.trials import confirm, panel, sent, trial_named_in, try_login
from workspaces.rights.access import seat_for
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

REFUSALS = (NameTaken, SecretNeeded, HttpNotAllowed, OwnerNotHere, ChangedMeanwhile)


@require_http_methods(["GET", "HEAD", "POST"])
def add(
    request: HttpRequest, organization: str | None = None, workspace: str | None = None
) -> HttpResponse:
    """The form; its buttons check, trust a sign-in host, look again, or add."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.WRITE)
    if request.method != "POST":
        return answer(request, seat, CredentialForm(seat))
    form = CredentialForm(seat, sent(request), trial=trial_named_in(request, seat))
    act = request.POST.get("act", "add")
    if act in {"check", "use_server"}:
        form.trial = try_login(seat, form)
    elif act == "confirm":
        form.trial = confirm(request, seat, form)
    elif act == "add":
        stored = store(seat, form)
        if stored:
            return added(request, seat, form, stored)
    return answer(request, seat, form)


def answer(
    request: HttpRequest, seat: Seat, form: CredentialForm, template: str = "form/add.html"
) -> HttpResponse:
    """The form as it was sent, without the password; for a script only the form."""
    name = "form/_form.html" if asks_for_fragment(request) else template
    return render_page(
        request, seat, name, form=form, credential=form.credential, **panel(form.trial)
    )


def store(seat: Seat, form: CredentialForm) -> Credential | None:
    """Add what the form holds, or say in the form why not."""
    if not form.is_valid():
        return None
    try:
        return add_credential(seat, form.draft(), trial=form.trial)
    except REFUSALS as refusal:
        form.refuse(refusal)
        return None


def added(
    request: HttpRequest, seat: Seat, form: CredentialForm, stored: Credential
) -> HttpResponse:
    """Ring for the check, and go to the new credential."""
    if stored.next_check_at and stored.asked_at:
        tasks.check_credential.delay_on_commit(stored.pk)
    messages.success(request, _("“%(name)s” was added.") % {"name": stored.name})
    tell_beside(request, seat, form, stored)
    return go(seat, "detail", pk=stored.pk)


def tell_beside(request: HttpRequest, seat: Seat, form: CredentialForm, stored: Credential) -> None:
    """What is good to know of something that was stored."""
    paste = form.cleaned_data["secret"]
    for note in paste.notes if paste else ():
        messages.info(request, text_of(note))
    twin = same_login(
        seat.workspace,
        server=stored.origin,
        username=stored.username,
        repository=stored.repository,
        but=stored.pk,
    )
    if twin:
        told = _("“%(name)s” is for the same server, user name and repository.")
        messages.warning(request, told % {"name": twin.name})


@require_safe
def name(
    request: HttpRequest, organization: str | None = None, workspace: str | None = None
) -> HttpResponse:
    """Whether the name that is being typed is taken."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.WRITE)
    typed = request.GET.get("name", "").replace("\0", "")[:101].strip()
    try:
        but = UUID(request.GET.get("but", ""))
    except ValueError:
        but = None
    taken = bool(typed) and name_is_taken(seat.workspace, typed, but=but)
    return render_page(request, seat, "form/_name_status.html", taken=taken)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """The same form as for adding, with what is stored in it."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.WRITE)
    credential = credential_at(seat, pk)
    if request.method != "POST":
        proposed = request.GET.get("server", "")[:300]
        form = CredentialForm(seat, credential=credential, server=proposed)
        return answer(request, seat, form, "form/edit.html")
    trial = trial_named_in(request, seat)
    form = CredentialForm(seat, sent(request), credential=credential, trial=trial)
    act = request.POST.get("act", "add")
    if act in {"check", "use_server"}:
        form.trial = try_login(seat, form, credential)
    elif act == "confirm":
        form.trial = confirm(request, seat, form)
    elif act == "add":
        stored = _store(seat, form, credential)
        if stored:
            return _edited(request, seat, form, stored)
    return answer(request, seat, form, "form/edit.html")


def _store(seat: Seat, form: CredentialForm, credential: Credential) -> Credential | None:
    if not form.is_valid():
        return None
    try:
        return edit_credential(seat, credential, form.draft(), trial=form.trial)
    except REFUSALS as refusal:
        form.refuse(refusal)
        return None
    except Credential.DoesNotExist:
        raise Http404 from None


def _edited(
    request: HttpRequest, seat: Seat, form: CredentialForm, stored: Credential
) -> HttpResponse:
    if stored.next_check_at and stored.asked_at:
        tasks.check_credential.delay_on_commit(stored.pk)
    messages.success(request, _("“%(name)s” was saved.") % {"name": stored.name})
    tell_beside(request, seat, form, stored)
    return go(seat, "detail", pk=stored.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """Asks for the name, and deletes."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.WRITE)
    credential = credential_at(seat, pk)
    form = DeletionForm(credential, request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render_page(request, seat, "form/delete.html", form=form, credential=credential)
    try:
        delete_credential(seat, credential)
    except Credential.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("“%(name)s” was deleted.") % {"name": credential.name})
    return go(seat, "list")
