"""Deeds with server rules: plain http and certificates of one registry server."""

from workspaces.access import Seat

from credentials_app.models import ServerRule
from registry.address import Origin


def set_rule(seat: Seat, origin: Origin, *, allow_http: bool, ca_pem: str) -> ServerRule:
    """Make or change the workspace's rule for this server. Raises CertificatesRefused."""
    raise NotImplementedError


def delete_rule(seat: Seat, rule: ServerRule) -> None:
    """Remove the rule; credentials that rest on it say so at their next check."""
    raise NotImplementedError
