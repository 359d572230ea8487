"""The tags of a credential as pages show them: a dot of a color, the name, the list of all."""

from dataclasses import dataclass
from urllib.parse import urlencode
from zlib import crc32

from credentials_app.models import Credential, tags_of

HUES = 8
SPREAD = 5
"""With these bits of the hash prod, staging, ci, dev and k8s differ."""
MOST_IN_A_ROW = 3


@dataclass(frozen=True)
class TagView:
    """``hue`` is the number of a color of the style sheets, the same for a name everywhere;
    ``query``: the query string of the list of all that have it."""

    name: str
    hue: int
    query: str


@dataclass(frozen=True)
class TagViews:
    """All tags of a credential, and those for which a row has room."""

    all: tuple[TagView, ...] = ()

    @property
    def first(self) -> tuple[TagView, ...]:
        """Those that a row shows."""
        return self.all[:MOST_IN_A_ROW]

    @property
    def more(self) -> int:
        """How many a row does not show."""
        return len(self.all) - len(self.first)

    @property
    def rest(self) -> str:
        """The names of those that a row does not show."""
        return ", ".join(each.name for each in self.all[MOST_IN_A_ROW:])

    @property
    def words(self) -> str:
        """All names in one line."""
        return ", ".join(each.name for each in self.all)


def tag_hue(name: str) -> int:
    """The number of the color of a tag."""
    return (crc32(name.encode()) >> SPREAD) % HUES + 1


def tag_views(row: Credential) -> TagViews:
    """The tags of a credential."""
    return TagViews(
        tuple(TagView(n, tag_hue(n), f"?{urlencode({'tag': n})}") for n in tags_of(row))
    )
