"""How often people may ask for checks: rate limits per credential, person and workspace."""

from datetime import timedelta

from django.conf import settings

from common import throttle
from common.throttle import Limit
from credentials_app.models import Credential
from credentials_app.services.errors import AskedTooOften, Limited, TooManyCredentials
from workspaces.models import User, Workspace
from workspaces.rights.seat import Seat

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def count_request(seat: Seat, credential: Credential | None = None) -> None:
    """Count one check that a person asks for. Raises AskedTooOften, and counts nothing then.

    ``credential`` None: the check is of a login that is not saved yet.
    """
    limits = {
        Limited.PERSON: Limit(f"checks-of-person:{seat.user.pk}", 10, MINUTE),
        Limited.WORKSPACE: Limit(f"checks-of-workspace:{seat.workspace.pk}", 60, HOUR),
    }
    if credential is not None:
        limits[Limited.CREDENTIAL] = Limit(f"check-now:{credential.pk}", 2, MINUTE)
    _take(limits)


def may_ask_now(seat: Seat) -> bool:
    """Count a new login as a check that this person asks for. False: the limit is reached, and
    the login is checked in its turn."""
    try:
        count_request(seat)
    except AskedTooOften:
        return False
    return True


def refuse_above_the_cap(workspace: Workspace) -> None:
    """Raises TooManyCredentials if the workspace has as many as the operator allows."""
    most = settings.LOCKKEEPER_MOST_CREDENTIALS
    if workspace.credentials.count() >= most:
        raise TooManyCredentials(most)


def count_bulk_request(seat: Seat) -> None:
    """Count one check of many. Raises AskedTooOften, and counts nothing then."""
    _take({Limited.MANY: Limit(f"checks-of-many:{seat.workspace.pk}", 10, HOUR)})


def count_checks_of_many(person: User) -> None:
    """The same for a person who checks many of several workspaces. Raises AskedTooOften."""
    _take({Limited.MANY: Limit(f"checks-of-many-by:{person.pk}", 10, HOUR)})


def count_question(person: User) -> None:
    """Count one mail to owners that a person has sent. Raises AskedTooOften."""
    _take({Limited.REPORTS: Limit(f"questions-of:{person.pk}", 10, 10 * MINUTE)})


def _take(limits: dict[Limited, Limit]) -> None:
    full = throttle.take(*limits.values())
    if full is not None:
        whose = next(whose for whose, limit in limits.items() if limit == full.limit)
        raise AskedTooOften(whose, full.free_at)
