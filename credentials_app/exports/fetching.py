"""The deed that gives a secret to a program: by right, audited before it opens, and counted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from common.clock import database_now
from credentials_app.exports.candidates import candidate_of, rows_at
from credentials_app.exports.files import LeavingLogin
from credentials_app.exports.leaving import login_of, may_export
from credentials_app.exports.readers import path_key
from credentials_app.models import Credential
from credentials_app.resolver import Candidate, Resolution, lies_within, resolve, resolve_server
from credentials_app.secrets import Reason, opens_secrets
from credentials_app.services.fetches import Consumer, count_fetch
from credentials_app.serving import NotServed, Wish, why_not
from registry.protocol.image import ImageName
from workspaces.rights.refusals import NotAllowed
from workspaces.rights.seat import Seat


@dataclass(frozen=True)
class Wanted:
    """What a program asks for: an image, a server alone, or a credential by its key.

    ``prefixes``: the repositories to which its token is limited; none: all.
    """

    wish: Wish = Wish.PULL
    image: ImageName | None = None
    credential: UUID | None = None
    prefixes: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What was asked, for the list of consumers."""
        return str(self.image) if self.image else ""


def is_within(candidate: Candidate, prefixes: Sequence[str]) -> bool:
    """True if all that the credential is for lies within one of the prefixes, or there are none."""
    return lies_within(path_key(candidate), prefixes)


def resolve_for(
    seat: Seat, image: ImageName, wish: Wish, prefixes: Sequence[str], now: datetime
) -> Resolution:
    """Which credential the image gets from a token that is limited to these prefixes."""
    return decide(image, rows_at(seat.workspace, [image]), wish, prefixes, now)


def decide(
    image: ImageName,
    rows: Iterable[Credential],
    wish: Wish,
    prefixes: Sequence[str],
    now: datetime,
) -> Resolution:
    """The same among these rows."""
    known = [candidate_of(row, now) for row in rows]
    within = [each for each in known if is_within(each, prefixes)]
    return (resolve if image.repository else resolve_server)(image, within, wish=wish)


@opens_secrets
def fetch_login(seat: Seat, wanted: Wanted, consumer: Consumer) -> LeavingLogin:
    """Open the secret of the credential that is wanted.

    Raises NotAllowed, Credential.DoesNotExist if there is none for this token, NotServed with the
    reason, and Refusal if it cannot be opened.
    """
    if not may_export(seat):
        raise NotAllowed
    now = database_now()
    row = _row(seat, wanted, now)
    login = login_of(row, seat, Reason.FETCH, now)
    with transaction.atomic():
        count_fetch(row, consumer, now, image=wanted.words)
    return login


def _row(seat: Seat, wanted: Wanted, now: datetime) -> Credential:
    """The credential, if it is served."""
    if wanted.image is not None:
        found = resolve_for(seat, wanted.image, wanted.wish, wanted.prefixes, now)
        if found.refused:
            raise NotServed(found.refused)
        if found.winner is None:
            raise Credential.DoesNotExist
        return _living(seat, found.winner.pk)
    if wanted.credential is None:
        raise Credential.DoesNotExist
    row = _living(seat, wanted.credential)
    candidate = candidate_of(row, now)
    if not is_within(candidate, wanted.prefixes):
        raise Credential.DoesNotExist
    reason = why_not(candidate.label, push=row.push, wish=wanted.wish)
    if reason:
        raise NotServed(reason)
    return row


def _living(seat: Seat, pk: UUID) -> Credential:
    rows = Credential.objects.filter(workspace=seat.workspace).select_related("workspace")
    return rows.defer("notes", "searched_text", "verdict").get(pk=pk)
