"""Unsubscribe links: one click without a sign-in, and the page reveals nothing.

A link names the mails and the person, and is signed; it works as long as the signing key stays.
Each mail carries it for people and, as RFC 8058 says, for mail programs.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse

from common.links import absolute
from credentials_app.models import Delivery, Frequency, NoticePreference, ReportSubscription
from credentials_app.notices.preferences import set_preference
from workspaces import audit
from workspaces.audit import Caller
from workspaces.models import User, Workspace
from workspaces.rights.access import open_to

SALT = "lockkeeper.notices.unsubscribe"  # another salt would break all links in sent mails


class Kind(StrEnum):
    """Which mails. ``NOTICES`` without a workspace: the notices of all of them."""

    NOTICES = "notices"
    REPORT = "report"
    INSTANCE_REPORT = "instance_report"


@dataclass(frozen=True)
class UnsubscribeToken:
    """The mails to stop, and the person who gets them."""

    kind: Kind
    person: UUID
    workspace: UUID | None


def link_for(kind: str, person: User, workspace: Workspace | None) -> str:
    """The URL that stops these mails."""
    token = write(UnsubscribeToken(Kind(kind), person.pk, workspace.pk if workspace else None))
    return absolute(reverse("notices:unsubscribe", args=[token]))


def headers_for(kind: str, person: User, workspace: Workspace | None) -> dict[str, str]:
    """The headers by which a mail program stops these mails with one click."""
    return {
        "List-Unsubscribe": f"<{link_for(kind, person, workspace)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def write(token: UnsubscribeToken) -> str:
    """The token as text: kind, row keys, signature. No time: equal tokens have equal texts."""
    workspace = token.workspace.hex if token.workspace else None
    return Signer(salt=SALT).sign_object([token.kind, token.person.hex, workspace])


def read(text: str) -> UnsubscribeToken | None:
    """The token of a text; None if we did not sign it."""
    try:
        kind, person, workspace = Signer(salt=SALT).unsign_object(text)
    except BadSignature:
        return None
    return UnsubscribeToken(Kind(kind), UUID(person), UUID(workspace) if workspace else None)


def unsubscribe(text: str, *, now: datetime, caller: Caller) -> None:
    """Stop the mails that the token names; does nothing if it is not ours or the person is gone."""
    token = read(text)
    person = User.objects.filter(pk=token.person).first() if token else None
    if token is None or person is None:
        return
    if token.kind is Kind.NOTICES:
        _stop_notices(token, person, now, caller)
    else:
        _stop_report(token, person, caller)


def _stop_notices(token: UnsubscribeToken, person: User, now: datetime, caller: Caller) -> None:
    workspaces = open_to(person)
    for each in workspaces.filter(pk=token.workspace) if token.workspace else workspaces:
        own = NoticePreference.objects.filter(person=person, workspace=each)
        if not own.filter(pace=Delivery.NOTHING).exists():
            set_preference(
                person, each, pace=Delivery.NOTHING, now=now, caller=caller, by_link=True
            )


@transaction.atomic
def _stop_report(token: UnsubscribeToken, person: User, caller: Caller) -> None:
    workspace = open_to(person).filter(pk=token.workspace).first() if token.workspace else None
    if (token.kind is Kind.REPORT) is (workspace is None):
        return
    own = ReportSubscription.objects.filter(person=person, workspace=workspace)
    if own.filter(frequency=Frequency.NEVER).exists():
        return
    ReportSubscription.objects.update_or_create(
        person=person, workspace=workspace, defaults={"frequency": Frequency.NEVER, "next_at": None}
    )
    audit.record(
        "reports:subscription:change",
        actor="unsubscribe link",
        workspace=workspace,
        target=person,
        details={"action": Frequency.NEVER.value},
        caller=caller,
    )
