"""Actions on server rules: plain http and certificates of one registry server."""

from django.db import transaction

from common.clock import database_now
from credentials_app.models import Credential, ServerRule
from credentials_app.services.certificates import read_certificates
from registry.addresses.origins import Origin
from workspaces import audit
from workspaces.rights.seat import Seat


def set_rule(seat: Seat, origin: Origin, *, allow_http: bool, ca_pem: str) -> ServerRule:
    """Add or change the workspace's rule for this server. Raises CertificatesRefused.

    A credential whose secret was sealed under another state of the rule fails its next check with
    that cause; its secret must be entered again.
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
    """Delete the rule. Credentials that depend on it fail their next check with that cause."""
    with transaction.atomic():
        row = ServerRule.objects.get(workspace=seat.workspace, pk=rule.pk)
        details = {"server": row.origin}
        audit.record("credentials:server_rule:delete", seat=seat, target=row, details=details)
        row.delete()


def resting_on(rule: ServerRule) -> int:
    """How many credentials of the workspace are for the rule's server."""
    return Credential.objects.filter(workspace=rule.workspace_id, server=rule.origin).count()
