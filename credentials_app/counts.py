"""How many rows each filter of a list would leave, counted no further than a reader cares.

A filter that leaves more than :data:`MOST` is told as *more than that*: so that the page costs the
same however much is stored.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import IntegerField, Model, Q, QuerySet, Subquery

MOST = 999


class HowMany(Subquery):
    """The number of rows of a query, which may be cut off."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


def count_up_to(
    rows: QuerySet[Any],
    filters: Mapping[str, Sequence[Q]],
    *,
    beside: QuerySet[Model],
    most: int = MOST,
) -> dict[str, int]:
    """For each filter the number of its rows, at most ``most + 1``; in one query.

    A filter is made of parts that share no row, so that each part finds its own index.
    ``beside`` finds exactly one row, any, whose query carries the counts.
    """
    counted = {
        f"{name}_{number}": HowMany(rows.filter(part).order_by().values("pk")[: most + 1])
        for name, parts in filters.items()
        for number, part in enumerate(parts)
    }
    found = beside.order_by().values(**counted).first() or {}
    sums = {
        name: sum(found.get(f"{name}_{number}", 0) for number in range(len(parts)))
        for name, parts in filters.items()
    }
    return {name: min(number, most + 1) for name, number in sums.items()}
