"""The form of a credential: add, edit, and the trial of a login before it is stored."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common.clock import database_now
from credentials_app import tasks
from credentials_app.forms import CredentialForm
from credentials_app.models import Credential, Trial
from credentials_app.presentation.history import trial_view
from credentials_app.presentation.live import live_check
from credentials_app.presentation.messages import text_of
from credentials_app.selectors import progress_of_check, same_login
from credentials_app.services.credentials import add_credential, edit_credential
from credentials_app.services.errors import (
    AskedTooOften,
    ChangedMeanwhile,
    HttpNotAllowed,
    NameTaken,
    NothingToConfirm,
    OwnerNotHere,
    SecretNeeded,
    TagsRefused,
    TooManyCredentials,
)
from credentials_app.services.trials import confirm_trial_sign_in, find_trial, start_trial
from credentials_app.views.pages import (
    asks_for_fragment,
    credential_at,
    go,
    render_page,
    uuid_or_none,
)
from registry.addresses.hosts import AddressError
from registry.addresses.origins import Origin
from registry.providers.tokens_in_text import has_token
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

REFUSALS = (
    NameTaken,
    SecretNeeded,
    HttpNotAllowed,
    OwnerNotHere,
    ChangedMeanwhile,
    TagsRefused,
    TooManyCredentials,
)


FILLS = frozenset({"use_registry", "use_suggested_name"})
"""The buttons that only fill in a field."""


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.WRITE)
def add(request: HttpRequest, seat: Seat) -> HttpResponse:
    """An empty form; its buttons check the login, trust a sign-in host, or add the credential."""
    if request.method == "POST":
        return _submitted(request, seat, None)
    return _form_page(request, seat, CredentialForm(seat))


@require_http_methods(["GET", "HEAD", "POST"])
@workspace_view(Can.WRITE)
def edit(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """The same form, filled with what is stored."""
    credential = credential_at(seat, pk)
    if request.method == "POST":
        return _submitted(request, seat, credential)
    asked = {name: request.GET.get(name, "")[:300] for name in ("server", "username")}
    filled = {name: value for name, value in asked.items() if value}
    return _form_page(request, seat, CredentialForm(seat, credential=credential, filled=filled))


@require_safe
@workspace_view(Can.WRITE)
def trial(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """The panel with the result of the person's own trial."""
    found = find_trial(seat, pk)
    if found is None:
        raise Http404
    return render_page(request, seat, "form/_trial.html", **_trial_values(found))


def trial_of_form(request: HttpRequest, seat: Seat) -> Trial | None:
    """The trial that the form names, unless its ten minutes are over."""
    pk = uuid_or_none(request.POST.get("trial", request.GET.get("trial", "")))
    return find_trial(seat, pk) if pk else None


def _submitted(request: HttpRequest, seat: Seat, credential: Credential | None) -> HttpResponse:
    """Do what the pressed button says; show the form again unless the credential is stored."""
    if request.POST.get("act") in FILLS:
        return _form_page(request, seat, _filled_form(request, seat, credential))
    form = CredentialForm(
        seat, _values(request), credential=credential, trial=trial_of_form(request, seat)
    )
    button = request.POST.get("act", "add")
    if button in {"check", "use_server", "again"}:
        form.trial = _start_trial(seat, form, again=button == "again")
    elif button == "confirm":
        form.trial = _confirm_sign_in(request, seat, form)
    elif button == "add" and form.is_valid():
        try:
            stored = _store(request, seat, form, credential)
        except REFUSALS as refusal:
            form.refuse(refusal)
        else:
            return go(seat, "detail", pk=stored.pk)
    return _form_page(request, seat, form)


def _filled_form(request: HttpRequest, seat: Seat, credential: Credential | None) -> CredentialForm:
    """The form as it was sent, with one more field filled in, and without a complaint about those
    that are still empty. Neither the password is sent back, nor a token in another field."""
    trial = trial_of_form(request, seat)
    sent = {name: str(value) for name, value in request.POST.items() if name != "secret"}
    typed = {name: value for name, value in sent.items() if not has_token(value)}
    if typed != sent:
        messages.warning(request, _("A token was in another field than Password: it was left out."))
    form = CredentialForm(seat, credential=credential, trial=trial, filled=typed)
    if request.POST["act"] == "use_suggested_name":
        found = {"name": form.suggested_name}
    else:
        found = {"server": form.found.registry_offered}
    return CredentialForm(seat, credential=credential, trial=trial, filled={**typed, **found})


def _values(request: HttpRequest) -> QueryDict:
    """The fields as sent; *Use this server* puts in the server that a check suggested, *Use this
    name* the user name that fits the password."""
    values = request.POST.copy()
    if values.get("act") == "use_server":
        values["server"] = values.get("instead", "")
    if values.get("act") == "use_name":
        values["username"] = values.get("name_instead", "")
    return values


def _store(
    request: HttpRequest, seat: Seat, form: CredentialForm, credential: Credential | None
) -> Credential:
    """Store the form's credential, enqueue its check and say what the person should know of it."""
    draft = form.draft()
    if credential is None:
        stored = add_credential(seat, draft, trial=form.trial)
        sentence = _("“%(name)s” was added.")
    else:
        stored = edit_credential(seat, credential, draft, trial=form.trial)
        sentence = _("“%(name)s” was saved.")
    if stored.next_check_at and stored.asked_at:
        tasks.check_credential.delay_on_commit(stored.pk)
    messages.success(request, sentence % {"name": stored.name})
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
        sentence = _("“%(name)s” is for the same server, user name and repository.")
        messages.warning(request, sentence % {"name": twin.name})
    return stored


def _start_trial(seat: Seat, form: CredentialForm, *, again: bool = False) -> Trial | None:
    """A trial of what the form holds; the earlier trial if the form has errors."""
    if not form.is_valid():
        return form.trial
    try:
        started = start_trial(
            seat, form.draft(), credential=form.credential, before=form.trial, again=again
        )
    except (SecretNeeded, HttpNotAllowed, AskedTooOften) as refusal:
        form.refuse(refusal)
        return form.trial
    tasks.check_trial.delay_on_commit(started.pk)
    return started


def _confirm_sign_in(request: HttpRequest, seat: Seat, form: CredentialForm) -> Trial | None:
    """The form's trial, made due again with the sign-in host that the person trusts."""
    if form.trial is None:
        return None
    try:
        origin = Origin.parse(request.POST.get("asks", ""))
        confirmed = confirm_trial_sign_in(seat, form.trial, origin)
    except (AddressError, NothingToConfirm):
        return form.trial
    except SecretNeeded as refusal:
        if form.is_valid() and form.cleaned_data["secret"]:
            return _start_trial(seat, form)
        form.refuse(refusal)
        return form.trial
    tasks.check_trial.delay_on_commit(confirmed.pk)
    return confirmed


def _form_page(request: HttpRequest, seat: Seat, form: CredentialForm) -> HttpResponse:
    """The page with the form, or only the form for a script. The password is never in it."""
    page = "form/edit.html" if form.credential else "form/add.html"
    template = "form/_form.html" if asks_for_fragment(request) else page
    values = _trial_values(form.trial)
    return render_page(request, seat, template, form=form, credential=form.credential, **values)


def _trial_values(row: Trial | None) -> dict[str, Any]:
    if row is None:
        return {"trial": None, "live": None}
    view = trial_view(row, timezone.now())
    steps = progress_of_check(row) if view.badge.is_moving else None
    return {"trial": view, "live": live_check(row, view.badge, steps, database_now())}
