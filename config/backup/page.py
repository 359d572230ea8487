"""The page after a restore: what to look at, and the button that lets checks and mails go on."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import restore_pause
from config.backup import backup
from config.backup.restore import continue_after_restore
from credentials_app.monitoring.heartbeat import LastSeen
from workspaces.admin.pages import InstancePage
from workspaces.audit import Caller
from workspaces.rights.access import person_with
from workspaces.rights.roles import InstanceCan


@require_http_methods(["GET", "HEAD", "POST"])
def after_restore(request: HttpRequest) -> HttpResponse:
    """A GET shows the pause; a POST ends it."""
    person = person_with(request, InstanceCan.PEOPLE)
    if request.method == "POST":
        if continue_after_restore(actor=person, caller=Caller.of(request)):
            messages.success(request, _("Checks and mails go on."))
        LastSeen.restored = None
        return redirect("admin:restored")
    newest = backup.copies(backup.DAILY)[:1]
    context = {
        "pause": restore_pause.current_pause(),
        "newest": newest[0].name if newest else "",
        "makes_copies": settings.LOCKKEEPER_EMBEDDED,
    }
    return render(request, "config/restored.html", context)


PAGE = InstancePage(
    path="restored/",
    name="restored",
    view=after_restore,
    label="Restored",
    about="Whether checks and mails pause after a restore, and the newest daily copy.",
    icon="save",
    can=InstanceCan.PEOPLE,
)
