"""The mail to one person: about one notice, or a digest of several."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.links import absolute
from common.outbox import Words
from credentials_app.models import Notice, NoticeKind
from credentials_app.notices.content import content_of
from credentials_app.notices.unsubscribe import Kind, headers_for, link_for
from workspaces.clock import clock_of
from workspaces.mails.compose import render_mail
from workspaces.models import User, Workspace
from workspaces.places import credentials_url

MOST_ITEMS = 25
LISTED_FROM = 4
"""A mail with so many items begins with a list of them."""
ORDER = (
    NoticeKind.BROUGHT_BACK,
    NoticeKind.NEW_ADDRESS,
    NoticeKind.BAD,
    NoticeKind.EXPIRING,
    NoticeKind.UNREACHABLE,
    NoticeKind.GOOD,
    NoticeKind.REACHABLE,
)
NO_END = datetime.min.replace(tzinfo=UTC)
APART = frozenset({NoticeKind.EXPIRING, NoticeKind.BROUGHT_BACK, NoticeKind.NEW_ADDRESS})
"""Kinds of notices that no later notice about the same credential replaces."""


@dataclass
class Latest:
    """The newest notice about one credential or registry, and how many it stands for."""

    notice: Notice
    times: int = 1


def notice_mail(person: User, news: Iterable[Notice], now: datetime) -> Words:
    """The words of the mail, by this person's clock, with a link to unsubscribe."""
    latest = latest_of(news)
    workspace = _only_workspace(latest)
    shown = latest[:MOST_ITEMS]
    notices = [each.notice for each in shown]
    prefetch_related_objects(notices, "change__run", "credential__tags")
    with clock_of(person.time_zone):
        items = [content_of(each.notice, now, times=each.times) for each in shown]
    alone = len(latest) == 1
    context = {
        "item": items[0],
        "items": items,
        "listed": len(items) >= LISTED_FROM,
        "unnamed": len(latest) - len(shown),
        "everything": _page_of_all(workspace),
        "link": items[0].link,
        "preferences": absolute(reverse("notices:preferences")),
        "stop": link_for(Kind.NOTICES, person, workspace),
        "place": workspace,
    }
    subject = _with_workspace(items[0].heading, workspace) if alone else _summary(latest, workspace)
    template = "notice" if alone else "digest"
    words = render_mail(template, subject, context, time_zone=person.time_zone)
    return replace(words, headers=headers_for(Kind.NOTICES, person, workspace))


def latest_of(news: Iterable[Notice]) -> list[Latest]:
    """The newest notice of each kind: a credential's change, its end, a former secret that was
    brought back, each new address, an outage."""
    found: dict[tuple[object, str], Latest] = {}
    for notice in news:
        apart = f"{notice.kind}{notice.seen_id or ''}" if notice.kind in APART else ""
        about = (notice.credential_id or notice.server, apart)
        before = found.get(about)
        found[about] = Latest(notice, before.times + 1 if before else 1)
    return sorted(found.values(), key=_mail_order)


def _mail_order(each: Latest) -> tuple[int, datetime]:
    """By kind, then by the nearest end."""
    notice = each.notice
    return ORDER.index(NoticeKind(notice.kind)), notice.ends_at or NO_END


def _only_workspace(latest: list[Latest]) -> Workspace | None:
    """The workspace of all notices; None if they are about several."""
    workspaces = {each.notice.workspace for each in latest}
    return workspaces.pop() if len(workspaces) == 1 else None


def _page_of_all(workspace: Workspace | None) -> str:
    """Where the items stand that the mail does not name."""
    return absolute(credentials_url(workspace, "list") if workspace else "/")


def _with_workspace(heading: str, workspace: Workspace | None) -> str:
    return f"{heading} ({workspace.label})" if workspace else heading


def _summary(latest: list[Latest], workspace: Workspace | None) -> str:
    """Such as: 2 turned bad, 1 ends soon (Acme / Web)."""
    counts = Counter(NoticeKind(each.notice.kind) for each in latest)
    counted = ", ".join(_counted(kind, counts[kind]) for kind in ORDER if counts[kind])
    where = workspace.label if workspace else _("several workspaces")
    return f"{counted} ({where})"


def _counted(kind: NoticeKind, count: int) -> str:
    """The count with its words: number and verb agree."""
    if kind is NoticeKind.EXPIRING:
        return ngettext("%(count)s ends soon", "%(count)s end soon", count) % {"count": count}
    return f"{count} {kind.label}"
