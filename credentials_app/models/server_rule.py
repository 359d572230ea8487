"""A server rule: plain http or private certificates for one server in one workspace."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class ServerRule(models.Model):
    """Owners and admins of the workspace make it; ``origin`` is the registry's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        "workspaces.Workspace",
        on_delete=models.CASCADE,
        related_name="server_rules",
        editable=False,
    )
    origin = models.CharField(_("registry server"), max_length=300)
    allow_http = models.BooleanField(_("allow plain http"), default=False)
    ca_pem = models.TextField(_("certificates (PEM)"), blank=True, max_length=65536)
    changed_at = models.DateTimeField(_("changed"), editable=False)
    changed_by = models.CharField(_("changed by"), max_length=254, blank=True, editable=False)

    class Meta:
        verbose_name = _("server rule")
        verbose_name_plural = _("server rules")
        constraints = [
            models.UniqueConstraint(fields=["workspace", "origin"], name="one_rule_per_server")
        ]

    def __str__(self) -> str:
        return self.origin
