"""The text of a notice, for the mail about one notice and for the digest."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.links import absolute
from credentials_app.expiry import expiry_of
from credentials_app.models import (
    Credential,
    Notice,
    NoticeKind,
    SeenAddress,
    StatusChange,
    tags_of,
)
from credentials_app.notices.outage_advice import advice_for
from credentials_app.notices.timing import INSTANT
from credentials_app.presentation.badge import remark_on
from credentials_app.presentation.credential import SOURCES
from credentials_app.presentation.messages import text_of
from credentials_app.serialization import load_verdict
from credentials_app.status import COULD_NOT_CHECK, EXPIRING, STATUS_LABELS, Notify, Status, Tone
from registry.addresses.origins import Origin
from workspaces.places import credentials_url


@dataclass(frozen=True)
class NoticeContent:
    """``heading`` says the news, the rest explains it. ``names`` are names of credentials.

    ``times`` is the number of notices that it stands for.
    """

    heading: str
    tone: Tone
    cause: str = ""
    steps: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    unnamed: int = 0
    link: str = ""
    times: int = 1


def content_of(notice: Notice, now: datetime, *, times: int = 1) -> NoticeContent:
    """The text of a notice, in the time zone that is set."""
    if notice.credential is None:
        return _of_registry(notice, now)
    if notice.kind == NoticeKind.EXPIRING:
        return _of_end(notice, notice.credential, now)
    if notice.seen is not None:
        return _of_new_address(notice.seen, notice.credential)
    assert notice.change is not None  # noqa: S101  # all others have one
    if notice.kind == NoticeKind.BROUGHT_BACK:
        return _of_bringing_back(notice.change, notice.credential)
    return _of_change(notice.change, notice.credential, times)


def _of_change(change: StatusChange, row: Credential, times: int) -> NoticeContent:
    label, is_good = STATUS_LABELS[Status(change.new)], change.tell == Notify.GOOD
    verdict = load_verdict(change.run.verdict if change.run else None)
    advice = [text_of(each) for each in verdict.advice] if verdict else []
    heading = _("%(name)s works again") if is_good else _("%(name)s: %(word)s")
    facts = [*_facts_about(row), (_("Since"), moment_in_words(change.at))]
    if row.status != change.new:
        facts.append((_("Now"), _status_in_words(row)))
    elif remark_on(row, label):
        facts.append((_("Status"), _status_in_words(row)))
    if not is_good:
        provider = verdict.provider if verdict else row.provider
        facts.append((_("What it means"), _page_about(provider)))
    return NoticeContent(
        heading=heading % {"name": row.name, "word": str(label.word).lower()},
        tone=label.tone,
        cause=text_of(verdict.message) if verdict else "",
        steps=() if is_good else tuple(advice or [str(label.next_step)]),
        facts=tuple(facts),
        link=_page_of(row),
        times=times,
    )


def _of_bringing_back(change: StatusChange, row: Credential) -> NoticeContent:
    facts = [*_facts_about(row), (_("When"), moment_in_words(change.at))]
    if row.secret_set_at == change.at:
        facts.append((_("By"), row.secret_set_by))
    return NoticeContent(
        heading=_("%(name)s: a former secret was brought back") % {"name": row.name},
        tone=Tone.WARN,
        cause=_("A secret that had been replaced is stored and checked again."),
        steps=(_("If you do not know why, ask who did it, and replace the secret."),),
        facts=tuple(facts),
        link=_page_of(row),
    )


def _of_new_address(seen: SeenAddress, row: Credential) -> NoticeContent:
    facts = [*_facts_about(row), (_("Address"), seen.address)]
    facts.append((_("First seen"), moment_in_words(seen.first_at)))
    return NoticeContent(
        heading=_("%(name)s was used from a new address") % {"name": row.name},
        tone=Tone.WARN,
        cause=_("The provider lists an address that was not there before and is not ours."),
        steps=(
            _("If you do not know the address, replace the secret and revoke the old one."),
            _("If Lockkeeper itself has a new address, this may be it."),
        ),
        facts=tuple(facts),
        link=_page_of(row),
    )


def _of_end(notice: Notice, row: Credential, now: datetime) -> NoticeContent:
    end = expiry_of(row)
    at = end.at or notice.ends_at or now
    facts = [*_facts_about(row)]
    if end.last_day:
        facts.append((_("Last day"), f"{date_format(end.last_day, 'j M Y')} (UTC)"))
    if remark_on(row, EXPIRING):
        facts.append((_("Status"), _status_in_words(row)))
    facts += [(_("Ends"), moment_in_words(at)), (_("Known from"), str(SOURCES[end.source]))]
    facts.append((_("How to replace it"), _page_about(row.provider)))
    return NoticeContent(
        heading=_("%(name)s %(ends)s") % {"name": row.name, "ends": ends(at, now)},
        tone=Tone.WARN,
        steps=(str(EXPIRING.next_step),),
        facts=tuple(facts),
        link=_page_of(row),
    )


def ends(at: datetime, now: datetime) -> str:
    """How soon it ends, in whole days; *today* is by the recipient's clock."""
    last = at - INSTANT
    days = (last - now).days
    if timezone.localtime(last).date() == timezone.localtime(now).date():
        return _("ends today")
    if days < 1:
        return _("ends in less than a day")
    return ngettext("ends in %(days)s day", "ends in %(days)s days", days) % {"days": days}


def _of_registry(notice: Notice, now: datetime) -> NoticeContent:
    server = Origin.parse(notice.server).display
    began = moment_in_words(notice.since or notice.made_at)
    if notice.kind == NoticeKind.REACHABLE:
        return NoticeContent(
            heading=_("%(server)s can be checked again") % {"server": server},
            tone=Tone.GOOD,
            facts=(
                (
                    _("Not checked"),
                    f"{began} – {moment_in_words(notice.ends_at or notice.made_at)}",
                ),
            ),
        )
    advice = advice_for(notice)
    facts = [(_("Since"), began)]
    if advice.provider:
        facts.append((_("What it means"), _page_about(advice.provider)))
    return NoticeContent(
        heading=_("%(server)s could not be checked") % {"server": server},
        tone=COULD_NOT_CHECK.tone,
        cause=advice.cause,
        steps=advice.steps,
        facts=tuple(facts),
        names=advice.names,
        unnamed=advice.unnamed,
        link=advice.link,
    )


def _facts_about(row: Credential) -> list[tuple[str, str]]:
    facts = [
        (_("Workspace"), row.workspace.label),
        (_("Registry"), row.origin.display),
        (_("User name"), row.username),
        (_("Repository"), row.repository),
        (_("Tags"), ", ".join(tags_of(row))),
    ]
    return [(name, value) for name, value in facts if value]


def _status_in_words(row: Credential) -> str:
    label = STATUS_LABELS[Status(row.status)]
    remark = remark_on(row, label)
    return f"{label.word}, {str(remark.word).lower()}" if remark else str(label.word)


def _page_of(row: Credential) -> str:
    return absolute(credentials_url(row.workspace, "detail", pk=row.pk))


def _page_about(provider: str) -> str:
    return absolute(reverse("help:provider", args=[provider]))


def moment_in_words(at: datetime) -> str:
    """A moment by the recipient's clock."""
    return date_format(timezone.localtime(at), "j M Y, H:i T")
