"""What all oracles share: they hear how requests end, and look at what there is in the end."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox.simulation.behaviours.base import SimNode
from sandbox.simulation.behaviours.primary import Primary
from sandbox.simulation.behaviours.quorum import Copy
from sandbox.simulation.behaviours.replica import Replica
from sandbox.simulation.behaviours.store import Store
from sandbox.simulation.requests import CAME_TO_NOTHING, Request


class Kept:
    """What the system keeps: all stores that are no copy of another, or those of them that are up.

    Where a copy has taken over, it is what that one has.
    """

    def __init__(self, nodes: Sequence[SimNode]) -> None:
        stores = [
            node.leader if isinstance(node, Primary) else node
            for node in nodes
            if isinstance(node, Store) and not isinstance(node, Replica)
        ]
        self._stores = [each for each in stores if each.is_up] or stores
        copies = [node for node in nodes if isinstance(node, Copy)]
        self._copies = [each.kept() for each in [c for c in copies if c.is_up] or copies]

        self._durability = nodes[0].ledger.durability if nodes else None

    def before(self, item: int, version: int) -> int:
        """What a version was before a copy took over, or a backup was restored; 0 if it is new."""
        return 0 if self._durability is None else self._durability.stood_for(item, version)

    def newest(self, key: int) -> int:
        """The newest version of a key, wherever it is; 0 if it was never written."""
        there = (*(each.versions for each in self._stores), *self._copies)
        return max((versions.get(key, 0) for versions in there), default=0)

    def total(self, key: int) -> int:
        """What is under a key in all stores together."""
        return sum(each.versions.get(key, 0) for each in self._stores)


class Oracle:
    """Hears of every request of the operations that it is about, and counts in the end.

    A request is either answered or lost, once. What was lost may have had its effect all the same.
    """

    def answered(self, request: Request, now: float) -> None:
        """A client has got its answer."""

    def lost(self, request: Request) -> None:
        """A client was told of an error, has left, or has heard nothing by the end of the run."""

    def counted(self, kept: Kept) -> dict[str, int]:
        """The counters in the end, by the names of `documents/counters.py`."""
        raise NotImplementedError


def took_effect(request: Request) -> bool:
    """Whether the answer says that something was done."""
    return request.answer not in CAME_TO_NOTHING
