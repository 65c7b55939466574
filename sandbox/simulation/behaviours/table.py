"""A table: somebody else's store, as large as need be, that takes so much for each partition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.base import Place, Visit
from sandbox.simulation.behaviours.gate import Bucket
from sandbox.simulation.behaviours.store import Store
from sandbox.simulation.effects import only_work, stock
from sandbox.simulation.lines import FifoLine
from sandbox.simulation.placement import Placement, how_many
from sandbox.simulation.requests import Request

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring


class Table(Store):
    """Nobody waits there, and no machine can be full: what is beyond a limit is refused.

    The key says which of the `partitions` it is on, and each takes no more of a need than the kind
    says (`limit`), with a second's worth at once. A change is made in one step.

    Fails where one partition gets more than its limit, however little all of them get.
    """

    def __init__(self, place: Place) -> None:
        self._inside = 0
        super().__init__(place)
        self.servers = 0
        settings, in_order = place.settings, place.settings["ids"] == "sequential"
        number: int = settings["partitions"]
        self.placement = Placement(place.seed, place.node.id, number, in_order=in_order)
        self.limits: dict[tuple[str, int], Bucket] = {}
        """What is left of each need at each partition that was asked for it."""
        self.keys: dict[int, tuple[int, int]] = {}
        """The first key that each step may be about, and how many there are."""

    def emptied(self) -> None:
        """There is nothing that could be in use."""
        self.slots = None
        self.cpu = FifoLine(self.lane, 1, None)

    def prepare(self, wiring: Wiring) -> None:
        """Know which keys there are."""
        super().prepare(wiring)
        level = wiring.plan.level
        for step in self.work:
            items = level.operations[wiring.plan.steps[step].operation].items
            if items is not None:
                self.keys[step] = wiring.world.keys[items.of], how_many(level, items.of)

    def visit(self, request: Request) -> Visit:
        """Be let in for each need, and answered after a while."""
        arrived = self.lane.now
        self.meter.arrivals += 1
        while (work := self.work.get(request.step)) is not None:
            self._enter(request, work.need)
            self._inside += 1
            yield self.lane.now + work.duration(request.stream, request.number)
            self._inside -= 1
            request.step = work.after
            self.effects.get(work.need, only_work)(request)
        self.meter.settle(0.0, self.lane.now - arrived)
        self.meter.served += 1
        request.stayed(self.index, arrived, arrived, self.lane.now)
        return None

    def _enter(self, request: Request, need: str) -> None:
        limit = self.place.kind.does[need].limit
        if limit is None:
            return
        at = self._partition(request, need)
        bucket = self.limits.get((need, at))
        if bucket is None:
            bucket = self.limits[need, at] = Bucket(limit, max(1.0, limit), self.lane.now)
        if not bucket.take(self.lane.now):
            raise self.refuse(f"one partition of {self.name} takes {limit:g}/s, and no more")

    def _partition(self, request: Request, need: str) -> int:
        if need in stock.EFFECTS:
            return self.placement.home(stock.STOCK_ROW, stock.STOCK_ROW, 1)
        return self.placement.home(request.item, *self.keys.get(request.step, (request.item, 1)))

    def state(self, now: float) -> tuple[int, int, float]:
        """Nobody waits here; how much it works is its own affair."""
        return 0, self._inside, 0.0

    def conserved(self, now: float) -> bool:
        """Whoever came and has no answer is inside."""
        meter = self.meter
        return meter.arrivals == meter.served + meter.rejected + meter.failed + self._inside
