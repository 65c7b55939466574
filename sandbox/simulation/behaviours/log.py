"""A log: messages in partitions, each worked off in its order by one consumer at a time."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from sandbox.documents.design import Link
from sandbox.documents.problems import DocumentError
from sandbox.simulation.behaviours.base import Place, SimLink, Visit
from sandbox.simulation.behaviours.messages import Consumer, Keeper, Message
from sandbox.simulation.lane import Journeying
from sandbox.simulation.requests import END, Refused, Request

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring

_GOLDEN = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1


class Partition:
    """One line of messages. The first is there until it has been worked on, or given up.

    `busy` while somebody works on the first one, or waits to try it again; `stuck` for good.
    """

    def __init__(self) -> None:
        self.messages: deque[Message] = deque()
        self.reader: Reader | None = None
        """Who works it off; None as long as the partitions are being shared anew."""
        self.busy = False
        self.stuck = False

    @property
    def waits(self) -> int:
        """How many messages wait in it."""
        return len(self.messages) - self.busy

    @property
    def is_ready(self) -> bool:
        """Whether its first message could be begun."""
        return bool(self.messages) and not (self.busy or self.stuck)


class Reader(Consumer):
    """A consumer of a log: it has some of the partitions to itself."""

    def __init__(self, way: SimLink, log: Log) -> None:
        super().__init__(way, log, self._go_on)
        self.log = log
        self.partitions: list[Partition] = []
        self.turn = 0
        self.worker.missed_by.append(log.share_anew)

    def _go_on(self) -> None:
        self.log.begin_at(self)

    def _is_back(self) -> None:
        self.free = self.slots
        self.log.share_anew()


class Log(Keeper):
    """Messages about the same item come into the same partition, and are worked off in order.

    There are as many partitions as its size has slots. Each belongs to one consumer, which works on
    one message of it at a time: no more are under way at once than there are partitions. A message
    that fails is tried again on the spot, and everything behind it waits. After so many `tries` it
    is put aside, or the partition stands still (`beyond: block`) until somebody intervenes, which
    nobody does in a run.

    When a consumer dies, or is back, nobody begins anything for as long as it takes to share the
    partitions anew.

    Fails by its order: one message that is slow, or that nobody can do, holds up all behind it.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        settings = place.settings
        self.tries: int = settings["tries"]
        self.pause: float = settings["pause"]
        self.blocks: bool = settings["beyond"] == "block"
        self.rebalance: float = settings["rebalance"]
        self.partitions = [Partition() for _ in range(place.size.slots or 1)]
        self.readers: list[Reader] = []
        self.keyless: set[int] = set()
        """Steps of operations that are about no items: their messages go round."""
        self._first = END
        """The first step that it was told a way for."""
        self._held = 0
        """Messages in all partitions, begun or not."""
        self.out = 0
        """Partitions whose first message somebody has."""
        self._longest = 0
        self._next = 0
        self._is_sharing = False

    def ways(self, step: int, links: list[Link], wiring: Wiring) -> None:
        """Every instance behind is a consumer."""
        self.knows_way(step, wiring)
        made = wiring.plan.steps[step]
        if wiring.plan.level.operations[made.operation].items is None:
            self.keyless.add(step)
        ways = [(link, way) for link in links for way in wiring.sim_links[link.ends]]
        if self.readers:
            if [way for _, way in ways] != [reader.way for reader in self.readers]:
                raise DocumentError.single(
                    f"`{self.name}` shares its partitions among all consumers, and not everybody "
                    f"behind it can do `{made.need}`",
                    hint="put a log of its own in front of each of them",
                )
            return
        self._first = step
        for link, way in ways:
            reader = Reader(way, self)
            reader.guard = wiring.guard(link, SimLink(reader, 1.0, None), link.timeout)
            self.readers.append(reader)

    def wired(self) -> None:
        """Share the partitions for the first time."""
        for reader in self.readers:
            reader.know(self._first)
        self._share()

    def visit(self, request: Request) -> Visit:
        """Take a message in at the end of its partition; then the client need not wait."""
        arrived = self.lane.now
        self.meter.arrivals += 1
        self.check_way(request)
        self._putting += 1
        yield arrived + self.put.at(request.stream, request.number)
        self._putting -= 1
        partition = self._partition(request)
        partition.messages.append(self.taken_in(request))
        self._held += 1
        self._longest = max(self._longest, self._held - self.out)
        if partition.reader is not None:
            self.begin_at(partition.reader)
        return None

    def _partition(self, request: Request) -> Partition:
        """Where a message belongs: by its item, or in turn where it is about none."""
        if request.step in self.keyless:
            self._next = (self._next + 1) % len(self.partitions)
            return self.partitions[self._next]
        mixed = request.item * _GOLDEN & _WORD
        return self.partitions[(mixed >> 32) % len(self.partitions)]

    def begin_at(self, reader: Reader) -> None:
        """Give a consumer the first message of each of its partitions, as far as it has slots."""
        mine = reader.partitions
        for _ in range(len(mine)):
            if not reader.free:
                return
            reader.turn = (reader.turn + 1) % len(mine)
            partition = mine[reader.turn]
            if partition.is_ready:
                reader.free -= 1
                partition.busy = True
                self.out += 1
                self.lane.start(self._deliver(partition, reader))

    def _deliver(self, partition: Partition, reader: Reader) -> Journeying:
        """Let a consumer try the first message of a partition once."""
        message = partition.messages[0]
        job = message.job
        if message.receives:
            job = job.again(job.step, message.receives * self.attempts)
        else:
            self.meter.settle(self.lane.now - message.since, 0.0)
        message.receives += 1
        self.ledger.deliveries += 1
        reader.way.sent += 1
        try:
            yield from reader.guard.call(job)
        except Refused:
            if not reader.worker.is_up:  # it could not help it: somebody else will try
                message.receives -= 1
            elif message.receives < self.tries:
                yield self.lane.now + self.pause
            else:
                self._give_up(partition, message)
        else:
            self.meter.served += 1
            self.ledger.done_later(job, self.lane.now)
            self._forget(partition)
        self.out -= 1
        partition.busy = False
        if partition.reader is not None:
            self.begin_at(partition.reader)

    def _give_up(self, partition: Partition, message: Message) -> None:
        """Go on without a message, or stand still in front of it."""
        if self.blocks:
            partition.stuck = True
            says = f"a partition of {self.name} stood still at a message that nobody could work on"
            self.place.tell(self.index, says, "stuck")
            return
        self.meter.failed += 1
        self._forget(partition)
        self.put_aside(message)

    def _forget(self, partition: Partition) -> None:
        partition.messages.popleft()
        self._held -= 1

    def share_anew(self) -> None:
        """Share the partitions among those consumers that are there, which takes its time."""
        if self._is_sharing:
            return
        self._is_sharing = True
        for partition in self.partitions:
            partition.reader = None
        for reader in self.readers:
            reader.partitions = []
        self.lane.start(self._share_later())

    def _share_later(self) -> Journeying:
        yield self.lane.now + self.rebalance
        self._is_sharing = False
        self._share()
        says = f"the consumers of {self.name} had shared its partitions anew"
        self.place.tell(self.index, says, "shared-anew")
        for reader in self.readers:
            self.begin_at(reader)

    def _share(self) -> None:
        """Deal the partitions out to all consumers that are there, in turn."""
        there = [reader for reader in self.readers if reader.worker.is_up]
        for number, partition in enumerate(self.partitions):
            partition.reader = there[number % len(there)] if there else None
            if partition.reader is not None:
                partition.reader.partitions.append(partition)

    def state(self, now: float) -> tuple[int, int, float]:
        """Messages that wait (the lag), and messages that somebody has."""
        return self._held - self.out, self.out + self._putting, 0.0

    @property
    def gauge(self) -> float | None:
        """The age of the oldest message that has not been begun, in seconds."""
        waiting = (each.messages[each.busy].since for each in self.partitions if each.waits)
        return self.lane.now - min(waiting, default=self.lane.now)

    @property
    def queue_max(self) -> int:
        """The most messages that have waited."""
        return self._longest
