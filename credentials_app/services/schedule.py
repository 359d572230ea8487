"""The workspace rule: how often to check, when to remind, how long to keep a replaced secret."""

from datetime import timedelta

from django.db import transaction

from common.clock import database_now
from common.durations import write_duration
from credentials_app.models import Credential, WorkspaceRule
from credentials_app.schedule import instance_interval
from credentials_app.services.former_secrets import delete_old_former_secrets
from credentials_app.services.reschedule import reschedule_sooner
from workspaces import audit
from workspaces.models import Workspace
from workspaces.rights.seat import Seat


def workspace_rule_of(workspace: Workspace) -> WorkspaceRule | None:
    """The rule of this workspace; None if the instance's schedule holds."""
    return WorkspaceRule.objects.filter(workspace=workspace).first()


def set_workspace_rule(
    seat: Seat,
    *,
    check_every: timedelta | None,
    remind_before: list[int] | None,
    keep_former: timedelta | None = None,
    tell_new_address: bool = False,
) -> WorkspaceRule:
    """Store how often to check, when to remind, how long to keep a replaced secret, and whether
    to tell of new addresses.

    None: as the instance. After a shorter interval, credentials without an interval of their own
    are due sooner; after a shorter grace time, former secrets are purged at once.
    """
    values = {
        "check_every": check_every,
        "remind_before": remind_before,
        "keep_former": keep_former,
        "tell_new_address": tell_new_address,
    }
    with transaction.atomic():
        now = database_now()
        stamp = {"changed_at": now, "changed_by": seat.user.email}
        rules = WorkspaceRule.objects.select_for_update()
        rule, _made = rules.get_or_create(workspace=seat.workspace, defaults=stamp)
        changed = [name for name, value in values.items() if getattr(rule, name) != value]
        if not changed:
            return rule
        old = _in_one_line(rule)
        for name, value in {**values, **stamp}.items():
            setattr(rule, name, value)
        rule.save(update_fields=[*values, *stamp])
        default_rows = Credential.objects.filter(workspace=seat.workspace, check_every__isnull=True)
        reschedule_sooner(default_rows, check_every or instance_interval(), now=now)
        delete_old_former_secrets(now=now, workspace=seat.workspace)
        details = {"fields": changed, "old": old, "new": _in_one_line(rule)}
        audit.record("credentials:schedule:edit", seat=seat, target=rule, details=details)
    return rule


def _in_one_line(rule: WorkspaceRule) -> str:
    """For the audit log."""
    every = write_duration(rule.check_every) if rule.check_every else "as the instance"
    days = rule.remind_before
    days_text = "as the instance" if days is None else ", ".join(map(str, days)) or "never"
    grace = rule.keep_former
    kept = "as usual" if grace is None else write_duration(grace) if grace else "not at all"
    told = "yes" if rule.tell_new_address else "no"
    return (
        f"check every: {every}; remind before: {days_text}; keep a replaced secret: {kept}; "
        f"tell of new addresses: {told}"
    )
