"""The express lane: requests as generators on a heap, merged with SimPy's events by time.

SimPy keeps the clock of the control plane (frames, phases, incidents: few events, plain
processes). Requests are many; each is one generator that yields

* a float: resume me at this absolute time (seconds since the start), or
* None: I am parked; whoever holds me will `wake` me.

One heap entry a hop, and nothing else: see `benchmarks/lane.py` for what that is worth.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Generator
from heapq import heappop, heappush, heapreplace
from typing import TypeAlias

import simpy

Journeying: TypeAlias = Generator[float | None, None, None]
"""What the lane runs: see the module's text for what is yielded."""


class Lane:
    """The time of a run, in seconds since its start.

    At the same moment control events come before requests, and requests in the order in which
    they were scheduled.
    """

    __slots__ = ("_heap", "_order", "_woken", "control", "current", "dead", "now")

    def __init__(self) -> None:
        self.now = 0.0
        self.control = simpy.Environment()
        self.current: Journeying | None = None
        """The generator that is running, for whoever wants to park it."""
        self.dead: set[Journeying] = set()
        """Journeys that somebody was on who has died: nothing is tried again in them."""
        self._heap: list[tuple[float, int, Journeying]] = []
        self._order = 0
        self._woken: deque[tuple[float, int, Journeying]] = deque()
        """Who goes on at this very moment: few have to go through the heap for that."""

    def start(self, journey: Journeying) -> None:
        """Begin a journey now, from within another one or from the control plane."""
        caller, self.current = self.current, journey
        wake = next(journey, None)
        if wake is not None:
            self._order += 1
            heappush(self._heap, (wake, self._order, journey))
        self.current = caller

    def wake(self, journey: Journeying) -> None:
        """Resume a parked journey at this moment, after what is already scheduled for it."""
        self._order += 1
        self._woken.append((self.now, self._order, journey))

    def peek(self) -> float:
        """The time of the next thing to happen; infinity if nothing will."""
        self._sort_in()
        requests = self._heap[0][0] if self._heap else math.inf
        return min(requests, self.control.peek())

    @property
    def idle(self) -> bool:
        """Whether no journey is scheduled (parked ones do not count)."""
        return not self._heap and not self._woken

    def run(self, until: float) -> None:
        """Let everything up to and including `until` happen.

        Control events are scheduled by control processes only, so that between two of them
        the next one's time need not be asked for again.
        """
        control = self.control
        while True:
            event = control.peek()
            self._run_requests(min(event, math.nextafter(until, math.inf)))
            if event > until:
                break
            self.now = event
            control.step()
        self.now = max(self.now, until)

    def _run_requests(self, before: float) -> None:
        """Let all journeys scheduled strictly before `before` go on."""
        heap, woken = self._heap, self._woken
        self._sort_in()
        while heap and heap[0][0] < before:
            self.now, _, journey = heap[0]
            self.current = journey
            wake = next(journey, None)
            # The entry just run is still on top: nothing can have been put before it.
            if wake is None:
                heappop(heap)
            else:
                self._order += 1
                heapreplace(heap, (wake, self._order, journey))
            while woken:
                if heap and heap[0][0] <= self.now:  # somebody else's turn at this moment
                    self._sort_in()
                    break
                self.current = journey = woken.popleft()[2]
                wake = next(journey, None)
                if wake is not None:
                    self._order += 1
                    heappush(heap, (wake, self._order, journey))
        self.current = None

    def _sort_in(self) -> None:
        for entry in self._woken:
            heappush(self._heap, entry)
        self._woken.clear()
