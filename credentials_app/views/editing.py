"""Editing a credential; the stored secret stays unless somebody else would receive it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from credentials_app import tasks
from credentials_app.forms import CredentialForm
from credentials_app.models import Credential
from credentials_app.services import edit_credential
from credentials_app.views.adding import REFUSALS, answer, tell_beside
from credentials_app.views.place import credential_at, go
from credentials_app.views.trials import confirm, sent, trial_named_in, try_login
from workspaces.access import Seat, seat_for
from workspaces.roles import Can


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
        return answer(request, seat, form, "edit.html")
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
    return answer(request, seat, form, "edit.html")


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
