"""What became of acknowledged writes where data can be lost: a part of the ledger.

* lost writes = acknowledged writes that are gone: those that had not arrived at the copy that took
  over, those that no backup had, those of a side that gave way when a split was over. What a
  cache has not flushed yet is not gone with its source
* diverged writes = acknowledged writes of a side that another one, which took over meanwhile, knew
  nothing of; they are lost, or somebody has to merge them
* seconds without data = whole seconds from the moment at which data was deleted until it was back

Versions of an item count up from 1 in the first era of a store. Whenever what is there may not be
all there was (a copy took over, a backup was restored), a new era begins: versions in it are higher
than all before, so that the same number never means two different writes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from sandbox.simulation.effects.keys import PERMISSIONS

LOST, DIVERGED = "lost-writes", "diverged-writes"
WITHOUT_DATA = "seconds-without-data"

ERA = 1 << 40
"""More writes of an item than there ever are in one era."""
ITEMS = range(PERMISSIONS)
"""Keys of items; what else a store holds has keys beyond, and no versions."""


class Versions(dict[int, int]):
    """What a store holds in a later era: what it has never heard of is of this era, too."""

    def __init__(self, era: int, survived: Mapping[int, int]) -> None:
        super().__init__(
            (key, era + value % ERA if key in ITEMS else value) for key, value in survived.items()
        )
        self.era = era

    def get(self, key: int, default: int = 0) -> int:  # type: ignore[override]
        """The version of an item, or what else is there under a key."""
        return super().get(key, self.era if key in ITEMS else default)


class Break:
    """A moment from which on not all that was acknowledged before is there.

    As long as it is `open`, somebody still has it, and goes on from there: a split.
    """

    def __init__(self, survived: Mapping[int, int], era: int, *, is_open: bool) -> None:
        self.survived = dict(survived)
        self.era = era
        self.is_open = is_open
        self.beyond: list[tuple[int, int]] = []
        """Items and versions of what was acknowledged and is not among what survived."""

    def is_beyond(self, item: int, version: int) -> bool:
        """Whether a write is of before, or of the other side, and not here."""
        return version < self.era and version > self.survived.get(item, 0)


class Durability:
    """Acknowledged writes by item, and which of them are gone."""

    def __init__(
        self, wrongs: Counter[str], elsewhere: Sequence[Callable[[int, int], bool]] = ()
    ) -> None:
        self.wrongs = wrongs
        self.elsewhere = elsewhere
        """Who says whether an item's version is still to come from somewhere else."""
        self.acknowledged: dict[int, list[int]] = {}
        self.without_data: set[object] = set()
        """Stores whose data was deleted and is not back."""
        self._breaks: list[Break] = []
        self._eras = 0

    def next_era(self) -> int:
        """Begin a new era; the versions in it are higher than this."""
        self._eras += 1
        return self._eras * ERA

    def stood_for(self, item: int, version: int) -> int:
        """What the first version of an item in an era was before; 0 where it is no such version."""
        era = version - version % ERA
        return next((each.survived.get(item, 0) for each in self._breaks if each.era == era), 0)

    def answered(self, item: int, version: int) -> None:
        """A client knows that a write was made, perhaps when it is gone already."""
        for each in self._breaks:
            if self._is_gone(each, item, version):
                self._note(each, item, version)
                return
        self.acknowledged.setdefault(item, []).append(version)

    def broken(self, survived: Mapping[int, int], era: int, *, is_open: bool = False) -> Break:
        """From now on there is only what survived. Raises nothing; counts what is beyond it."""
        made = Break(survived, era, is_open=is_open)
        for item, versions in self.acknowledged.items():
            gone = [version for version in versions if self._is_gone(made, item, version)]
            for version in gone:
                self._note(made, item, version)
            if gone:
                self.acknowledged[item] = [each for each in versions if each not in gone]
        self._breaks.append(made)
        return made

    def _is_gone(self, at: Break, item: int, version: int) -> bool:
        return at.is_beyond(item, version) and not any(has(item, version) for has in self.elsewhere)

    def _note(self, at: Break, item: int, version: int) -> None:
        at.beyond.append((item, version))
        self.wrongs[DIVERGED if at.is_open else LOST] += 1

    def closed(self, split: Break, *, merged: bool) -> None:
        """A split is over: the other side is merged into this one, or all of it is lost."""
        split.is_open = False
        if not merged and split.beyond:
            self.wrongs[LOST] += len(split.beyond)
