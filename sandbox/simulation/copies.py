"""A store and its copies: what is on the way to them, and how many must have a write.

Only where more is wanted than that writes arrive some time later: where somebody waits for them,
where a copy may take over, or where the way to it may be cut.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from sandbox.documents.problems import DocumentError
from sandbox.simulation.behaviours.base import Work
from sandbox.simulation.lane import Journeying
from sandbox.simulation.roles import Follower
from sandbox.simulation.zones import seconds

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.store import Store
    from sandbox.simulation.wiring import Wiring
    from sandbox.simulation.zones import Cuts


_READ = "read"


class Channel:
    """The way of a leader's writes to one copy."""

    def __init__(self, copies: Copies, node: Store, follower: Follower) -> None:
        self.copies = copies
        self.node = node
        self.follower = follower
        distance = copies.distance(copies.leader, node)
        self.travel = follower.sent_from(distance, copies.needed > 0)
        """Seconds that a write is under way."""
        self.is_whole = _READ in node.place.kind.does and not node.place.settings.get("refresh")
        """Whether it could stand in for the leader: an index, or a warehouse, could not."""
        self.held: list[tuple[int, int]] = []
        """Writes that could not be sent."""
        self._arrivals: deque[float] = deque()

    @property
    def is_open(self) -> bool:
        """Whether what is sent now arrives."""
        leader = self.copies.leader
        return (
            leader.is_up
            and self.node.is_up
            and not self.copies.cuts.is_shut(leader.place.zone, self.node.place.zone)
        )

    @property
    def answers(self) -> bool:
        """Whether the leader would hear from the copy, and the copy from the leader."""
        leader = self.copies.leader
        return self.is_open and not self.copies.cuts.is_shut(
            self.node.place.zone, leader.place.zone
        )

    def receive(self, key: int, version: int) -> None:
        """Send a write that was committed now."""
        if not self.is_open:
            self.held.append((key, version))
            return
        now, arrivals = self.copies.leader.lane.now, self._arrivals
        while arrivals and arrivals[0] <= now:
            arrivals.popleft()
        arrivals.append(now + self.travel)
        self.follower.receive(key, version)

    def cut_short(self) -> None:
        """The leader has died: what has not arrived was not sent."""
        now = self.copies.leader.lane.now
        late = sum(arrival > now for arrival in self._arrivals)
        self.held[:0] = self.follower.take_back(late)
        self._arrivals.clear()

    def catch_up(self) -> None:
        """Send what could not be sent, if that is possible now."""
        if self.held and self.is_open:
            held, self.held = self.held, []
            for key, version in held:
                self.receive(key, version)


class Copies:
    """The copies of a leader. A write may have to be at `needed` of them before it counts.

    Where fewer can be reached, writes wait; or, with `goes_on_after` so many seconds, they count
    without, as long as that is so.
    """

    def __init__(
        self,
        leader: Store,
        cuts: Cuts,
        distance: Callable[[Store, Store], float],
        needed: int,
        goes_on_after: float | None,
    ) -> None:
        self.leader = leader
        self.cuts = cuts
        self.distance = distance
        """Seconds from one node to another one and back."""
        self.needed = needed
        self.goes_on_after = goes_on_after
        self.channels: list[Channel] = []
        self._too_few_since: float | None = None
        self._stalled: list[Journeying] = []
        cuts.told.append(self.look)

    @property
    def whole(self) -> list[Channel]:
        """The ways to copies that could stand in for the leader, and so can answer for a write."""
        return [channel for channel in self.channels if channel.is_whole]

    def add(self, node: Store, follower: Follower) -> Channel:
        """One more copy follows."""
        channel = Channel(self, node, follower)
        self.channels.append(channel)
        return channel

    def led_by(self, leader: Store) -> Copies:
        """The same for another leader, with nobody who follows it yet."""
        return Copies(leader, self.cuts, self.distance, self.needed, self.goes_on_after)

    def confirm(self) -> Generator[float | None, None, None]:
        """Wait until what was written now is at enough copies."""
        lane, leader, epoch = self.leader.lane, self.leader, self.leader.epoch
        while leader.epoch == epoch:
            there = sorted(each.follower.has_all_at for each in self.whole if each.answers)
            if len(there) >= self.needed:
                self._too_few_since = None
                moment = there[self.needed - 1]
                if moment > lane.now:
                    yield moment
                return
            if self.goes_on_after is None:
                assert lane.current is not None
                self._stalled.append(lane.current)
                yield None
                continue
            if self._too_few_since is None:
                self._too_few_since = lane.now
            until = self._too_few_since + self.goes_on_after
            if lane.now >= until:
                return
            yield until

    def look(self) -> None:
        """Something has changed: send what can be sent, and let go on who waits for copies."""
        for channel in self.channels:
            channel.catch_up()
        stalled, self._stalled = self._stalled, []
        for journey in stalled:
            self.leader.lane.wake(journey)

    def leader_died(self) -> None:
        """What was not sent is lost, unless the leader comes back."""
        for channel in self.channels:
            channel.cut_short()
        self.look()


