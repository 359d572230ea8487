"""What this process keeps for half a minute, with the parts of pages made of it.

Overviews, and the counts of a list. A snapshot counts only for the same workspaces, and only while
the newest change in their audit log is the same: who changes something sees it at once, whichever
process answers. Its pages are kept by what the reader may do, and by their time zone.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, ClassVar, Generic, TypeVar

LIFE_S = 30
MOST = 200
Value = TypeVar("Value")


@dataclass(frozen=True)
class Snapshot(Generic[Value]):
    """A value as it was; ``made_at`` is a reading of the monotonic clock."""

    value: Value
    made_at: float
    _pages: dict[Hashable, str] = field(default_factory=dict)

    def page(self, reader: Hashable, render: Callable[[], str]) -> str:
        """The page for readers of this kind; ``render`` makes it for the first of them."""
        found = self._pages.get(reader)
        return found if found is not None else self._pages.setdefault(reader, render())


class Snapshots:
    """The newest snapshots, each under what it depends on."""

    _kept: ClassVar["OrderedDict[Hashable, Snapshot[Any]]"] = OrderedDict()
    _lock: ClassVar[Lock] = Lock()

    @classmethod
    def get(cls, key: Hashable, read: Callable[[], Value]) -> Snapshot[Value]:
        """The snapshot under this key; ``read`` makes a value if there is no young one."""
        now = time.monotonic()
        with cls._lock:
            found = cls._kept.get(key)
        if found is not None and now - found.made_at < LIFE_S:
            return found
        made = Snapshot(read(), now)
        with cls._lock:
            cls._kept[key] = made
            cls._kept.move_to_end(key)
            while len(cls._kept) > MOST:
                cls._kept.popitem(last=False)
        return made

    @classmethod
    def forget_all(cls) -> None:
        """Keep nothing."""
        with cls._lock:
            cls._kept.clear()
