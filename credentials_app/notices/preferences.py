"""What one person wants to hear of one workspace: reading it, and changing it."""

from datetime import datetime

from django.db import transaction

from credentials_app.models import NoticePreference, Pace, Reach
from workspaces import audit
from workspaces.models import User, Workspace
from workspaces.seat import Caller

CHANGE = "notices:preference:change"


def choose(
    person: User,
    workspace: Workspace,
    *,
    pace: Pace,
    reach: Reach | None = None,
    now: datetime,
    caller: Caller,
    by_link: bool = False,
) -> None:
    """Store what this person wants; ``reach`` None leaves it. ``by_link``: an unsubscribe link.

    The caller has seen to it that the person takes part in the workspace.
    """
    with transaction.atomic():
        row, _made = NoticePreference.objects.select_for_update().get_or_create(
            person=person, workspace=workspace, defaults={"changed_at": now}
        )
        row.pace, row.changed_at = pace, now
        row.reach = row.reach if reach is None else reach
        row.save(update_fields=["pace", "reach", "changed_at"])
        audit.record(
            CHANGE,
            actor="unsubscribe link" if by_link else person,
            workspace=workspace,
            target=person,
            details={"action": row.pace},
            caller=caller,
        )