class Refusing(Work):
    """What stands in place of work that may not, or cannot, be done for a while."""

    __slots__ = ("_store", "_why")

    def __init__(self, work: Work, store: Store, why: str) -> None:
        super().__init__(work.times, work.after, work.need)
        self.usual = self.duration = self._refuse
        self._store = store
        self._why = why

    def _refuse(self, stream: int, number: int) -> float:
        raise self._store.refuse(self._why)


class Standby:
    """A store that led before, and follows now: it answers nobody, and may lead again."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.travel = 0.0
        self._coming: deque[tuple[float, int, int]] = deque()

    def sent_from(self, distance: float, waited_for: bool) -> float:
        """Know how far the leader is."""
        self.travel = distance
        return distance

    def receive(self, key: int, version: int) -> None:
        """Take in a write that was committed now."""
        now, coming = self.store.lane.now, self._coming
        while coming and coming[0][0] <= now:
            self._apply()
        coming.append((now + self.travel, key, version))

    def _apply(self) -> None:
        _, key, version = self._coming.popleft()
        self.store.versions[key] = version

    def take_back(self, number: int) -> list[tuple[int, int]]:
        """Forget the last so many writes, which have not arrived."""
        taken = [self._coming.pop() for _ in range(min(number, len(self._coming)))]
        return [(key, version) for _, key, version in reversed(taken)]

    def settle(self) -> None:
        """Apply all that has arrived, at once."""
        while self._coming:
            self._apply()

    @property
    def has_all_at(self) -> float:
        """When it will have all that it was sent."""
        return self._coming[-1][0] if self._coming else self.store.lane.now


def arrange(leader: Store, wiring: Wiring) -> Copies | None:
    """Look after what a store feeds, where that needs it. Raises DocumentError."""
    settings, world = leader.place.settings, wiring.world
    needed: int = settings.get("acknowledged-by", 0)
    may_change = settings.get("failover", "none") != "none"
    fed = [each for each in leader.replicas if isinstance(each, Follower)]
    if not (needed or may_change or (fed and world.can_part)):
        return None
    waits = settings.get("copies-missing", "wait") == "wait"
    goes_on_after = None if waits else settings["goes-on-after"]

    def distance(here: Store, there: Store) -> float:
        """As the wire between them says, or else as far as their zones are apart."""
        ends = {here.place.node.id, there.place.node.id}
        for link in world.design.links:
            if link.latency is not None and set(link.ends) == ends:
                return link.latency.mean
        return seconds(world.level, here.place.zone, there.place.zone)

    copies = Copies(leader, world.cuts, distance, needed, goes_on_after)
    leader.waited_for.append(copies.look)
    for follower in fed:
        node: Store = follower  # type: ignore[assignment]
        node.waited_for.append(copies.look)
        leader.replicas[leader.replicas.index(follower)] = copies.add(node, follower)
    if needed > len(copies.whole):
        raise DocumentError.single(
            f"`{leader.name}` waits for {needed} copies, and feeds {len(copies.whole)}",
            hint="wire it to more replicas, or wait for fewer",
        )
    if may_change and not copies.whole:
        raise DocumentError.single(
            f"there is no copy that could take over from `{leader.name}`",
            hint="wire it to a replica, or let nobody take over",
        )
    return copies
