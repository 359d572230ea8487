"""The strip of the next 90 days: weeks as columns, a dot for each credential that ends. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from credentials_app.presentation.provider_marks import ProviderMark

DAYS_AHEAD = 90
WEEK = timedelta(days=7)
HEIGHT, FLOOR, STEP, MOST_DOTS = 116, 90, 13, 6
"""In pixels: the drawing, the line on which the dots stand, and the room of a dot."""
MOST_NAMES = 6
LONGEST_NAME = 22


@dataclass(frozen=True)
class Ending:
    """A credential that ends within the strip; ``day`` is its last day, by UTC."""

    name: str
    url: str
    day: date
    mark: ProviderMark
    place: str = ""

    @property
    def short(self) -> str:
        """The name, cut to fit into the drawing."""
        is_long = len(self.name) > LONGEST_NAME
        return f"{self.name[: LONGEST_NAME - 1]}…" if is_long else self.name


@dataclass(frozen=True)
class Dot:
    """A dot at a height of the drawing; ``hue`` is that of its provider."""

    y: int
    hue: int


@dataclass(frozen=True)
class Line:
    """A line of text at a height of the drawing."""

    y: int
    text: str


@dataclass(frozen=True)
class Week:
    """A column of the strip; ``left``, ``width``, ``middle`` and ``right`` are percent of the
    drawing. ``is_late``: in its second half, where names stand to the left."""

    monday: date
    left: str
    width: str
    middle: str
    right: str
    count: int
    endings: tuple[Ending, ...]
    is_late: bool
    month: str = ""

    @property
    def dots(self) -> tuple[Dot, ...]:
        """From the floor up; a number says how many more there are."""
        hues = [each.mark.hue for each in self.endings[:MOST_DOTS]]
        return tuple(Dot(FLOOR - 8 - number * STEP, hue) for number, hue in enumerate(hues))

    @property
    def more_dots(self) -> int:
        """How many have no dot."""
        return self.count - min(len(self.endings), MOST_DOTS)

    @property
    def named(self) -> tuple[Ending, ...]:
        """Those that the table names."""
        return self.endings[:MOST_NAMES]

    @property
    def more_names(self) -> int:
        """How many the table does not name."""
        return self.count - len(self.named)

    @property
    def lines(self) -> tuple[Line, ...]:
        """What hover and focus show over the drawing."""
        texts = [f"{each.short}, {each.day.day} {each.day:%b}" for each in self.named]
        texts += [f"and {self.more_names} more"] if self.more_names else []
        return tuple(Line(12 + 14 * number, text) for number, text in enumerate(texts))

    @property
    def sunday(self) -> date:
        """The last day of the week."""
        return self.monday + timedelta(days=6)


@dataclass(frozen=True)
class Strip:
    """All weeks; ``today`` is where today is, in percent of the drawing."""

    weeks: tuple[Week, ...]
    today: str
    count: int
    marks: tuple[ProviderMark, ...]
    height: int = HEIGHT
    floor: int = FLOOR

    @property
    def used(self) -> tuple[Week, ...]:
        """The weeks in which something ends."""
        return tuple(week for week in self.weeks if week.count)


def week_starts(now: datetime) -> list[datetime]:
    """The Mondays of the columns: this week's first, until the last day of the strip."""
    today = now.astimezone(UTC).date()
    first = datetime.combine(today - timedelta(days=today.weekday()), time.min, UTC)
    last = now + timedelta(days=DAYS_AHEAD)
    count = (last - first) // WEEK + 1
    return [first + number * WEEK for number in range(count)]


def strip_of(endings: Iterable[Ending], counts: Mapping[int, int], now: datetime) -> Strip:
    """The strip; ``counts`` says how many end in each week, also where fewer are named."""
    starts = week_starts(now)
    first, width = starts[0].date(), 100 / len(starts)
    of_week: dict[int, list[Ending]] = defaultdict(list)
    for each in sorted(endings, key=lambda each: (each.day, each.name)):
        of_week[(each.day - first).days // 7].append(each)
    weeks = tuple(
        Week(
            monday=start.date(),
            left=f"{number * width:.2f}%",
            width=f"{width:.2f}%",
            middle=f"{(number + 0.5) * width:.2f}%",
            right=f"{(number + 1) * width:.2f}%",
            count=counts.get(number, 0),
            endings=tuple(of_week[number]),
            is_late=number >= len(starts) / 2,
            month=_month(starts, number),
        )
        for number, start in enumerate(starts)
    )
    today = (now - starts[0]) / WEEK * width
    marks = {each.mark.slug: each.mark for found in of_week.values() for each in found}
    by_label = tuple(sorted(marks.values(), key=lambda mark: mark.label))
    return Strip(weeks, f"{today:.2f}%", sum(counts.values()), by_label)


def _month(starts: list[datetime], number: int) -> str:
    """The month that begins in this week, or that the strip begins with; else empty."""
    sunday = starts[number] + timedelta(days=6)
    begins = number == 0 or sunday.day <= 7
    follows = number == 0 and len(starts) > 1 and (starts[1] + timedelta(days=6)).day <= 7
    return f"{sunday:%b}" if begins and not follows else ""
