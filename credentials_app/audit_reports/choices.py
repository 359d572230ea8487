"""What the chips of the table offer: frequent values of a scope, and the names of all chosen."""

from collections import Counter
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from credentials_app.audit_reports.scope import AuditScope, place_name
from credentials_app.models import Credential, Tag
from credentials_app.presentation.audit_filters import WORKSPACE
from credentials_app.presentation.list_chips import MOST_CHOICES
from credentials_app.presentation.list_counts import ListCounts
from credentials_app.presentation.list_filters import (
    NO_TAG,
    NOBODY,
    OWNER,
    PROVIDER,
    SERVER,
    TAG,
)
from credentials_app.presentation.list_query import ListQuery
from workspaces.models import User, Workspace

COLUMN_OF = {
    PROVIDER: "shown_provider",
    SERVER: "server",
    OWNER: "owner",
    WORKSPACE: "workspace",
}


def frequent_values(scope: AuditScope) -> ListCounts:
    """The most frequent values of each chip in the scope; they do not follow the query."""
    rows = scope.rows().order_by()
    counts = ListCounts(is_shown=False)
    for chip, column in COLUMN_OF.items():
        counts.of[chip] = _frequent(rows, column)
    tags = Tag.objects.filter(credential__in=rows.values("pk")).order_by()
    counts.of[TAG] = _frequent(tags, "name") + Counter({NO_TAG: 1})
    counts.of[OWNER] = Counter(
        {NOBODY if key == "None" else key: count for key, count in counts.of[OWNER].items()}
    )
    return _named(scope, counts, counts.of[OWNER], counts.of[WORKSPACE])


def with_names(scope: AuditScope, counts: ListCounts, query: ListQuery) -> ListCounts:
    """The same with the names of what is chosen and is not frequent."""
    owners = [value for value in query.chosen(OWNER) if value not in counts.of[OWNER]]
    places = [value for value in query.chosen(WORKSPACE) if value not in counts.of[WORKSPACE]]
    return _named(scope, counts, owners, places) if owners or places else counts


def _frequent(rows: "QuerySet[Any]", column: str) -> Counter[str]:
    groups = rows.values_list(column).annotate(rows=Count("*")).order_by("-rows", column)
    return Counter({str(value): count for value, count in groups[:MOST_CHOICES]})


def _named(scope: AuditScope, counts: ListCounts, owners: Any, places: Any) -> ListCounts:
    """Names of people who own something in the scope, and of workspaces of the scope, alone."""
    keys = [UUID(value) for value in owners if value != NOBODY]
    owning: QuerySet[Credential, Any] = scope.rows().order_by().values("owner")
    people = User.objects.filter(pk__in=keys).filter(pk__in=owning)
    found = {str(pk): (name, mail) for pk, name, mail in people.values_list("pk", "name", "email")}
    return replace(
        counts, owners=counts.owners | found, places=counts.places | _places(scope, places)
    )


def _places(scope: AuditScope, places: Any) -> dict[str, str]:
    if scope.workspaces is not None:
        return {str(each.pk): place_name(each) for each in scope.workspaces}
    rows = Workspace.objects.filter(pk__in=[UUID(value) for value in places], is_sample=False)
    return {str(each.pk): place_name(each) for each in rows.select_related("organization", "owner")}
