"""What a cache has in memory, and which entry goes when there is no room for another."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeAlias

Entry: TypeAlias = tuple[int, float, float]
"""Its version, the moment of filling, and for how many seconds from then on it counts."""


class Entries(OrderedDict[int, Entry]):
    """Entries by key, of which the first is the first to go.

    As it is: first in, first out. A new value keeps its turn, and a look changes nothing.
    """

    def used(self, key: int, entry: Entry) -> None:
        """Somebody has looked at what is there."""

    def keep(self, key: int, entry: Entry, room: int | None) -> None:
        """Take it in; where there are `room` already, one of them goes for it."""
        if room is not None and key not in self and len(self) >= room:
            self.popitem(last=False)
        self[key] = entry

    def forget(self, key: int) -> None:
        """Let it go, if it is there."""
        self.pop(key, None)

    def forget_all(self) -> None:
        """Let all of them go."""
        self.clear()


class LeastRecentlyUsed(Entries):
    """Whose last use is longest ago goes first."""

    def used(self, key: int, entry: Entry) -> None:
        """It is the last to go now."""
        self.move_to_end(key)

    def keep(self, key: int, entry: Entry, room: int | None) -> None:
        """Take it in as the last to go."""
        if key in self:
            self.move_to_end(key)
        elif room is not None and len(self) >= room:
            self.popitem(last=False)
        self[key] = entry


class LeastFrequentlyUsed(Entries):
    """Who was used least often since it came goes first; of equals, who was used longest ago.

    Uses are forgotten with the entry, and never grow old: what was popular once stays long.
    """

    def __init__(self) -> None:
        super().__init__()
        self._uses: dict[int, int] = {}
        self._same: dict[int, OrderedDict[int, None]] = {}
        """Keys by their number of uses, each in the order of the last one."""
        self._least = 1

    def used(self, key: int, entry: Entry) -> None:
        """Count one more use."""
        uses = self._uses[key]
        self._let_go(key, uses)
        if uses == self._least and uses not in self._same:
            self._least = uses + 1
        self._count(key, uses + 1)

    def keep(self, key: int, entry: Entry, room: int | None) -> None:
        """Take it in with one use; a new value of what is there is no use of it."""
        if key not in self:
            if room is not None and len(self) >= room:
                while self._least not in self._same:  # somebody was forgotten meanwhile
                    self._least += 1
                self.forget(next(iter(self._same[self._least])))
            self._least = 1
            self._count(key, 1)
        self[key] = entry

    def forget(self, key: int) -> None:
        """Let it go, and how often it was used."""
        if key in self:
            del self[key]
            self._let_go(key, self._uses.pop(key))

    def forget_all(self) -> None:
        """Let all of them go, and how often they were used."""
        self.clear()
        self._uses.clear()
        self._same.clear()

    def _count(self, key: int, uses: int) -> None:
        self._uses[key] = uses
        self._same.setdefault(uses, OrderedDict())[key] = None

    def _let_go(self, key: int, uses: int) -> None:
        same = self._same[uses]
        del same[key]
        if not same:
            del self._same[uses]


EVICTIONS: dict[str, type[Entries]] = {
    "LRU": LeastRecentlyUsed,
    "LFU": LeastFrequentlyUsed,
    "FIFO": Entries,
}
