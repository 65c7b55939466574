"""The express lane by itself: the same physics and draws as the plain style, waits kept."""

from __future__ import annotations

from array import array
from functools import partial
from heapq import heappop, heappush, heapreplace

from benchmarks.networks import CASES, Case, case, stations, works
from benchmarks.plain import Waits, plain, textbook
from benchmarks.timing import timed
from sandbox.simulation.lane import Journeying, Lane
from sandbox.simulation.lines import FifoLine

REQUESTS = 5_000
FAR = 1e15
"""A moment after everything, in seconds."""


def on_lane(case: Case) -> Waits:
    """Generators on the lane, lines in closed form."""
    world = case.world
    way = Lane()
    waits: Waits = [array("d") for _ in stations(world)]
    books = [FifoLine(way, station.servers, None).book for station in stations(world)]
    visits = list(zip(books, works(world), [w.append for w in waits], strict=True))

    def ask(number: int) -> Journeying:
        for book, work, keep in visits:
            service = work(0, number)
            begin = book(service)
            keep(begin - way.now)
            yield begin + service

    def arrive() -> Journeying:
        for number, moment in enumerate(case.arrivals()):
            yield moment
            way.start(ask(number))

    way.start(arrive())
    way.run(FAR)
    return waits


def on_heap(case: Case) -> Waits:
    """A loop over a heap, without generators, lines or a clock: about as fast as Python gets."""
    world = case.world
    free = [[0.0] * station.servers for station in stations(world)]
    waits: Waits = [array("d") for _ in free]
    visits = list(zip(free, works(world), waits, strict=True))
    arrivals = iter(enumerate(case.arrivals()))
    number, moment = next(arrivals)
    events = [(moment, 0, number)]
    while events:
        now, hop, number = heappop(events)
        if not hop and (following := next(arrivals, None)):
            heappush(events, (following[1], 0, following[0]))
        servers, work, kept = visits[hop]
        service = work(0, number)
        begin = max(now, servers[0])
        heapreplace(servers, begin + service)
        kept.append(begin - now)
        if hop + 1 < len(visits):
            heappush(events, (begin + service, hop + 1, number))
    return waits


def report() -> None:
    """Print speeds and ratios, and whether all agree to the last bit."""
    print("The lane by itself: a process a request, and what it costs")
    print(f"{'requests a second':22}{'textbook':>10}{'plain':>10}{'lane':>10}{'bare heap':>10}")
    for name in CASES:
        made = case(name, REQUESTS)
        same = agree([plain(made), on_lane(made), on_heap(made)])
        ways = [partial(way, made) for way in (textbook, plain, on_lane, on_heap)]
        book, ours, lane, heap = times = timed(ways)
        speeds = "".join(f"{REQUESTS / each.seconds:>10,.0f}" for each in times)
        print(
            f"{name:22}{speeds}   lane {lane.times_as_fast_as(ours):.1f}x plain, "
            f"heap {heap.times_as_fast_as(ours):.1f}x plain; plain is "
            f"{ours.times_as_fast_as(book):.2f}x textbook; {'same' if same else 'DIFFERENT'} bits"
        )


def agree(results: list[Waits]) -> bool:
    """Whether everybody waits equally long at each station, one by one, to the last bit."""
    return all(result == results[0] for result in results)
