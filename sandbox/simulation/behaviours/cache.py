"""A cache: copies of what was read, by key, in the memory it has."""

from __future__ import annotations

import math
from collections.abc import Generator
from typing import TYPE_CHECKING

from sandbox.simulation.behaviours.aside import RestOfTheWay
from sandbox.simulation.behaviours.base import Place, SimLink, SimNode, Visit, travel
from sandbox.simulation.behaviours.beside import hear_late_replies, stand_beside
from sandbox.simulation.behaviours.eviction import EVICTIONS, Entries, Entry
from sandbox.simulation.behaviours.fetching import Fetches
from sandbox.simulation.behaviours.write_back import WriteBack
from sandbox.simulation.draws import uniform
from sandbox.simulation.effects.keys import PERMISSIONS
from sandbox.simulation.effects.permissions import decide
from sandbox.simulation.keeping import Kept, kept_by
from sandbox.simulation.lane import Journeying
from sandbox.simulation.lines import FifoLine, PacedLine
from sandbox.simulation.requests import END, FAILED, Refused, Request

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring


class Cache(SimNode):
    """Entries by key, each with its version and age; `keys` of them, the least needed goes first.

    Every look, fill and change costs it one operation. What it keeps are the results of needs, and
    whole answers where its kind does `answer`; where it does `session`, what it keeps is who is
    logged in. See `keeping.py` for what that means, `fetching.py` for what may be done about a
    miss, `write_back.py` for writes that it acknowledges itself.

    Fails by giving what is no longer true, and by being empty when it is needed most.
    """

    answers = True

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        settings = place.settings
        self.servers = place.size.vcpu
        self.room = place.size.keys
        self.ttl: float = settings["ttl"] or math.inf
        """Seconds for which an entry counts."""
        self.spread: float = settings["ttl-spread"]
        """The share of it that an entry may have less, drawn for each filling."""
        self._earlier = uniform(place.seed, f"time to live at {place.node.id}")
        self.on_write: str = settings["on-write"]
        self.purge: float = settings["purge"]
        """Seconds from a write until the cache has heard of it."""
        self.operation = 0.0
        """Seconds of one operation."""
        self.kept = Kept()
        self.replaces = False
        """Whether something else may be given where no entry counts."""
        self.is_simple = False
        """Whether it keeps nothing but versions that requests have seen."""
        self.covers: dict[int, tuple[int, int]] = self.kept.covers
        """The steps whose result it keeps: the step after each, and where its keys begin."""
        self.hits = 0
        self.misses = 0
        self.aged = 0.0
        """The ages of all entries given, in seconds, added up."""
        self._shown = (0, 0)
        self.entries: Entries = EVICTIONS[settings["eviction"]]()
        self.fetches: Fetches | None = None
        if settings["coalesce"] or settings["serve-stale"] != "never":
            self.fetches = Fetches(
                self, settings["coalesce"], settings["serve-stale"], settings["stale-for"]
            )
        self.back: WriteBack | None = None
        if self.on_write == "write-back":
            self.back = WriteBack(self, settings["flush-after"])
        self._open_line()
        self._worked_before = 0.0
        """Server-seconds worked before its last death."""

    def prepare(self, wiring: Wiring) -> None:
        """Know what is kept here and what changes it; stand beside the way of who asks here."""
        does = self.place.kind.does
        self.operation = max(ability.time.mean for ability in does.values())
        self.kept = kept_by(wiring.plan, tuple(does))
        self.covers = self.kept.covers
        self.replaces = self.back is not None or self.fetches is not None
        self.is_simple = not (self.kept.sessions or self.kept.permits or self.kept.answers)
        if self.fetches is not None:
            self.fetches.renewable = self.kept.renewable
        if self.back is not None:
            self.back.takes = {
                step: after for step, after in self.kept.writes.items() if step in self.onward
            }
        stand_beside(self, wiring)
        if self.place.kind.near is not None:
            for step, usual in self.onward.items():
                rest = RestOfTheWay(self, wiring.world.clients, usual)
                self.onward[step] = SimLink(rest, 1.0, None)
        if self.place.settings["late-fill"]:
            hear_late_replies(self, self.onward)

    def late_fill(self, request: Request, step: int) -> None:
        """A reply has come, to what was asked for at a step, and nobody waits for it any more."""
        if step in self.covers:
            self.fill(request, step)

    def slowed(self, factor: float) -> None:
        """Take so many times as long for every operation that begins, from now on."""
        if isinstance(self.cpu, PacedLine):
            self.cpu.pace = factor

    def emptied(self) -> None:
        """Start with nothing."""
        self._worked_before += self.cpu.state(self.lane.now)[2]
        self._open_line()
        self.flush()
        if self.fetches is not None:
            self.fetches.forget()

    def _open_line(self) -> None:
        """Begin with nothing to do."""
        self.cpu = self.place.line(self.servers, None)
        self.owe = self.cpu.book if isinstance(self.cpu, FifoLine) else self.cpu.owe
        """Take on an operation that nobody waits for; nobody is refused here."""
        self.slowed(math.prod(self.slowed_by.values()))

    def flush(self) -> None:
        """Have nothing in memory any more, and work on."""
        self.entries.forget_all()
        if self.back is not None:
            self.back.lose()

    def visit(self, request: Request) -> Visit:
        """In the way of needs: answer from memory, or ask whoever is behind, and remember."""
        if not self.is_up:
            self.meter.arrivals += 1
            raise self.unreachable()
        epoch = self.epoch
        while (step := request.step) != END:
            link = self.onward.get(step)
            if step in self.covers and (yield from self.look(request, link)):
                continue
            if (
                link is not None
                and self.back is not None
                and step in self.back.takes
                and (yield from self.back.take(link, request))
            ):
                continue
            if self.epoch != epoch:
                raise Refused(FAILED, self.index, f"{self.name} died")
            if link is None:
                break
            yield from self.ask(link, request)
            if request.step == step:
                break  # nobody there could go on with it
        return None

    def ask(self, usual: SimLink, request: Request) -> Generator[float | None, None, None]:
        """Have it done where it is always done; remember what was read, see to what was written."""
        step, wrote, access = request.step, request.wrote, self.ledger.access
        changed = access is not None and access.is_changed_by(request)
        if step not in self.covers:
            yield from travel(self.lane, usual, request)
        elif self.fetches is not None:
            yield from self.fetches.ask(usual, request)
        else:
            yield from travel(self.lane, usual, request)
            self.fill(request, step)
        if request.wrote != wrote:
            yield from self.change(request)
        if access is not None and access.is_changed_by(request) and not changed:
            yield from self._change_permission(request)

    def key(self, request: Request) -> int:
        """The key of what a request is about, at the step that it is at."""
        return self.covers[request.step][1] + request.item

    def look(self, request: Request, usual: SimLink | None) -> Generator[float | None, None, bool]:
        """Look a key up; whether it was there. Then the need is done.

        `usual` is the way on which what was not there would be fetched.
        """
        meter, now = self.meter, self.lane.now
        meter.arrivals += 1
        if not self.is_up:  # nobody answers, which a client of a cache takes for a miss
            meter.rejected += 1
            self._missed(request)
            return False
        epoch = self.epoch
        if isinstance(self.cpu, FifoLine):
            begin = self.cpu.book(self.operation)
            end = begin + self.operation
            meter.waits.add(begin - now)
            meter.service += self.operation
            yield end
        else:
            begin = yield from self.cpu.serve(self.operation)
            end = self.lane.now
            meter.settle(begin - now, end - begin)
        if begin - now > request.worst or request.visits is not None:
            request.stayed(self.index, now, begin, end)
        if self.epoch != epoch:
            self._missed(request)
            return False
        meter.served += 1
        key = self.covers[request.step][1] + request.item
        entry = self.entries.get(key)
        if entry is None or self.lane.now - entry[1] > entry[2]:
            entry = self._instead(request, usual, entry) if self.replaces else None
            if entry is None:
                self.misses += 1
                if self.kept.sessions:
                    self._missed(request)
                return False
        else:
            self.entries.used(key, entry)
        self.hits += 1
        self.give(request, entry)
        return True

    def give(self, request: Request, entry: Entry) -> None:
        """Answer from an entry, however old it is."""
        self.aged += self.lane.now - entry[1]
        step = request.step
        request.step = self.covers[step][0]
        if not self.is_simple and step in self.kept.permits:
            self._let_in(request, entry[0])
        elif entry[0] >= 0:
            request.seen = entry[0]

    def _let_in(self, request: Request, version: int) -> None:
        """Let somebody go on, or not, by what is known of a permission."""
        if self.ledger.access is not None:
            decide(request, version)
        else:
            request.seen = max(request.seen, 0)

    def found(self, request: Request, step: int) -> int:
        """The version that a request has brought from this step; -1 if none."""
        if step in self.kept.permits and self.ledger.access is not None:
            return (request.notes or {}).get(PERMISSIONS + request.item, -1)
        return request.seen

    def _instead(
        self, request: Request, usual: SimLink | None, entry: Entry | None
    ) -> Entry | None:
        """What is given where no entry counts: what only the cache has, or what is old."""
        if self.back is not None and request.step in self.kept.reads:
            dirty = self.back.dirty.get(request.item)
            if dirty is not None:
                return (dirty.version, self.lane.now, 0.0)
        if entry is None or usual is None or self.fetches is None:
            return None
        return entry if self.fetches.gives_old(usual, request, entry) else None

    def _missed(self, request: Request) -> None:
        """Somebody who was logged in has to log in again, where that is what is kept."""
        if request.step in self.kept.sessions:
            self.ledger.missed_session(self.key(request), self.lane.now)

    def fill(self, request: Request, step: int) -> None:
        """Remember what was read elsewhere in this step; nobody waits for that."""
        if not self.is_up:
            return
        if step in self.kept.sessions:
            key = self.covers[step][1] + request.item
            self.owe(self.operation)
            lives = self.keep(key, -1, request)
            self.ledger.opened_session(key, self.lane.now + lives)
            return
        version = request.seen if self.is_simple else self.found(request, step)
        if version >= 0 and (step not in self.kept.answers or self._is_whole(request)):
            self.owe(self.operation)
            self.keep(self.covers[step][1] + request.item, version, request)

    def _is_whole(self, request: Request) -> bool:
        return request.step == END and request.answer is None

    def change(self, request: Request) -> Generator[float | None, None, None]:
        """After a write: forget the key, or put the new value in its place, or do nothing."""
        if not self.is_up or self.on_write == "keep":
            return
        if self.purge:
            self.lane.start(self._purge_later(request.item))
            return
        yield from self.operate()
        self._forget(request.item, 1 if self.on_write == "update" else 0)
        if self.on_write == "update":
            self.keep(request.item, request.wrote, request)

    def operate(self) -> Generator[float | None, None, None]:
        """Wait until one operation is done."""
        if isinstance(self.cpu, FifoLine):
            yield self.cpu.book(self.operation) + self.operation
        else:
            yield from self.cpu.serve(self.operation)

    def _change_permission(self, request: Request) -> Generator[float | None, None, None]:
        """After a permission was withdrawn or given back: the same, about what is known of it."""
        begins = self.kept.permissions
        if not self.is_up or self.on_write == "keep" or begins is None:
            return
        yield from self.operate()
        if self.on_write == "update":
            version = (request.notes or {})[PERMISSIONS + request.item]
            self.keep(begins + request.item, version, request)
        else:
            self.entries.forget(begins + request.item)

    def _purge_later(self, item: int) -> Journeying:
        """Hear of a write a while after it, as of a message sent round the world."""
        yield self.lane.now + self.purge
        if self.is_up:
            self.owe(self.operation)
            self._forget(item, 0)

    def _forget(self, item: int, first: int) -> None:
        """Let go of all that is known of an item; of what a write renews, from `first` on."""
        for begins in self.kept.about[first:]:
            self.entries.forget(begins + item)

    def keep(self, key: int, version: int, request: Request) -> float:
        """Have a value in memory that a request has brought; for how many seconds it counts."""
        lives = self.ttl
        if self.spread and lives < math.inf:
            lives *= 1.0 - self.spread * self._earlier.at(request.stream, request.number)
        self.entries.keep(key, (version, self.lane.now, lives), self.room)
        return lives

    def state(self, now: float) -> tuple[int, int, float]:
        """Operations waiting and under way, and the seconds worked."""
        queue, inside, busy = self.cpu.state(now)
        return queue, inside, busy + self._worked_before

    def conserved(self, now: float) -> bool:
        """Looks that are under way are no more than its operations under way."""
        meter = self.meter
        under_way = meter.arrivals - meter.served - meter.rejected - meter.failed
        return 0 <= under_way <= sum(self.cpu.state(now)[:2]) + 1

    @property
    def gauge(self) -> float | None:
        """The hit ratio since it was last asked, 0 to 1."""
        hits, misses = self.hits - self._shown[0], self.misses - self._shown[1]
        self._shown = (self.hits, self.misses)
        return hits / (hits + misses) if hits + misses else None

    @property
    def queue_max(self) -> int:
        """The longest line of operations."""
        return self.cpu.queue_max
