"""What is kept of the uses of a secret by others: the addresses, and which of them are ours."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from credentials_app.models.credential import Credential


class SeenAddress(models.Model):
    """An address from which a credential's secret was used, as the provider lists it.

    ``first_at`` and ``last_at``: the first and a recent check that saw it in the list, which is not
    when it was used. ``tell``: people are to be notified that it is new. Our own addresses are
    among these rows, too: which ones they are may be known later. So are those of a former secret,
    seen last before the present one was stored.
    """

    credential = models.ForeignKey(
        Credential, on_delete=models.CASCADE, related_name="seen_addresses", editable=False
    )
    address = models.CharField(_("address"), max_length=45, editable=False)
    first_at = models.DateTimeField(_("first seen"), editable=False)
    last_at = models.DateTimeField(_("last seen"), db_index=True, editable=False)
    tell = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("seen address")
        verbose_name_plural = _("seen addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "address"], name="address_is_kept_once_a_credential"
            )
        ]
        indexes = [models.Index(fields=["id"], name="address_to_tell", condition=Q(tell=True))]

    def __str__(self) -> str:
        return self.address


class OwnAddress(models.Model):
    """An address from which a registry server sees our own calls.

    It is known in one workspace: whoever has a credential of the server can make an address of
    theirs look like ours, and others must not miss uses from there.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="+", editable=False
    )
    server = models.CharField(_("registry server"), max_length=300, editable=False)
    address = models.CharField(_("address"), max_length=45, editable=False)
    last_at = models.DateTimeField(_("last seen"), db_index=True, editable=False)

    class Meta:
        verbose_name = _("own address")
        verbose_name_plural = _("own addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "server", "address"],
                name="own_address_is_kept_once_a_server",
            )
        ]

    def __str__(self) -> str:
        return f"{self.address} at {self.server}"
