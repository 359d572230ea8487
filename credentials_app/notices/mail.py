"""The mail of one person: about one piece of news, or several in a digest."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from common.links import absolute
from common.outbox import Words
from credentials_app.models import Notice, NoticeKind
from credentials_app.notices.content import content_of
from credentials_app.notices.unsubscribe import Kind, headers_for, link_for
from workspaces.clock import clock_of
from workspaces.mails.compose import render_mail
from workspaces.models import User, Workspace

MOST_ITEMS = 50
ORDER = (
    NoticeKind.BAD,
    NoticeKind.EXPIRING,
    NoticeKind.UNREACHABLE,
    NoticeKind.GOOD,
    NoticeKind.REACHABLE,
)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
REMINDERS = frozenset({NoticeKind.EXPIRING})


@dataclass
class Latest:
    """The newest notice about one thing, and how many it stands for."""

    notice: Notice
    times: int = 1


def notice_mail(person: User, news: Iterable[Notice], now: datetime) -> Words:
    """The words of the mail, by this person's clock, with the way out of such mails."""
    latest = latest_of(news)
    place = _place(latest)
    shown = latest[:MOST_ITEMS]
    prefetch_related_objects([each.notice for each in shown], "change__run")
    with clock_of(person.time_zone):
        items = [content_of(each.notice, now, times=each.times) for each in shown]
    alone = len(latest) == 1
    context = {
        "item": items[0],
        "items": items,
        "unnamed": len(latest) - len(shown),
        "link": items[0].link,
        "preferences": absolute(reverse("notices:preferences")),
        "stop": link_for(Kind.NOTICES, person, place),
        "place": place,
    }
    subject = _alone(items[0].heading, place) if alone else _summary(latest, place)
    template = "notice" if alone else "digest"
    said = render_mail(template, subject, context, time_zone=person.time_zone)
    return replace(said, headers=headers_for(Kind.NOTICES, person, place))


def latest_of(news: Iterable[Notice]) -> list[Latest]:
    """The newest of each thing: of a credential its last change, its nearest end; of a registry."""
    found: dict[tuple[object, bool], Latest] = {}
    for notice in news:
        about = (notice.credential_id or notice.server, notice.kind in REMINDERS)
        before = found.get(about)
        found[about] = Latest(notice, before.times + 1 if before else 1)
    return sorted(found.values(), key=_place_in_mail)


def _place_in_mail(each: Latest) -> tuple[int, datetime]:
    """By kind, what ends first going first; else as it came."""
    notice = each.notice
    return ORDER.index(NoticeKind(notice.kind)), notice.ends_at or LONG_AGO


def _place(latest: list[Latest]) -> Workspace | None:
    """The workspace that all of it is about."""
    places = {each.notice.workspace for each in latest}
    return places.pop() if len(places) == 1 else None


def _alone(heading: str, place: Workspace | None) -> str:
    return f"{heading} ({place.label})" if place else heading


def _summary(latest: list[Latest], place: Workspace | None) -> str:
    """Such as: 2 turned bad, 1 ends soon (Acme / Web)."""
    counts = Counter(NoticeKind(each.notice.kind) for each in latest)
    told = ", ".join(f"{counts[kind]} {kind.label}" for kind in ORDER if counts[kind])
    where = place.label if place else _("several workspaces")
    return f"{told} ({where})"
