"""A function: every request has an instance of its own, warm if one is idle, and cold if not."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator

from sandbox.simulation.behaviours.base import Place, SimNode, Visit, travel
from sandbox.simulation.draws import Constant, Draws, durations
from sandbox.simulation.requests import END, Refused, Request


class Function(SimNode):
    """Instances that somebody else starts and stops; nobody waits for a slot or a processor.

    The instance that was used last is taken first. One that has been idle for longer than `keeps`
    is dropped, as long as more than `warm` of them are there; those are there from the start.

    Fails by its cold starts: whoever comes in a burst finds no idle instance and waits until one
    has started. Beyond `concurrency` everybody is refused.
    """

    answers = True

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        settings = place.settings
        self.servers: int = settings["concurrency"]
        self.warm: int = settings["warm"]
        self.keeps: float = settings["keeps"]
        boot = place.kind.boot
        self._boot: Draws | Constant = (
            durations(place.seed, f"cold start at {place.node.id}", boot) if boot else Constant(0.0)
        )
        self._idle = deque([0.0] * self.warm)
        """Since when each idle instance has been idle: the one that was used last is last."""
        self.busy = 0
        """Instances that have a request, those that are just starting for it included."""
        self.starting = 0
        self.cold_starts = 0
        self._came_before = (0, 0)
        """Requests and cold starts when the gauge was last read."""
        self._clock = 0.0
        self._used = 0.0
        """Instance-seconds used until `_clock`."""

    def visit(self, request: Request) -> Visit:
        """Have an instance, which may have to start; do what it can, call others; answer."""
        arrived = self.lane.now
        self.meter.arrivals += 1
        if self.busy >= self.servers:
            raise self.refuse(f"all {self.servers} instances were busy, and no more are allowed")
        held = request.held
        try:
            if not self._take(arrived):
                yield from self._start(request)
            began = self.lane.now
            worked = yield from self._work(request)
        except Refused as refusal:
            own = refusal.node == self.index  # held back by itself
            self.meter.rejected += own
            self.meter.failed += not own
            raise
        finally:
            self._give()
            if request.held is not None and request.held is not held:
                request.held.roll_back()
        self.meter.settle(began - arrived, worked)
        self.meter.served += 1
        request.stayed(self.index, arrived, began, self.lane.now)
        return None

    def _start(self, request: Request) -> Generator[float | None, None, None]:
        self.cold_starts += 1
        self.starting += 1
        yield self.lane.now + self._boot.at(request.stream, request.number)
        self.starting -= 1

    def _work(self, request: Request) -> Generator[float | None, None, float]:
        """Do the needs that it can and ask others for the rest; the seconds worked."""
        worked, asked = 0.0, END
        while True:
            if (work := self.work.get(request.step)) is not None:
                service = work.duration(request.stream, request.number)
                worked += service
                yield self.lane.now + service
                request.step = work.after
            elif request.step == asked or (link := self.onward.get(request.step)) is None:
                return worked  # nobody can go on with it
            else:
                asked = request.step
                yield from travel(self.lane, link, request)

    def _take(self, now: float) -> bool:
        """Have an instance from now on; whether it was there."""
        idle, fresh = self._idle, now - self.keeps
        while idle and idle[0] < fresh and len(idle) + self.busy > self.warm:
            idle.popleft()
        self._note(now, 1)
        if not idle:
            return False
        idle.pop()
        return True

    def _give(self) -> None:
        now = self.lane.now
        self._note(now, -1)
        self._idle.append(now)

    def _note(self, now: float, more: int) -> None:
        self._used += self.busy * (now - self._clock)
        self._clock = now
        self.busy += more

    @property
    def gauge(self) -> float | None:
        """The share of cold starts since it was last asked, 0 to 1."""
        came, cold = self._came_before
        self._came_before = (self.meter.arrivals, self.cold_starts)
        came = self.meter.arrivals - came
        return (self.cold_starts - cold) / came if came else None

    def state(self, now: float) -> tuple[int, int, float]:
        """Those whose instance is starting, those worked on, and the instance-seconds used."""
        used = self._used + self.busy * (now - self._clock)
        return self.starting, self.busy - self.starting, used
