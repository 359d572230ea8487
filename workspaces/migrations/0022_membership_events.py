"""An index of the events that change who has access, for the history of access."""

from typing import ClassVar

from django.db import migrations, models

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


class Migration(migrations.Migration):
    """A partial index; other events cost nothing more."""

    dependencies: ClassVar = [("workspaces", "0021_api_tokens")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(
                condition=models.Q(action__in=MEMBERSHIP_ACTIONS),
                fields=["workspace_id", "seq"],
                name="audit_of_membership",
            ),
        ),
    ]
