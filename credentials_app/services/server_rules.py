"""Deeds with server rules: plain http and certificates of one registry server."""

from django.db import transaction

from common.clock import database_now
from credentials_app.models import Credential, ServerRule
from credentials_app.services.certificates import read_certificates
from registry.addresses.origins import Origin
from workspaces import audit
from workspaces.rights.seat import Seat


def set_rule(seat: Seat, origin: Origin, *, allow_http: bool, ca_pem: str) -> ServerRule:
    """Make or change the workspace's rule for this server. Raises CertificatesRefused.

    Credentials that rest on another state of the rule say so at their next check, and want
    their secret again.
    """
    now = database_now()
    pem = read_certificates(ca_pem, now=now)
    values = {
        "allow_http": allow_http,
        "ca_pem": pem,
        "changed_at": now,
        "changed_by": seat.user.email,
    }
    with transaction.atomic():
        rule, made = ServerRule.objects.update_or_create(
            workspace=seat.workspace, origin=str(origin), defaults=values
        )
        fields = [*(["http"] if allow_http else []), *(["certificates"] if pem else [])]
        audit.record(
            "credentials:server_rule:add" if made else "credentials:server_rule:edit",
            seat=seat,
            target=rule,
            details={"server": str(origin), "flags": fields},
        )
    return rule


def delete_rule(seat: Seat, rule: ServerRule) -> None:
    """Remove the rule; credentials that rest on it say so at their next check."""
    with transaction.atomic():
        row = ServerRule.objects.get(workspace=seat.workspace, pk=rule.pk)
        details = {"server": row.origin}
        audit.record("credentials:server_rule:delete", seat=seat, target=row, details=details)
        row.delete()


def resting_on(rule: ServerRule) -> int:
    """How many credentials of the workspace are for the rule's server."""
    return Credential.objects.filter(workspace=rule.workspace_id, server=rule.origin).count()
