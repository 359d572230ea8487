"""One page of the table of stored credentials, and the condition of its rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials_app.audit_reports.scope import AuditScope
from credentials_app.models import Credential
from credentials_app.presentation.audit_filters import SECRET, SECRET_WORDS, SHARED
from credentials_app.presentation.credential import CredentialView, credential_view
from credentials_app.presentation.last_use import LastUseView, last_use_view
from credentials_app.presentation.list_head import SortLink, sort_links
from credentials_app.presentation.list_order import order_by
from credentials_app.presentation.list_query import ListQuery
from credentials_app.presentation.listing import fitting
from credentials_app.selectors import with_tags
from registry.providers.whose import whose_key

NOT_READ = ("sealed", "notes", "searched_text", "secret_digest")
TABLE_COLUMNS: tuple[dict[str, str | Promise], ...] = (
    {"name": gettext_lazy("Name")},
    {"workspace": gettext_lazy("Workspace"), "owner": gettext_lazy("Owner")},
    {"status": gettext_lazy("Status"), "access": gettext_lazy("Access")},
    {
        "server": gettext_lazy("Server"),
        "provider": gettext_lazy("Provider"),
        "user": gettext_lazy("User name"),
    },
    {"ends": gettext_lazy("Ends")},
    {"age": gettext_lazy("Secret stored")},
    {"checked": gettext_lazy("Last checked"), "used": gettext_lazy("Last used")},
)
"""What stands in each column, one below the other; each sorts."""


@dataclass(frozen=True)
class ColumnHead:
    """The head of a column: a link for each thing that it shows."""

    links: tuple[SortLink, ...]

    @property
    def aria_sort(self) -> str:
        """The direction, if the rows follow this column."""
        return next((link.aria_sort for link in self.links if link.aria_sort), "")


def column_heads(scope: AuditScope, query: ListQuery) -> list[ColumnHead]:
    """The heads; one workspace alone needs no column for its name."""
    left_out = {"workspace"} if scope.only else set()
    return [
        ColumnHead(tuple(link for link in sort_links(query, column) if link.key not in left_out))
        for column in TABLE_COLUMNS
    ]


@dataclass(frozen=True)
class StoredRow:
    """A credential of the table. ``place`` is empty where all are of one workspace.

    ``copies``: with how many others it shares its secret, on the first row of such a group.
    """

    view: CredentialView
    place: str
    url: str
    copies: int = 0

    @property
    def whose(self) -> str | Promise:
        """Whose secret it is; empty if that is not known."""
        whose = whose_key(self.view.row.secret_kind or "")
        return SECRET_WORDS[whose] if whose else ""

    @property
    def last_use(self) -> LastUseView:
        """When others last used it, without addresses."""
        return last_use_view(self.view.row, self.view.now)

    @property
    def access(self) -> str:
        """What it is needed for."""
        return _("Pull and push") if self.view.row.push else _("Pull")


def found_in(scope: AuditScope, query: ListQuery, now: datetime) -> QuerySet[Credential]:
    """The rows of the scope that fit search and chips, in no order."""
    shared = scope.shared if SHARED in query.chosen(SECRET) else None
    return fitting(scope.rows(), query, now, shared=shared, is_wide=not scope.only)


def in_order(rows: QuerySet[Credential], query: ListQuery, now: datetime) -> QuerySet[Credential]:
    """By the order of the query; equal secrets stand together where they are asked for."""
    together = [OrderBy(F("secret_digest"))] if compares_secrets(query) else []
    return rows.order_by(*together, *order_by(query.sort, now), OrderBy(F("pk")))


def page_of_stored(
    scope: AuditScope, query: ListQuery, now: datetime
) -> tuple[list[StoredRow], ListQuery, int]:
    """The rows of the page, the query with a page that exists, and how many rows there are."""
    found = found_in(scope, query, now)
    total = found.count()
    query = query.within(total)
    start, end = (query.page - 1) * query.size, query.page * query.size
    keys = list(in_order(found, query, now).values_list("pk", flat=True)[start:end])
    by_key = readable(scope, Credential.objects.filter(pk__in=keys)).in_bulk()
    rows = [by_key[key] for key in keys if key in by_key]
    copies = _copies(scope, rows) if compares_secrets(query) else {}
    return list(_stored_rows(scope, rows, copies, now)), query, total


def readable(scope: AuditScope, rows: QuerySet[Credential]) -> QuerySet[Credential]:
    """The rows with all that the table shows, in one statement."""
    related = ["owner"]
    if not scope.only:
        related += ["workspace__organization", "workspace__owner"]
    return with_tags(rows).select_related(*related).defer(*NOT_READ)


def compares_secrets(query: ListQuery) -> bool:
    """True if the query asks for equal secrets and nothing else about whose they are."""
    return query.chosen(SECRET) == (SHARED,)


def _copies(scope: AuditScope, rows: Iterable[Credential]) -> Mapping[str, tuple[str, int]]:
    """The digest of each row, and how many places have it."""
    keys = [row.pk for row in rows]
    mine = dict(
        scope.comparable().filter(pk__in=keys).order_by().values_list("pk", "secret_digest")
    )
    counted = scope.comparable().filter(secret_digest__in=set(mine.values())).order_by()
    counts = dict(counted.values_list("secret_digest").annotate(n=Count("*")))
    return {str(pk): (digest, counts.get(digest, 0)) for pk, digest in mine.items() if digest}


def _stored_rows(
    scope: AuditScope,
    rows: Iterable[Credential],
    copies: Mapping[str, tuple[str, int]],
    now: datetime,
) -> Iterable[StoredRow]:
    before = ""
    for row in rows:
        digest, count = copies.get(str(row.pk), ("", 0))
        is_first, before = bool(digest) and digest != before, digest
        shown = credential_view(row, now)
        yield StoredRow(shown, scope.place_of(row), scope.link_to(row), count if is_first else 0)
