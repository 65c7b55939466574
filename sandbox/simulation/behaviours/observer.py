"""An observer: monitoring. It looks now and then, and calls somebody when it is bad for long."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from sandbox.simulation.behaviours.base import Place, SimNode
from sandbox.simulation.requests import ABANDONED, FAILED, LATE, REJECTED

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring
    from sandbox.simulation.world import World

BLIND = "blind-seconds"
"""Seconds in which clients were failed and nobody had been called."""
BAD = 0.05
"""The share of outcomes, late or lost, from which a second counts as one in which it is bad."""
_WRONG = (LATE, REJECTED, FAILED, ABANDONED)


class Observer(SimNode):
    """Looks every so often; after so many bad looks in a row somebody is called.

    From `outside` it sees what clients get, and nothing can hurt it. From `inside` it sees every
    node, so that it knows of a death before any client has told; but it dies like the others do.

    Fails by looking too seldom, by calling for nothing, and by being down with what it watches.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.every: float = place.settings["every"]
        self.looks: int = place.settings["looks"]
        self.threshold: float = place.settings["threshold"]
        self.is_inside = place.settings["sees"] == "inside"
        self.has_called = False
        self._bad = 0
        """Bad looks in a row."""
        self._well = 0

    def prepare(self, wiring: Wiring) -> None:
        """Begin to look."""
        self.lane.control.process(self._look(wiring.world))

    def emptied(self) -> None:
        """Whom it has called, it no longer knows."""
        self.has_called, self._bad, self._well = False, 0, 0

    def _look(self, world: World) -> Generator[Any, Any, None]:
        clients, nodes = Counted(world), _Nodes(world, self)
        while True:
            yield self.lane.control.timeout(self.every)
            seen = nodes.bad_share() if self.is_inside else clients.bad_share()
            if not self.is_up:
                continue
            is_bad = seen > self.threshold
            self._bad, self._well = (self._bad + 1, 0) if is_bad else (0, self._well + 1)
            if self._bad >= self.looks and not self.has_called:
                self.has_called = True
                self.place.tell(self.index, f"{self.name} called somebody", "called")
            elif self._well >= self.looks and self.has_called:
                self.has_called = False
                self.place.tell(self.index, f"{self.name} saw that all was well again", "calm")


class Counted:
    """What clients got between two looks."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._before = self._totals()

    def _totals(self) -> tuple[int, int]:
        meters = [operation.meter.counts for operation in self.world.operations]
        wrong = sum(counts[outcome] for counts in meters for outcome in _WRONG)
        return wrong, sum(sum(counts.values()) for counts in meters)

    def bad_share(self) -> float:
        """The share of what was decided since the last look that was late or lost, 0 to 1."""
        (wrong, whole), before = self._totals(), self._before
        self._before = wrong, whole
        decided = whole - before[1]
        return (wrong - before[0]) / decided if decided else 0.0


class _Nodes:
    """What became of work at the worst of all nodes between two looks."""

    def __init__(self, world: World, observer: Observer) -> None:
        self.nodes = [node for node in world.nodes if node is not observer]
        self._before = [self._totals(node) for node in self.nodes]

    def _totals(self, node: SimNode) -> tuple[int, int]:
        return node.meter.rejected + node.meter.failed, node.meter.arrivals

    def bad_share(self) -> float:
        """The share of arrivals that came to nothing at the worst node; 1 where one is dead."""
        now, before = [self._totals(node) for node in self.nodes], self._before
        self._before = now
        if not all(node.is_up for node in self.nodes):
            return 1.0
        return max(
            (
                (bad - old_bad) / (whole - old_whole)
                for (bad, whole), (old_bad, old_whole) in zip(now, before, strict=True)
                if whole > old_whole
            ),
            default=0.0,
        )


def count_blindness(world: World) -> None:
    """Count the seconds in which clients are failed and nobody has been called.

    Only where it matters: where the level asks for it, or somebody watches.
    """
    observers = [node for node in world.nodes if isinstance(node, Observer)]
    asked = any(getattr(slo, "of", "") == BLIND for slo in world.level.slos)
    if observers or asked:
        world.lane.control.process(_each_second(world, observers))


def _each_second(world: World, observers: list[Observer]) -> Generator[Any, Any, None]:
    counted = Counted(world)
    while True:
        yield world.lane.control.timeout(1.0)
        is_bad = counted.bad_share() > BAD
        is_known = any(each.has_called and each.is_up for each in observers)
        world.ledger.wrongs[BLIND] += is_bad and not is_known
