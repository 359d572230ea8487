"""Server rules: plain http and certificates, for owners and admins."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from credentials_app.forms import ServerRuleForm
from credentials_app.models import ServerRule
from credentials_app.selectors import rules_of
from credentials_app.services.errors import CertificatesRefused
from credentials_app.services.server_rules import delete_rule, resting_on, set_rule
from credentials_app.views.pages import go, render_page
from workspaces.rights.access import seat_for
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat

TAB = "servers"


@require_safe
def rules(
    request: HttpRequest, organization: str | None = None, workspace: str | None = None
) -> HttpResponse:
    """The rules of the workspace."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.SERVER_RULES)
    return render_page(
        request, seat, "rules/server_rules.html", tab=TAB, rules=rules_of(seat.workspace)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def add(
    request: HttpRequest, organization: str | None = None, workspace: str | None = None
) -> HttpResponse:
    """Make a rule; one for the same server is changed."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.SERVER_RULES)
    return _fill(request, seat, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """Change a rule."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.SERVER_RULES)
    return _fill(request, seat, _rule_at(seat, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def delete(
    request: HttpRequest,
    pk: UUID,
    organization: str | None = None,
    workspace: str | None = None,
) -> HttpResponse:
    """Asks, and deletes the rule."""
    seat = seat_for(request, organization=organization, workspace=workspace, can=Can.SERVER_RULES)
    rule = _rule_at(seat, pk)
    if request.method != "POST":
        return render_page(
            request,
            seat,
            "rules/server_rule_delete.html",
            tab=TAB,
            rule=rule,
            resting=resting_on(rule),
        )
    try:
        delete_rule(seat, rule)
    except ServerRule.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("The rule for %(server)s was deleted.") % {"server": rule.origin})
    return go(seat, "rules")


def _fill(request: HttpRequest, seat: Seat, rule: ServerRule | None) -> HttpResponse:
    form = ServerRuleForm(rule=rule)
    if request.method == "POST":
        form = ServerRuleForm(request.POST, request.FILES, rule=rule)
        if form.is_valid() and _stored(seat, form):
            told = _("The rule for %(server)s was saved.")
            messages.success(request, told % {"server": form.cleaned_data["server"]})
            return go(seat, "rules")
    return render_page(request, seat, "rules/server_rule_form.html", tab=TAB, form=form, rule=rule)


def _stored(seat: Seat, form: ServerRuleForm) -> bool:
    values = form.cleaned_data
    try:
        set_rule(seat, values["server"], allow_http=values["allow_http"], ca_pem=form.pem)
    except CertificatesRefused as refusal:
        form.refuse(refusal)
        return False
    return True


def _rule_at(seat: Seat, pk: UUID) -> ServerRule:
    found = rules_of(seat.workspace).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
