"""A person's preference for the notices of one workspace: reads and changes it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Least

from common.models import OutgoingMail
from credentials_app.models import Audience, Delivery, Notice, NoticePreference
from credentials_app.notices.recipients import ROLES_FOR_ALL
from credentials_app.notices.timing import mail_due_at
from workspaces import audit
from workspaces.audit import Caller
from workspaces.clock import zone_of
from workspaces.models import User, Workspace
from workspaces.rights.access import open_to, role_of

CHANGE = "notices:preference:change"
MOST_FAILED = 20


@dataclass(frozen=True)
class Choice:
    """The preference that holds for one of a person's workspaces."""

    workspace: Workspace
    pace: Delivery
    reach: Audience
    gets_all_by_role: bool


def choices_of(person: User) -> list[Choice]:
    """One for each of their workspaces, in the order of the workspace switcher."""
    chosen = {row.workspace_id: row for row in NoticePreference.objects.filter(person=person)}
    return [_choice(each, chosen.get(each.pk)) for each in open_to(person)]


def failed_mails(person: User) -> "QuerySet[OutgoingMail]":
    """Mails to this person that could not be delivered, the newest first."""
    failed = OutgoingMail.objects.filter(to__iexact=person.email, failed_at__isnull=False)
    return failed.defer("body").order_by("-failed_at")[:MOST_FAILED]


def set_preference(
    person: User,
    workspace: Workspace,
    *,
    pace: Delivery,
    reach: Audience | None = None,
    now: datetime,
    caller: Caller,
    by_link: bool = False,
) -> None:
    """Store the preference; ``reach`` None: unchanged. ``by_link``: by an unsubscribe link.

    The caller makes sure that the person takes part in the workspace.
    """
    with transaction.atomic():
        row, _made = NoticePreference.objects.select_for_update().get_or_create(
            person=person, workspace=workspace, defaults={"changed_at": now}
        )
        row.pace, row.changed_at = pace, now
        row.reach = row.reach if reach is None else reach
        row.save(update_fields=["pace", "reach", "changed_at"])
        _deliver_sooner(person, workspace, pace, now)
        audit.record(
            CHANGE,
            actor="unsubscribe link" if by_link else person,
            workspace=workspace,
            target=person,
            details={"action": row.pace},
            caller=caller,
        )


def _deliver_sooner(person: User, workspace: Workspace, pace: Delivery, now: datetime) -> None:
    """Move pending notices to the time that the new preference sets, if that is earlier."""
    pending = Notice.objects.filter(person=person, workspace=workspace, mailed_at__isnull=True)
    pending.update(due_at=Least(F("due_at"), mail_due_at(pace, now, zone_of(person.time_zone))))


def _choice(workspace: Workspace, row: NoticePreference | None) -> Choice:
    pace = Delivery(row.pace) if row else Delivery.AT_ONCE
    reach = Audience(row.reach) if row else Audience.BY_ROLE
    return Choice(workspace, pace, reach, role_of(workspace) in ROLES_FOR_ALL)
