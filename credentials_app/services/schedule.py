"""What a workspace says about how often its credentials are checked, and when to remind."""

from datetime import timedelta

from django.db import transaction

from common.clock import database_now
from common.durations import write_duration
from credentials_app.models import Credential, WorkspaceRule
from credentials_app.schedule import instance_interval
from credentials_app.services.reschedule import reschedule_sooner
from workspaces import audit
from workspaces.models import Workspace
from workspaces.rights.seat import Seat


def workspace_rule_of(workspace: Workspace) -> WorkspaceRule | None:
    """The rule of this workspace; None where the instance's word holds for all."""
    return WorkspaceRule.objects.filter(workspace=workspace).first()


def set_workspace_rule(
    seat: Seat, *, check_every: timedelta | None, remind_before: list[int] | None
) -> WorkspaceRule:
    """Store how often to look and when to remind; None is as the instance does.

    Credentials without an interval of their own are due sooner when it became shorter.
    """
    values = {"check_every": check_every, "remind_before": remind_before}
    with transaction.atomic():
        now = database_now()
        stamp = {"changed_at": now, "changed_by": seat.user.email}
        rules = WorkspaceRule.objects.select_for_update()
        rule, _made = rules.get_or_create(workspace=seat.workspace, defaults=stamp)
        changed = [name for name, value in values.items() if getattr(rule, name) != value]
        if not changed:
            return rule
        old = _written(rule)
        for name, value in {**values, **stamp}.items():
            setattr(rule, name, value)
        rule.save(update_fields=[*values, *stamp])
        silent = Credential.objects.filter(workspace=seat.workspace, check_every__isnull=True)
        reschedule_sooner(silent, check_every or instance_interval(), now=now)
        details = {"fields": changed, "old": old, "new": _written(rule)}
        audit.record("credentials:schedule:edit", seat=seat, target=rule, details=details)
    return rule


def _written(rule: WorkspaceRule) -> str:
    """The rule in one line, for the audit log."""
    every = write_duration(rule.check_every) if rule.check_every else "as the instance"
    days = rule.remind_before
    told = "as the instance" if days is None else ", ".join(map(str, days)) or "never"
    return f"check every: {every}; remind before: {told}"
