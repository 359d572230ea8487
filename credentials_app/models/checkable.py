"""The columns that credentials and trials share: login, sealed secret, queue and lease."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.constraints import BaseConstraint
from django.utils.translation import gettext_lazy as _

from common.fields import SealedField
from registry.addresses.origins import Origin


class Checkable(models.Model):
    """A login at a registry, and the lease that one worker at a time may hold on it.

    ``next_check_at`` is the queue: a row is due if it is in the past. ``lease_id`` names the lease,
    ``lease_until`` is its end by the database's clock. ``asked_at`` is set while a person waits.
    ``lease_tenant`` is the tenant that a lease counts for. ``sign_in`` and ``account`` say where
    and as whom the last check signed in. ``wait_reason`` says why a due check waits, and
    ``waits_since`` since when. ``send_again``: a person wants a refused login sent once more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="+", editable=False
    )
    provider = models.CharField(_("provider"), max_length=50)
    server = models.CharField(_("registry server"), max_length=300)
    username = models.CharField(_("user name"), max_length=500, blank=True)
    push = models.BooleanField(_("needed for pushing too"), default=False)
    repository = models.CharField(_("repository"), max_length=255, blank=True)
    expires_on = models.DateField(_("expiry date, typed in"), null=True, blank=True)

    sealed = SealedField()
    secret_version = models.PositiveIntegerField(default=1)

    next_check_at = models.DateTimeField(_("next check"), null=True, blank=True, db_index=True)
    asked_at = models.DateTimeField(_("asked for"), null=True, blank=True)
    lease_id = models.UUIDField(null=True, blank=True, db_index=True, editable=False)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    lease_tenant = models.CharField(max_length=60, blank=True, editable=False)
    sign_in = models.CharField(max_length=300, blank=True, editable=False)
    account = models.CharField(max_length=32, blank=True, db_index=True, editable=False)
    wait_reason = models.CharField(max_length=20, blank=True, editable=False)
    waits_since = models.DateTimeField(null=True, blank=True, editable=False)
    send_again = models.BooleanField(default=False, editable=False)
    asks = models.CharField(_("sign-in host to confirm"), max_length=300, blank=True)

    class Meta:
        abstract = True

    def seal_context(self) -> tuple[str, ...]:
        """Binds the sealed value to the workspace, in addition to table, column and row."""
        return (str(self.workspace_id),)

    @property
    def origin(self) -> Origin:
        return Origin.parse(self.server)

    def is_being_checked(self, now: datetime) -> bool:
        """True if a check runs, or a person asked for one and it is due."""
        if self.lease_until is not None and self.lease_until > now:
            return True
        return (
            self.asked_at is not None
            and self.next_check_at is not None
            and (self.next_check_at <= now)
        )


def checkable_constraints(table: str) -> list[BaseConstraint]:
    """The constraints of every table with these columns."""
    return [
        models.CheckConstraint(
            name=f"{table}_lease_is_whole",
            condition=Q(lease_id__isnull=True, lease_until__isnull=True)
            | Q(lease_id__isnull=False, lease_until__isnull=False),
        ),
        models.CheckConstraint(
            name=f"{table}_version_starts_at_1", condition=Q(secret_version__gte=1)
        ),
        models.CheckConstraint(name=f"{table}_has_a_server", condition=~Q(server="")),
    ]
