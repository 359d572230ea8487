"""Former secrets: kept for the grace time of the workspace, brought back, purged."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from common.clock import database_now
from common.crypto import CannotOpen
from credentials_app import secrets
from credentials_app.models import Credential, FormerSecret, WorkspaceRule
from credentials_app.secrets import Reason, SealedContent, opens_secrets
from credentials_app.selectors import locked
from credentials_app.services import columns
from credentials_app.services.errors import NoWayBack, RecipientsChanged
from credentials_app.services.leavers import known_again
from credentials_app.services.limits import may_ask_now
from credentials_app.services.secret_source import stored_content
from workspaces import audit
from workspaces.models import Workspace
from workspaces.rights.seat import Seat

USUAL_GRACE = timedelta(hours=72)


def grace_of(rule: WorkspaceRule | None) -> timedelta:
    """How long a workspace with this rule keeps a secret that was replaced; zero: not at all."""
    if rule is None or rule.keep_former is None:
        return USUAL_GRACE
    return rule.keep_former


def former_secrets_of(credential: Credential, now: datetime) -> QuerySet[FormerSecret]:
    """The secrets of this credential that can be brought back, the newest first."""
    grace = grace_of(getattr(credential.workspace, "rule", None))
    kept = FormerSecret.objects.filter(credential=credential, ended_at__gt=now - grace)
    return kept.defer("sealed").order_by("-ended_at", "-secret_version")


def former_secret_from(
    seat: Seat, row: Credential, content: SealedContent | None, now: datetime
) -> FormerSecret | None:
    """An unsaved former secret of the stored one, whose ``content`` this is, before it is replaced.

    None if its workspace keeps none, or if the stored one cannot be opened.
    """
    grace = grace_of(getattr(row.workspace, "rule", None))
    if content is None or grace <= timedelta(0):
        return None
    former = FormerSecret(
        workspace=row.workspace,
        credential=row,
        secret_version=row.secret_version,
        expires_on=row.expires_on,
        set_at=row.secret_set_at,
        ended_at=now,
        ended_by=seat.user.email,
    )
    secrets.seal(former, content)
    return former


def keep(former: FormerSecret) -> None:
    """Save an unsaved former secret. A row that claims to be the same version is no copy of it:
    somebody has moved it there, and it does not open."""
    same = FormerSecret.objects.filter(credential=former.credential_id)
    same.filter(secret_version=former.secret_version).delete()
    former.save(force_insert=True)


@opens_secrets
def bring_back(seat: Seat, credential: Credential, pk: UUID) -> Credential:
    """Store a former secret again, as a new version, and make the credential due.

    The secret that it replaces becomes a former one. Raises NoWayBack if the former one is no
    longer kept, RecipientsChanged if the server, the user name, the pins or the server's rule are
    not those that it was stored for.
    """
    with transaction.atomic():
        row, now = locked(seat, credential), database_now()
        former = former_secrets_of(row, now).filter(pk=pk, workspace=seat.workspace).first()
        if former is None:
            raise NoWayBack
        content, present = _content_to_restore(seat, former, row)
        replaced = former_secret_from(seat, row, present, now)
        row.expires_on = former.expires_on
        touched = columns.mark_replaced(row, seat, now, is_brought_back=True)
        touched += columns.mark_changed(row, seat, now)
        secrets.seal(row, content)
        if not may_ask_now(seat):
            row.asked_at = None
        row.save(update_fields=["sealed", "expires_on", *touched])
        former.delete()
        known_again(row, former_version=former.secret_version)
        if replaced is not None:
            keep(replaced)
        audit.record(
            "credentials:secret:bring_back",
            seat=seat,
            target=row,
            details={"version": former.secret_version, "server": row.server},
        )
    return row


def forget_former_secrets(credential: Credential) -> None:
    """Delete all that is kept of this credential: its secret has leaked."""
    FormerSecret.objects.filter(credential=credential).delete()


def delete_old_former_secrets(*, now: datetime, workspace: Workspace | None = None) -> None:
    """Delete those whose grace time is over, by default of all workspaces."""
    rows = FormerSecret.objects.filter(workspace=workspace) if workspace else FormerSecret.objects
    rules = WorkspaceRule.objects.filter(keep_former__isnull=False)
    for grace in {grace_of(rule) for rule in rules}:
        own = rules.filter(keep_former=grace).values("pk")
        rows.filter(workspace__in=own, ended_at__lte=now - grace).delete()
    usual = ~Q(workspace__in=rules.values("pk"))
    rows.filter(usual, ended_at__lte=now - USUAL_GRACE).delete()


def _content_to_restore(
    seat: Seat, former: FormerSecret, row: Credential
) -> tuple[SealedContent, SealedContent]:
    """The former content with the pins of the present one, and the present one."""
    present = stored_content(seat, row)
    try:
        content = secrets.open_secret(former, reason=Reason.BRING_BACK, seat=seat)
    except CannotOpen:
        raise NoWayBack from None
    if present is None or row.asks:
        raise RecipientsChanged
    has_same_pins = content.recipients in (None, present.recipients)
    if not has_same_pins or not secrets.fits(content, row, secrets.rule_of(row)):
        raise RecipientsChanged
    return content.pinned_to(present.recipients), present
