"""The time zones that people choose from, by continent, and the right name of an alias.

The names are those of tzdata's ``zone.tab``, which has a city for each country; the aliases, such
as `US/Eastern`, those of ``tzdata.zi`` (https://data.iana.org/time-zones/tz-link.html).
"""

from collections.abc import Mapping
from functools import cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from zoneinfo import TZPATH, available_timezones

from django import forms

UTC = "UTC"
NAMES_OF_UTC = frozenset({"Etc/UTC", "Etc/GMT"})
CONTINENTS = frozenset(
    (
        *("Africa", "America", "Antarctica", "Arctic", "Asia"),
        *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
    )
)

Group = tuple[str, list[tuple[str, str]]]


def choices_with(stored: str) -> list[tuple[str, str] | Group]:
    """The choices of a select: UTC, then the cities by continent.

    ``stored``: what a person has chosen before; an alias comes first, under its own name.
    """
    cities = groupby(zone_names(), key=_continent)
    groups = [(continent, [(name, _city(name)) for name in names]) for continent, names in cities]
    kept = [] if stored in {"", UTC, *zone_names()} else [(stored, stored)]
    return [*kept, (UTC, UTC), *groups]


@cache
def zone_names() -> tuple[str, ...]:
    """Every city, in the order of the alphabet; where there is no ``zone.tab``, every name of one
    that this machine knows."""
    known = available_timezones()
    listed = {row[2] for row in _rows("zone.tab")} & known
    return tuple(sorted(listed or {name for name in known if _continent(name) in CONTINENTS}))


def right_name(name: str) -> str:
    """UTC, or the city that a name or alias means; empty if it is no time zone."""
    target = _aliases().get(name, name)
    if name == UTC or target in NAMES_OF_UTC:
        return UTC
    return next((each for each in (name, target) if each in zone_names()), "")


class BrowserZone(forms.HiddenInput):
    """A hidden field for the time zone of the browser, which a script fills in.

    What is no time zone is UTC, and no error: a person cannot see the field.
    """

    def __init__(self) -> None:
        super().__init__(attrs={"data-browser-zone": ""})

    def value_from_datadict(self, data: Mapping[str, object], files: object, name: str) -> str:
        return right_name(str(data.get(name, ""))) or UTC


class BrowserZoneField(forms.CharField):
    """The time zone of the browser; UTC if there is none."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=BrowserZone())


@cache
def _aliases() -> Mapping[str, str]:
    links = (row for row in _rows("tzdata.zi") if row[0] == "L")
    return MappingProxyType({alias: target for _link, target, alias in links})


def _rows(file: str) -> list[list[str]]:
    paths = (Path(folder) / file for folder in TZPATH)
    found = next((path for path in paths if path.is_file()), None)
    lines = found.read_text(encoding="utf-8").splitlines() if found else []
    return [line.split() for line in lines if line.strip() and not line.startswith("#")]


def _continent(name: str) -> str:
    return name.partition("/")[0]


def _city(name: str) -> str:
    return name.partition("/")[2].replace("/", ", ").replace("_", " ")
