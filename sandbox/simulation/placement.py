"""Where a key is, among shards or partitions: anywhere, or beside its neighbours."""

from __future__ import annotations

from sandbox.documents.level import Level
from sandbox.simulation.draws import generator

_EVEN = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1


class Placement:
    """So many places. With keys `in_order`, each has a range of them; else chance says which.

    The newest keys, which are the most popular, come first in order.
    """

    def __init__(self, seed: int, of: str, places: int, *, in_order: bool) -> None:
        self.places = places
        self.in_order = in_order
        self._salt = generator(seed, f"keys at {of}").getrandbits(64)

    def home(self, key: int, first: int, count: int) -> int:
        """The place of a key, where keys of its sort are so many from `first` on."""
        if self.in_order:
            return min((key - first) * self.places // count, self.places - 1)
        return self.mixed(key) % self.places

    def mixed(self, number: int) -> int:
        """A number that tells nothing of the one it is made from; the same for the same seed."""
        mixed = (number ^ self._salt) * _EVEN & _WORD
        mixed = (mixed ^ mixed >> 32) * _EVEN & _WORD
        return mixed >> 24


def how_many(level: Level, of: str) -> int:
    """How many things there are that are called so."""
    every = (operation.items for operation in level.operations.values())
    return max(items.count for items in every if items is not None and items.of == of)
