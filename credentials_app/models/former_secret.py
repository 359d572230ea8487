"""A former secret: one that was replaced, and may be brought back for some time."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.fields import SealedField
from credentials_app.models.credential import Credential


class FormerSecret(models.Model):
    """The secret of one version of a credential, sealed for this row.

    ``expires_on`` is the end that a person had typed for it. ``set_at`` is when it was stored,
    ``ended_at`` when it was replaced, by ``ended_by``. The workspace rule says how long it is kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="+", editable=False
    )
    credential = models.ForeignKey(
        Credential, on_delete=models.CASCADE, related_name="former_secrets", editable=False
    )
    secret_version = models.PositiveIntegerField(editable=False)
    sealed = SealedField()
    expires_on = models.DateField(null=True, editable=False)
    set_at = models.DateTimeField(_("stored"), editable=False)
    ended_at = models.DateTimeField(_("replaced"), db_index=True, editable=False)
    ended_by = models.CharField(_("replaced by"), max_length=254, blank=True, editable=False)

    class Meta:
        verbose_name = _("former secret")
        verbose_name_plural = _("former secrets")
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "secret_version"], name="former_secret_is_kept_once"
            ),
            models.CheckConstraint(
                name="former_secret_version_starts_at_1",
                condition=models.Q(secret_version__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.secret_version} of {self.credential}"

    def seal_context(self) -> tuple[str, ...]:
        """Binds the sealed value to the workspace and the credential too."""
        return (str(self.workspace_id), str(self.credential_id))
