"""Deleting a credential, by typing its name."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from credentials_app.forms import DeletionForm
from credentials_app.models import Credential
from credentials_app.services import delete_credential
from credentials_app.views.place import credential_at, go, page
from workspaces.access import seat_for
from workspaces.roles import Can


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
        return page(request, seat, "delete.html", form=form, credential=credential)
    try:
        delete_credential(seat, credential)
    except Credential.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("“%(name)s” was deleted.") % {"name": credential.name})
    return go(seat, "list")
