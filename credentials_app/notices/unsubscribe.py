"""The way out of every regular mail: one click, without a sign-in, and without telling anything.

A link carries which mails of whom, signed; it holds for as long as the signing key does. A mail
carries it for people and, as RFC 8058 has it, for mail programs.
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

SALT = "lockkeeper.notices.unsubscribe"  # another one would end all links that were mailed


class Kind(StrEnum):
    """Which mails: notices of a workspace (without one, of all), or the report of either."""

    NOTICES = "notices"
    REPORT = "report"
    INSTANCE_REPORT = "instance_report"


@dataclass(frozen=True)
class UnsubscribeToken:
    """Which mails of whom are to stop."""

    kind: Kind
    person: UUID
    workspace: UUID | None


def link_for(kind: str, person: User, workspace: Workspace | None) -> str:
    """The full address that stops these mails."""
    token = write(UnsubscribeToken(Kind(kind), person.pk, workspace.pk if workspace else None))
    return absolute(reverse("notices:unsubscribe", args=[token]))


def headers_for(kind: str, person: User, workspace: Workspace | None) -> dict[str, str]:
    """What lets a mail program stop these mails with one click."""
    return {
        "List-Unsubscribe": f"<{link_for(kind, person, workspace)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def write(wish: UnsubscribeToken) -> str:
    """The token of a wish: kind, keys of rows, signature. No time: one wish has one token."""
    workspace = wish.workspace.hex if wish.workspace else None
    return Signer(salt=SALT).sign_object([wish.kind, wish.person.hex, workspace])


def read(token: str) -> UnsubscribeToken | None:
    """What a token wishes; None for one that is not ours."""
    try:
        kind, person, workspace = Signer(salt=SALT).unsign_object(token)
    except BadSignature:
        return None
    return UnsubscribeToken(Kind(kind), UUID(person), UUID(workspace) if workspace else None)


def unsubscribe(token: str, *, now: datetime, caller: Caller) -> None:
    """Stop the mails that the token names; does nothing for a token that names none."""
    wish = read(token)
    person = User.objects.filter(pk=wish.person).first() if wish else None
    if wish is None or person is None:
        return
    if wish.kind is Kind.NOTICES:
        _stop_notices(wish, person, now, caller)
    else:
        _stop_report(wish, person, caller)


def _stop_notices(wish: UnsubscribeToken, person: User, now: datetime, caller: Caller) -> None:
    places = open_to(person)
    for place in places.filter(pk=wish.workspace) if wish.workspace else places:
        mine = NoticePreference.objects.filter(person=person, workspace=place)
        if not mine.filter(pace=Delivery.NOTHING).exists():
            set_preference(
                person, place, pace=Delivery.NOTHING, now=now, caller=caller, by_link=True
            )


@transaction.atomic
def _stop_report(wish: UnsubscribeToken, person: User, caller: Caller) -> None:
    place = open_to(person).filter(pk=wish.workspace).first() if wish.workspace else None
    if (wish.kind is Kind.REPORT) is (place is None):
        return
    mine = ReportSubscription.objects.filter(person=person, workspace=place)
    if mine.filter(frequency=Frequency.NEVER).exists():
        return
    ReportSubscription.objects.update_or_create(
        person=person, workspace=place, defaults={"frequency": Frequency.NEVER, "next_at": None}
    )
    audit.record(
        "reports:subscription:change",
        actor="unsubscribe link",
        workspace=place,
        target=person,
        details={"action": Frequency.NEVER.value},
        caller=caller,
    )
