"""Times and durations in words."""

from datetime import date, datetime, timedelta

from django import template
from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.formats import date_format
from django.utils.html import avoid_wrapping, format_html
from django.utils.timesince import TIME_STRINGS, timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

JUST_NOW = timedelta(minutes=1)
MINUTES_OF_A_DAY = 24 * 60
IN_DAYS = timedelta(days=60)
"""A week is too coarse for an end that comes near, and mails count days too."""


@register.simple_tag
def moment(at: datetime | None, never: str = "–") -> str:
    """The distance to now in words, the exact time on hover; ``never`` for None."""
    if at is None:
        return never
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        timezone.localtime(at).isoformat(),
        exactly(at),
        spoken(at),
    )


@register.simple_tag
def exactly(at: datetime) -> str:
    """The day and the minute, by the reader's clock."""
    local = timezone.localtime(at)
    return f"{day_in_words(local)}, {local:%H:%M} {local.tzname()}"


@register.filter
def spoken(at: datetime) -> str:
    """The distance to now in one unit, such as ``3 hours ago``; below 60 days never in weeks."""
    now = timezone.now()
    if abs(now - at) < JUST_NOW:
        return _("just now") if at <= now else _("in a moment")
    if at < now:
        return _("%(span)s ago") % {"span": _span(at, now)}
    return _("in %(span)s") % {"span": _span(now, at)}


def _span(since: datetime, until: datetime) -> str:
    days = (until - since).days
    if timedelta(days=1) <= until - since < IN_DAYS:
        return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    minutes = (until - since) // timedelta(minutes=1)
    if minutes < MINUTES_OF_A_DAY:
        unit, count = ("minute", minutes) if minutes < 60 else ("hour", minutes // 60)
        return avoid_wrapping(TIME_STRINGS[unit] % {"num": count})
    return timesince(since, until, depth=1)


def day_in_words(on: date) -> str:
    """A day as every page writes it: ``11 Dec 2026``."""
    return f"{on.day} {MONTHS_3[on.month].title()} {on.year}"


@register.simple_tag
def until(at: datetime) -> str:
    """A time to come by the reader's clock, and how far it is: ``23:41 (in 51 minutes)``."""
    local = timezone.localtime(at)
    is_today = local.date() == timezone.localtime(timezone.now()).date()
    clock = date_format(local, "H:i" if is_today else "j M, H:i")
    return format_html('<time datetime="{}">{}</time> ({})', local.isoformat(), clock, spoken(at))


@register.simple_tag
def since(at: datetime) -> str:
    """When something began, and how long that is: ``30 Oct 2026 (31 days)``, today ``14:05``."""
    local, now = timezone.localtime(at), timezone.localtime(timezone.now())
    day = f"{local:%H:%M}" if local.date() == now.date() else day_in_words(local)
    span = f" ({_span(at, now)})" if now - at >= JUST_NOW else ""
    return format_html('<time datetime="{}">{}</time>{}', local.isoformat(), day, span)


@register.filter
def days_left(at: datetime) -> int:
    """The whole days until then; negative for a time that is past."""
    return (at - timezone.now()).days


@register.simple_tag
def day(on: date | None, never: str = "–") -> str:
    """A calendar day, the same in every time zone."""
    if on is None:
        return never
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), day_in_words(on))


@register.simple_tag
def span_of_days(since: datetime, until: datetime) -> str:
    """From the day of one time to the day of another: ``2 Nov – 29 Nov``; one day alone. The year
    stands with days of another year."""
    ends = [timezone.localtime(at) for at in (since, until)]
    is_this_year = {at.year for at in ends} == {timezone.localtime(timezone.now()).year}
    days = [date_format(at, "j M" if is_this_year else "j M Y") for at in ends]
    return " – ".join(dict.fromkeys(days))


@register.filter
def milliseconds(took: int) -> str:
    """A duration in milliseconds as ``250 ms`` or ``1.2 s``."""
    return f"{took} ms" if took < 1000 else f"{took / 1000:.1f} s"
