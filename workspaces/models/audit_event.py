"""Audit events: rows that are only added, with a copy of every label."""

import uuid

from django.db import models
from django.db.models.functions import Now

from workspaces.audit_chain import ZERO

OPENED_FOR_CHECKS = "credentials:secret:open"
"""The action of most events; it changes nothing that a page shows."""

# What changes who has access, and what removed such events; the history of access reads these.
MEMBERSHIP_ACTIONS = (
    "accounts:account:delete",
    "accounts:account:purge",
    "accounts:account:restore",
    "accounts:person:add",
    "accounts:person:restore",
    "accounts:person:rights",
    "accounts:person:suspend",
    "audit:events:remove",
    "workspaces:invitation:accept",
    "workspaces:member:change",
    "workspaces:member:leave",
    "workspaces:member:remove",
    "workspaces:organization:delete",
    "workspaces:organization:make",
    "workspaces:organization:restore",
    "workspaces:participant:change",
    "workspaces:participant:leave",
    "workspaces:participant:remove",
    "workspaces:sample:make",
    "workspaces:team:delete",
    "workspaces:team:join",
    "workspaces:team:leave",
    "workspaces:team:remove",
    "workspaces:team_role:remove",
    "workspaces:team_role:set",
    "workspaces:workspace:archive",
    "workspaces:workspace:delete",
    "workspaces:workspace:make",
    "workspaces:workspace:restore",
    "workspaces:workspace:unarchive",
)


class AuditEvent(models.Model):
    """One action. It has no foreign keys, so that no deletion removes it."""

    seq = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_default=Now(), editable=False)
    workspace_id = models.UUIDField(null=True)
    workspace_label = models.CharField(max_length=210, blank=True)
    actor_type = models.CharField(max_length=10)
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=360, blank=True)
    via = models.CharField(max_length=10)
    address = models.CharField(max_length=45, blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    action = models.CharField(max_length=80)
    target_type = models.CharField(max_length=40, blank=True)
    target_id = models.CharField(max_length=64, blank=True)
    target_label = models.CharField(max_length=360, blank=True)
    outcome = models.CharField(max_length=20, default="done")
    details = models.JSONField(default=dict)
    # The place in the chain; events of before the chain have none. Nullable, because SQLite would
    # make the table anew for anything else, and lose its triggers.
    number = models.BigIntegerField(null=True, editable=False)
    prev = models.CharField(max_length=64, null=True, editable=False)
    hash = models.CharField(max_length=64, null=True, editable=False)

    class Meta:
        ordering = ("-seq",)
        indexes = (
            models.Index(fields=("workspace_id", "-seq"), name="audit_of_workspace"),
            models.Index(
                fields=("workspace_id", "-seq"),
                name="audit_of_changes",
                condition=~models.Q(action=OPENED_FOR_CHECKS),
            ),
            models.Index(
                fields=("workspace_id", "seq"),
                name="audit_of_membership",
                condition=models.Q(action__in=MEMBERSHIP_ACTIONS),
            ),
            models.Index(fields=("target_id", "-seq"), name="audit_of_target"),
            models.Index(
                fields=("actor_id", "workspace_id", "target_id"),
                name="audit_opened_by_person",
                condition=models.Q(action=OPENED_FOR_CHECKS, actor_id__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"{self.action} by {self.actor_label}"


class AuditHead(models.Model):
    """The last event of a chain, and the last one that a checkpoint removed."""

    chain = models.UUIDField(primary_key=True, editable=False)
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=ZERO)
    removed = models.BigIntegerField(default=0)
    removed_hash = models.CharField(max_length=64, default=ZERO)

    def __str__(self) -> str:
        return f"{self.chain} at {self.number}"
