"""What one person wants to hear of one workspace: reading it, and changing it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Least

from common.models import OutgoingMail
from credentials_app.models import Audience, Delivery, Notice, NoticePreference
from credentials_app.notices.recipients import HEAR_ALL
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
    """What a person hears of one of their workspaces."""

    workspace: Workspace
    pace: Delivery
    reach: Audience
    hears_all_by_role: bool


def choices_of(person: User) -> list[Choice]:
    """One for each workspace of theirs, in the order of the switcher."""
    chosen = {row.workspace_id: row for row in NoticePreference.objects.filter(person=person)}
    return [_choice(place, chosen.get(place.pk)) for place in open_to(person)]


def failed_mails(person: User) -> "QuerySet[OutgoingMail]":
    """Mails to this person that were given up, the newest first."""
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
        _hurry(person, workspace, pace, now)
        audit.record(
            CHANGE,
            actor="unsubscribe link" if by_link else person,
            workspace=workspace,
            target=person,
            details={"action": row.pace},
            caller=caller,
        )


def _hurry(person: User, workspace: Workspace, pace: Delivery, now: datetime) -> None:
    """What waits for a morning that was chosen before is mailed when the new choice says."""
    waiting = Notice.objects.filter(person=person, workspace=workspace, mailed_at__isnull=True)
    waiting.update(due_at=Least(F("due_at"), mail_due_at(pace, now, zone_of(person.time_zone))))


def _choice(place: Workspace, row: NoticePreference | None) -> Choice:
    pace = Delivery(row.pace) if row else Delivery.AT_ONCE
    reach = Audience(row.reach) if row else Audience.BY_ROLE
    return Choice(place, pace, reach, role_of(place) in HEAR_ALL)
