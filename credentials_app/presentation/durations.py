"""Numbers of seconds, minutes, hours or days as people read them. Pure."""

from django.utils.translation import ngettext


def count_in_words(count: int, unit: str) -> str:
    """Such as *12 hours*; ``unit`` is s, m, h or d."""
    words = {
        "s": ngettext("%(count)d second", "%(count)d seconds", count),
        "m": ngettext("%(count)d minute", "%(count)d minutes", count),
        "h": ngettext("%(count)d hour", "%(count)d hours", count),
        "d": ngettext("%(count)d day", "%(count)d days", count),
    }
    return words[unit] % {"count": count}
