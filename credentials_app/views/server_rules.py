"""Server rules: plain http and private certificates, set by owners and admins."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from credentials_app.checks.network import may_reach_over_http
from credentials_app.forms import ServerRuleForm
from credentials_app.models import ServerRule
from credentials_app.selectors import rules_of
from credentials_app.services.errors import CertificatesRefused
from credentials_app.services.server_rules import delete_rule, resting_on, set_rule
from credentials_app.views.pages import go, render_page
from registry.addresses.origins import Origin
from workspaces.rights.access import workspace_view
from workspaces.rights.roles import Can
from workspaces.rights.seat import Seat
from workspaces.sign_in.step_up import step_up

TAB = "servers"


@require_safe
@workspace_view(Can.SERVER_RULES)
def rules(request: HttpRequest, seat: Seat) -> HttpResponse:
    found = [(rule, _is_out_of_reach(rule)) for rule in rules_of(seat.workspace)]
    return render_page(request, seat, "rules/server_rules.html", tab=TAB, rules=found)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
@workspace_view(Can.SERVER_RULES)
def add(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Create a rule, or change the one that the server already has.

    The form of a credential links here with the server that needs plain http.
    """
    return _form_page(request, seat, None)


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
@workspace_view(Can.SERVER_RULES)
def edit(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    return _form_page(request, seat, _rule_at(seat, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@step_up
@workspace_view(Can.SERVER_RULES)
def delete(request: HttpRequest, seat: Seat, pk: UUID) -> HttpResponse:
    """Ask for a confirmation, then delete the rule."""
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
    delete_rule(seat, rule)
    messages.success(request, _("The rule for %(server)s was deleted.") % {"server": rule.origin})
    return go(seat, "rules")


def _form_page(request: HttpRequest, seat: Seat, rule: ServerRule | None) -> HttpResponse:
    form = ServerRuleForm(rule=rule, asked=request.GET.get("server", ""))
    if request.method == "POST":
        form = ServerRuleForm(request.POST, request.FILES, rule=rule)
        if form.is_valid() and _store(seat, form):
            sentence = _("The rule for %(server)s was saved.")
            messages.success(request, sentence % {"server": form.cleaned_data["server"]})
            if form.cleaned_data["allow_http"]:
                _warn_if_out_of_reach(request, form.cleaned_data["server"])
            return go(seat, "rules")
    return render_page(request, seat, "rules/server_rule_form.html", tab=TAB, form=form, rule=rule)


def _is_out_of_reach(rule: ServerRule) -> bool:
    return rule.allow_http and not may_reach_over_http(Origin.parse(rule.origin))


def _warn_if_out_of_reach(request: HttpRequest, origin: Origin) -> None:
    if may_reach_over_http(origin):
        return
    sentence = _(
        "It does not work yet: the operator of this Lockkeeper must first list the address of "
        "%(server)s in LOCKKEEPER_PRIVATE_NETWORKS."
    )
    messages.warning(request, sentence % {"server": origin.netloc})


def _store(seat: Seat, form: ServerRuleForm) -> bool:
    values = form.cleaned_data
    try:
        set_rule(seat, values["server"], allow_http=values["allow_http"], ca_pem=form.pem)
    except CertificatesRefused as refusal:
        form.refuse(refusal)
        return False
    return True


def _rule_at(seat: Seat, pk: UUID) -> ServerRule:
    return rules_of(seat.workspace).get(pk=pk)
