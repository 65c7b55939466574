"""A batch station: chambers that are shut while a batch is inside (an oven, a GPU)."""

from __future__ import annotations

from sandbox.simulation.behaviours.base import Place, SimLink, Visit, Visited
from sandbox.simulation.behaviours.station import Station
from sandbox.simulation.draws import zipf_shares
from sandbox.simulation.lines import BatchLine, Full
from sandbox.simulation.requests import Request


class BatchStation(Station):
    """`count` chambers for `batch` requests each. Fails late-comers: a shut chamber stays shut.

    With a batch of one it is a station whose servers cannot be hurried. What was made `ahead`
    stands on its `shelves`.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.batches: BatchLine | None = None
        self.shelves: list[Shelf] = []
        """What was made ahead, for each operation it was made for."""
        if place.settings["batch"] > 1:
            self.books = False
            self.batches = BatchLine(
                self.lane,
                self.servers,
                place.settings["queue"],
                place.settings["batch"],
                place.settings["linger"],
            )

    def visit(self, request: Request) -> Visit:
        """Wait for a chamber and a batch, stay inside until it is opened, be handed on."""
        batches = self.batches
        work = self.work.get(request.step)
        if batches is None or work is None:
            return (yield from super().visit(request))
        arrived = self.lane.now
        self.meter.arrivals += 1
        service = work.duration(request.stream, request.number)
        try:
            began = yield from batches.serve(service)
        except Full:
            raise self.refuse("the line was full") from None
        self.meter.settle(began - arrived, self.lane.now - began)
        request.stayed(self.index, arrived, began, self.lane.now)
        return self.hand_on(request)

    def state(self, now: float) -> tuple[int, int, float]:
        """Those waiting, those in chambers, and the chamber-seconds used until `now`."""
        return super().state(now) if self.batches is None else self.batches.state(now)

    @property
    def queue_max(self) -> int:
        """The longest its line has been."""
        return super().queue_max if self.batches is None else self.batches.queue_max


class Shelf:
    """What was made before the doors opened; it is not made again. `left` is what nobody took."""

    def __init__(self, stock: dict[int, int]) -> None:
        self.stock = stock
        self.made = sum(stock.values())

    @property
    def left(self) -> int:
        """How much nobody has taken so far."""
        return sum(self.stock.values())

    def take(self, item: int) -> bool:
        """Take one of this item off the shelf, if there is one."""
        if self.stock.get(item, 0) == 0:
            return False
        self.stock[item] -= 1
        return True


class PastShelf(Visited):
    """Stands in the way of requests that come for the first need a shelf covers.

    Who finds the item takes it and is past all covered needs; who does not goes the usual way.
    """

    def __init__(self, shelf: Shelf, usual: SimLink, after: int, past: SimLink | None) -> None:
        self.shelf = shelf
        self.usual = usual
        self.after = after
        self.past = past

    def visit(self, request: Request) -> Visit:
        """Look for the item on the shelf, which takes no time."""
        if self.shelf.take(request.item):
            request.step = self.after
            return self.past
        yield from ()  # no wait
        return self.usual


def favourites(
    volume: int, share: float, items: int, skew: float, first: int = 0
) -> dict[int, int]:
    """How many of each item are made ahead: the forecast of the most popular ones.

    `volume` requests are expected in the period, spread over `items` (numbered from `first`) by
    Zipf's law with `skew`; `share` of the volume is made, filling up the forecast of the first
    item, then of the second, ...
    """
    left = round(volume * share)
    stock: dict[int, int] = {}
    for item, popularity in enumerate(zipf_shares(items, skew), start=first):
        stock[item] = min(left, round(volume * popularity))
        left -= stock[item]
    return stock
