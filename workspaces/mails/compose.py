"""Renders mails and adds them to the outbox."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from common.clock import database_now
from common.links import absolute, host_of_site
from common.models import MailCause, OutgoingMail
from common.outbox import Words, enqueue, enqueue_from_outside
from workspaces import tasks
from workspaces.clock import clock_of
from workspaces.mails.quoting import quoted
from workspaces.models import Invitation, Team

NAMED_TEAMS = 3


def render_mail(
    template: str, subject: str, context: dict[str, Any], *, time_zone: str = "UTC"
) -> Words:
    """Render ``templates/emails/<template>.txt`` and ``.html``."""
    filled = {**context, "subject": subject}
    with clock_of(time_zone):
        return Words(
            subject=subject,
            text=render_to_string(f"emails/{template}.txt", filled),
            html=render_to_string(f"emails/{template}.html", filled),
        )


def post(*, to: str, words: Words, dedupe_key: str, now: datetime | None = None) -> OutgoingMail:
    """Add a mail to the outbox in the caller's transaction; enqueue its delivery on commit."""
    mail = enqueue(to=to, words=words, dedupe_key=dedupe_key, now=now or database_now())
    tasks.deliver_mail.delay_on_commit(str(mail.pk))
    return mail


def post_from_outside(*, to: str, words: Words, dedupe_key: str, cause: MailCause) -> bool:
    """The same for a mail that other people cause. False if its recipient has got enough."""
    mail = enqueue_from_outside(
        to=to, words=words, dedupe_key=dedupe_key, now=database_now(), cause=cause
    )
    if mail is not None:
        tasks.deliver_mail.delay_on_commit(str(mail.pk))
    return mail is not None


def invitation_link(token: str) -> str:
    """The address of the page where an invitation is accepted."""
    return absolute(reverse("workspaces:invitation", args=[token]))


def send_invitation(invitation: Invitation, token: str) -> bool:
    """Send the link of an invitation. The mail has the only copy of the token.

    False if the address has got enough invitations.
    """
    noun = "workspace" if invitation.workspace else "organization"
    kind = f"a {noun}" if invitation.workspace else f"an {noun}"
    context = {
        "inviter": invitation.invited_by,
        "name": quoted(invitation.invited_by.name),
        "noun": noun,
        "kind": kind,
        "place": _quoted_label(invitation),
        "teams": _quoted_names(invitation.teams.all()),
        "site": host_of_site(),
        "role": invitation.get_role_display(),
        "expires_at": invitation.expires_at,
        "link": invitation_link(token),
    }
    subject = f"Invitation to {kind} at {host_of_site()}"
    return post_from_outside(
        to=invitation.email,
        words=render_mail("invitation", subject, context),
        dedupe_key=f"invitation:{invitation.pk}",
        cause=MailCause.INVITATION,
    )


def _quoted_label(invitation: Invitation) -> str:
    if invitation.workspace is None or invitation.workspace.organization is None:
        return quoted(str(invitation.place))
    home = invitation.workspace.organization
    return f"{quoted(invitation.workspace.name)} of {quoted(home.name)}"


def _quoted_names(teams: Iterable[Team]) -> str:
    """The first names; the page of the invitation has them all."""
    names = [quoted(team.name) for team in teams]
    others = len(names) - NAMED_TEAMS
    return ", ".join(names[:NAMED_TEAMS]) + (f" and {others} more" if others > 0 else "")
