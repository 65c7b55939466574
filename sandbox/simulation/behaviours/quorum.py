"""A quorum store: several copies of everything, of which so many must answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from sandbox.simulation.arithmetic import enough
from sandbox.simulation.behaviours.base import Place, SimLink, SimNode, Visit, Visited, Work
from sandbox.simulation.behaviours.compute import Compute
from sandbox.simulation.behaviours.gather import Belonging, Goes, gather
from sandbox.simulation.behaviours.replica import APPLY
from sandbox.simulation.draws import Constant, Draws, uniform
from sandbox.simulation.effects import only_work
from sandbox.simulation.lane import Journeying
from sandbox.simulation.lines import FifoLine, PacedLine
from sandbox.simulation.requests import END, REJECTED, Refused, Request

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring
    from sandbox.simulation.zones import Cuts

READ = "read"
WRITE = "write"


class Copy(Compute):
    """One of the copies: has a version of each key, and takes none for an older one.

    Fails by missing what was written while it was away.
    """

    full = "the line of a copy was full"

    def __init__(self, place: Place) -> None:
        self.versions: dict[int, int] = {}
        self.coming: deque[tuple[int, int]] = deque()
        """What it is being told after it was away: keys and versions."""
        self.apply: Draws | Constant = Constant(0.0)
        self._applied = 0
        self.set: QuorumSet | None = None
        """All of them together."""
        self.effects: dict[str, Callable[[Request], None]] = {
            READ: self._read,
            WRITE: self._write,
        }
        super().__init__(place)

    def entrances(
        self, instances: Sequence[SimNode], caller: SimNode, wiring: Wiring
    ) -> Sequence[Visited]:
        """A wire leads to all of them: who calls asks as many as it needs."""
        if self.set is None:
            copies = [each for each in instances if isinstance(each, Copy)]
            self.set = QuorumSet(copies, wiring.world.cuts)
        return [self.set.entrance(caller, wiring)]

    def prepare(self, wiring: Wiring) -> None:
        """Know how long it takes to be told something again."""
        does = self.place.kind.does
        if APPLY in does:
            self.apply = wiring.durations(APPLY, does[APPLY].time, self)
        if self.set is not None:
            self.set.prepare(wiring)

    def job(self, step: int, work: Work, first: int, count: int) -> Visited:
        """What is asked of one is asked of all of them."""
        if self.set is None or not self.set.entrances:
            return super().job(step, work, first, count)
        return self.set.job(step, work)

    def think(self, request: Request) -> Generator[float | None, None, tuple[float, float]]:
        """Work on a need; then it is true here, if it is still there."""
        need, epoch = self.work[request.step].need, self.epoch
        spent = yield from super().think(request)
        if self.epoch == epoch:
            self.effects.get(need, only_work)(request)
        return spent

    def _read(self, request: Request) -> None:
        request.seen = self.versions.get(request.item, 0)

    def _write(self, request: Request) -> None:
        self.put(request.item, request.wrote)

    def put(self, key: int, version: int) -> None:
        """Have a version, unless there is a newer one."""
        if version > self.versions.get(key, 0):
            self.versions[key] = version

    def told_again(self, key: int, version: int) -> None:
        """Take in a write that it has missed, one after the other, between all that it is asked."""
        self.coming.append((key, version))
        if len(self.coming) == 1:
            self.lane.start(self._listen())

    def _listen(self) -> Journeying:
        epoch = self.epoch
        while self.coming:
            work = self.apply.at(0, self._applied)
            self._applied += 1
            if isinstance(self.cpu, FifoLine):
                yield self.cpu.owe(work) + work
            elif isinstance(self.cpu, PacedLine):
                yield from self.cpu.serve(work, owed=True)
            else:
                yield self.lane.now + work
            if self.epoch != epoch:
                return
            self.put(*self.coming.popleft())

    def emptied(self) -> None:
        """What it has is on the disk; what it was being told has to be told once more."""
        super().emptied()
        for key, version in self.coming:
            assert self.set is not None
            self.set.owes(self, key, version)
        self.coming.clear()

    def conserved(self, now: float) -> bool:
        """Its processors have other work besides requests: what it is told again."""
        if self.slots is not None:
            return super().conserved(now)
        meter = self.meter
        return meter.arrivals >= meter.served + meter.rejected + meter.failed

    def kept(self) -> dict[int, int]:
        """The newest version of each key that it has, or will have."""
        kept = dict(self.versions)
        for key, version in self.coming:
            kept[key] = max(version, kept.get(key, 0))
        return kept

    @property
    def gauge(self) -> float | None:
        """How many keys it is behind, of which somebody will tell it."""
        hints = self.set.hints[self.index] if self.set is not None else {}
        return float(len(hints) + len(self.coming))


class QuorumSet(Belonging):
    """All copies together.

    A change goes to all that are there and is acknowledged when `writes` of them have it; a look
    asks `reads` of them (in turn by chance; or all, and takes the fastest) and gives the newest
    version among theirs. Where fewer are there than needed, nothing is done at all.

    With `handoff`, what a copy misses while it is away is told to it when it is back, the newest
    version of each key. Without, it stays behind until the key is written again.
    """

    def __init__(self, copies: Sequence[Copy], cuts: Cuts) -> None:
        super().__init__(copies)
        self.copies = copies
        self.cuts = cuts
        place = self.first.place
        settings, number = place.settings, len(copies)
        self.reads = enough(settings["reads"], number)
        self.writes = enough(settings["writes"], number)
        self.asks_all: bool = settings["asks"] == "all"
        self.handoff: bool = settings["handoff"]
        self.after: dict[int, int] = {}
        """What comes after each step that is done here."""
        self.needs: dict[int, str] = {}
        self.newest: dict[int, int] = {}
        """The version that was given to the last write of each key, whatever came of it."""
        self.hints: dict[int, dict[int, int]] = {each.index: {} for each in copies}
        """What each copy has missed, by its index."""
        self._turn = uniform(place.seed, f"copies asked at {place.node.id}")
        for each in copies:
            each.set = self
            each.waited_for.append(self._hand_over)
        cuts.told.append(self._hand_over)

    def prepare(self, wiring: Wiring) -> None:
        """Each need is a round of its own: the next one begins when enough have answered."""
        if self.after:
            return
        self.know_the_way(wiring)
        for step in self.copies[0].work:
            made = wiring.plan.steps[step]
            self.after[step], self.needs[step] = made.after, made.need
        for copy in self.copies:
            for work in copy.work.values():
                work.after = END

    def job(self, step: int, work: Work) -> Visited:
        """A job is about one key after the other, as requests are."""
        self.after[step], self.needs[step] = work.after, work.need
        return super().job(step, work)

    def going(self, caller: SimNode) -> Goes:
        """What happens to the requests of a caller, who reaches others from its zone."""
        return partial(self.goes, here=caller.place.zone)

    def goes(self, request: Request, ways: list[SimLink], here: str = "") -> Visit:
        """Ask enough of the copies for one need after the other."""
        yield self.lane.now + self.routing.at(request.stream, request.number)
        while (need := self.needs.get(request.step)) is not None:
            step = request.step
            if need == READ:
                yield from self._look(request, ways, here)
            else:
                yield from self._change(request, ways, here, need)
            request.step = self.after[step]
        return None

    def _look(
        self, request: Request, ways: list[SimLink], here: str
    ) -> Generator[float | None, None, None]:
        there, number = self._there(here, self.reads), len(ways)
        if not self.asks_all and len(there) > self.reads:
            first = int(self._turn.at(request.stream, request.number) * number)
            there = sorted(there, key=lambda at: (at - first) % number)[: self.reads]
        yield from gather(self.lane, request, [ways[at] for at in there], self.reads)

    def _change(
        self, request: Request, ways: list[SimLink], here: str, need: str
    ) -> Generator[float | None, None, None]:
        there, missed = self._there(here, self.writes), None
        if need == WRITE:
            key = request.item
            request.wrote = version = self.newest[key] = self.newest.get(key, 0) + 1
            missed = partial(self._missed, key, version)
            for at, copy in enumerate(self.copies):
                if at not in there:
                    self.owes(copy, key, version)
        asked = [ways[at] for at in there]
        yield from gather(self.lane, request, asked, self.writes, missed)

    def _there(self, here: str, needed: int) -> list[int]:
        """The copies that can be reached from a zone. Raises Refused where they are too few."""
        there = [at for at, copy in enumerate(self.copies) if self._reaches(here, copy)]
        if len(there) >= needed:
            return there
        away = next(copy for at, copy in enumerate(self.copies) if at not in there)
        away.meter.arrivals += 1
        away.meter.rejected += 1
        why = f"the quorum was lost: {needed} copies were needed, and {len(there)} there"
        raise Refused(REJECTED, away.index, why)

    def _reaches(self, here: str, copy: Copy) -> bool:
        return copy.is_up and not self.cuts.parts(here, copy.place.zone)

    def _missed(self, key: int, version: int, way: SimLink) -> None:
        """One did not take a write: it is away, or too busy, and then nobody tells it later."""
        copy = way.target
        if isinstance(copy, Copy) and not copy.is_up:
            self.owes(copy, key, version)

    def owes(self, copy: Copy, key: int, version: int) -> None:
        """Keep a version for a copy that is away, if that is done here."""
        if self.handoff:
            missed = self.hints[copy.index]
            missed[key] = max(version, missed.get(key, 0))

    def _hand_over(self) -> None:
        """Tell those that can be reached by all others what they have missed."""
        zones = {copy.place.zone for copy in self.copies}
        for copy in self.copies:
            if not all(self._reaches(zone, copy) for zone in zones):
                continue
            missed, self.hints[copy.index] = self.hints[copy.index], {}
            for key, version in missed.items():
                copy.told_again(key, version)
