"""Who fetches a credential from here, and which version each of them has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials_app.models import Credential, Fetch, FetchKind

LATELY = timedelta(days=7)
MOST_SHOWN = 20
MOST_READ = 2000
MOST_DAYS, MOST_OF_A_DAY = 2, 3


@dataclass(frozen=True)
class ConsumerView:
    """One consumer by its last fetch. ``has_old``: it has a secret that was replaced since."""

    label: str
    kind: str | Promise
    address: str
    image: str
    version: int
    has_old: bool
    last_at: datetime


@dataclass(frozen=True)
class DayOfFetches:
    """All fetches of one day (UTC): how many, when the last one was, and by what."""

    last_at: datetime
    count: int
    consumers: tuple[str, ...]

    @property
    def words(self) -> str:
        """How often it was fetched."""
        return ngettext("Fetched", "Fetched %(count)d times", self.count) % {"count": self.count}

    @property
    def consumer_words(self) -> str:
        """The first consumers by name, and how many others."""
        named = ", ".join(self.consumers[:MOST_OF_A_DAY])
        more = len(self.consumers) - MOST_OF_A_DAY
        return (
            _("%(named)s and %(more)d more") % {"named": named, "more": more} if more > 0 else named
        )


@dataclass(frozen=True)
class ConsumersView:
    """The consumers of 90 days, those with an old secret first; ``more`` are not shown.

    ``days``: the newest days with fetches.

    ``lately``: how many fetched within 7 days; ``behind``: how many of these have an old secret.
    """

    shown: tuple[ConsumerView, ...] = ()
    more: int = 0
    lately: int = 0
    behind: int = 0
    days: tuple[DayOfFetches, ...] = ()

    @property
    def behind_words(self) -> str:
        """Empty if nobody who fetched lately has an old secret."""
        if not self.behind:
            return ""
        words = ngettext(
            "%(count)d consumer still has the old secret: it fetched that in the last 7 days, and "
            "not the present one.",
            "%(count)d consumers still have the old secret: they fetched that in the last 7 days, "
            "and not the present one.",
            self.behind,
        )
        return words % {"count": self.behind}

    @property
    def lately_words(self) -> str:
        """Empty if nobody fetched it lately."""
        if not self.lately:
            return ""
        words = ngettext(
            "%(count)d consumer fetched it in the last 7 days.",
            "%(count)d consumers fetched it in the last 7 days.",
            self.lately,
        )
        return words % {"count": self.lately}


def consumers_view(row: Credential, now: datetime, *, with_addresses: bool) -> ConsumersView:
    """One query, and none for a credential that nobody has fetched."""
    if row.fetched_at is None:
        return ConsumersView()
    rows = list(Fetch.objects.filter(credential=row).order_by("-last_at", "-pk")[:MOST_READ])
    last = _last_of_each(rows)
    lately = [each for each in last if each.last_at > now - LATELY]
    views = [_view(each, row, with_addresses) for each in last]
    views.sort(key=lambda each: not each.has_old)
    return ConsumersView(
        shown=tuple(views[:MOST_SHOWN]),
        more=len(views[MOST_SHOWN:]),
        lately=len(lately),
        behind=sum(each.secret_version < row.secret_version for each in lately),
        days=tuple(_days(rows)),
    )


def _days(rows: Iterable[Fetch]) -> list[DayOfFetches]:
    """The newest days of these rows."""
    days: dict[date, list[Fetch]] = {}
    for each in rows:
        days.setdefault(each.day, []).append(each)
    return [
        DayOfFetches(
            last_at=fetches[0].last_at,
            count=sum(each.count for each in fetches),
            consumers=tuple(dict.fromkeys(map(_name, fetches))),
        )
        for fetches in list(days.values())[:MOST_DAYS]
    ]


def _name(fetch: Fetch) -> str:
    """A token by its name and client. A person is not named here: not every reader may see whom."""
    kind = str(FetchKind(fetch.kind).label)
    return kind if fetch.kind == FetchKind.EXPORT else f"{fetch.label} ({kind})"


def _last_of_each(rows: Iterable[Fetch]) -> Sequence[Fetch]:
    """The newest fetch of each consumer, in the order of the rows."""
    found: dict[str, Fetch] = {}
    for each in rows:
        found.setdefault(each.consumer, each)
    return list(found.values())


def _view(fetch: Fetch, row: Credential, with_addresses: bool) -> ConsumerView:
    return ConsumerView(
        label=fetch.label,
        kind=FetchKind(fetch.kind).label,
        address=fetch.address if with_addresses else "",
        image=fetch.image,
        version=fetch.secret_version,
        has_old=fetch.secret_version < row.secret_version,
        last_at=fetch.last_at,
    )
