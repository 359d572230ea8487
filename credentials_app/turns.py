"""Which row of a batch may go beside those that are on their way."""

from collections.abc import Collection, Iterable

from credentials_app.budgets import Turn
from credentials_app.models import Credential

MOST_ALIKE = 2
"""So many at once of one user name, and so many that may well be refused."""


def first_that_may_go(
    rows: Iterable[Credential], others: Collection[Credential]
) -> tuple[Credential, Turn] | None:
    """The first of these rows that may go beside the others, and its turn; None: none may."""
    for row in rows:
        turn = beside(row, others)
        if turn.namesakes < MOST_ALIKE and (row.is_trusted or turn.doubtful < MOST_ALIKE):
            return row, turn
    return None


def beside(row: Credential, others: Collection[Credential]) -> Turn:
    """What goes on beside a row, counted."""
    name = row.username.strip().casefold()
    return Turn(
        beside=len(others),
        doubtful=sum(not other.is_trusted for other in others),
        namesakes=sum(other.username.strip().casefold() == name for other in others),
    )
