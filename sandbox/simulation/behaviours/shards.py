"""A shard set: a store cut in pieces. What a request is about says which piece has it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.simulation.arithmetic import RANGES
from sandbox.simulation.behaviours.base import Place, SimLink, SimNode, Visit, Visited, Work, travel
from sandbox.simulation.behaviours.gather import Belonging, gather
from sandbox.simulation.behaviours.store import Store
from sandbox.simulation.effects import LOOKS, stock
from sandbox.simulation.placement import Placement, how_many
from sandbox.simulation.plan import Step
from sandbox.simulation.requests import END, SOLD_OUT, Request
from sandbox.simulation.users import NOBODY, Users

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring


class Shard(Store):
    """One piece: a store of its own, with its own processors, connections, rows and data.

    Fails alone: when one key has most of the work, one shard is full while the others idle.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.set: ShardSet | None = None
        """All of them together; the first one has it."""

    def entrances(
        self, instances: Sequence[SimNode], caller: SimNode, wiring: Wiring
    ) -> Sequence[Visited]:
        """A wire leads to all of them: who calls knows where each key is."""
        if self.set is None:
            self.set = ShardSet(instances)
        return [self.set.entrance(caller, wiring)]

    def job(self, step: int, work: Work, first: int, count: int) -> Visited:
        """Each row is where its key is."""
        if self.set is None:
            return super().job(step, work, first, count)
        self.set.about(step, work, first, count)
        return self.set.job(step, work)

    def prepare(self, wiring: Wiring) -> None:
        """Let it be known which shard does what (the first one sees to it)."""
        if self.set is not None:
            self.set.prepare(wiring)


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys that a step is about, so many from the first one, and what it does with them.

    A `look` changes nothing. `by_user` are those of whoever asks, not of what it is about.
    """

    first: int
    count: int
    look: bool
    by_user: bool = False


class ShardSet(Belonging):
    """All shards together: sends a request to the one that has what it is about.

    With `ids` that are random, a key is anywhere; with sequential ones, keys are cut into ranges,
    and the newest, which are the most popular, are neighbours. A look that does not say the shard
    key has to ask all shards, and waits for the slowest. A change knows where it belongs: with the
    user who asks, where users are the shard key, or else where its own key is.

    The most popular keys may be `split`: a change goes to one part, a look to all of them. Parts
    count their versions apart, so that the highest one is the newest that anybody can have seen.
    """

    def __init__(self, shards: Sequence[SimNode]) -> None:
        super().__init__(shards)
        settings = self.first.place.settings
        self.key: str = settings["key"]
        self.parts = min(int(settings["split"]), len(shards))
        self.split_keys: int = settings["split-keys"] if self.parts > 1 else 0
        self.users: Users | None = None
        """Those whose key is the shard key, if that is so."""
        self.keys: dict[int, _Keys | None] = {}
        """What each step is about; None where that says nothing about the shard."""
        self.after: dict[int, int] = {}
        """What is left to do when the needs that are done in one go from a step on are done."""
        place = self.first.place
        in_order = settings["ids"] == "sequential"
        self.placement = Placement(place.seed, place.node.id, len(shards), in_order=in_order)

    def prepare(self, wiring: Wiring) -> None:
        """Know where each need goes; cut what would be done in one go where that changes."""
        work = self.first.work
        steps = wiring.plan.steps
        users = wiring.world.users
        self.users = users if users.are(self.key) else None
        self.keys = {step: self._keys(steps[step], wiring) for step in work}
        self.know_the_way(wiring)
        for step in work:
            end = step
            while (after := steps[end].after) in work and self._together(step, after, steps):
                end = after
            self.after[step] = after
        for step in work:
            if (after := steps[step].after) in work and not self._together(step, after, steps):
                for shard in self.instances:
                    shard.work[step].after = END

    def about(self, step: int, work: Work, first: int, count: int) -> None:
        """Know where each row of a job goes."""
        alone = work.need not in RANGES or self.placement.in_order
        self.keys[step] = _Keys(first, count, work.need in LOOKS) if alone else None
        self.after[step] = work.after

    def _keys(self, step: Step, wiring: Wiring) -> _Keys | None:
        items = wiring.plan.level.operations[step.operation].items
        look = step.need in LOOKS
        if not look and self.users is not None and (items is None or items.of != self.key):
            return _Keys(*self._users(wiring), look=False, by_user=True)
        if items is None or (look and self.key not in ("own", items.of)):
            return None
        if step.need in RANGES and not self.placement.in_order:
            return None
        return _Keys(wiring.world.keys[items.of], how_many(wiring.plan.level, items.of), look)

    def _users(self, wiring: Wiring) -> tuple[int, int]:
        """The first key of users, who have the same ones as items that are called so."""
        named = [each.users for each in wiring.plan.level.traffic if each.users is not None]
        count = max(each.count for each in named if each.of == self.key)
        return wiring.world.keys.get(self.key, 0), count

    def _together(self, one: int, other: int, steps: list[Step]) -> bool:
        """Whether two steps of an operation go to the same shards."""
        of_stock = [steps[each].need in stock.EFFECTS for each in (one, other)]
        return self.keys[one] == self.keys[other] and of_stock[0] == of_stock[1]

    def goes(self, request: Request, ways: list[SimLink]) -> Visit:
        """Find the shard, or ask all; and again where the next need is somewhere else."""
        yield self.lane.now + self.routing.at(request.stream, request.number)
        while (after := self.after.get(request.step)) is not None:
            yield from self._send(request, ways)
            if request.answer == SOLD_OUT:
                break
            request.step = after
        return None

    def _send(self, request: Request, ways: list[SimLink]) -> Generator[float | None, None, object]:
        held = request.held
        if held is not None and held.store in self.instances:  # it stays where it has begun
            return travel(self.lane, ways[self.instances.index(held.store)], request)
        step = request.step
        if self.first.work[step].need in stock.EFFECTS:  # what is for sale is one row
            return travel(self.lane, ways[0], request)
        keys = self.keys[step]
        if keys is None:
            return gather(self.lane, request, ways, len(ways))
        key = self._asker(request, keys) if keys.by_user else request.item
        home = self.placement.home(key, keys.first, keys.count)
        if key - keys.first >= self.split_keys:
            return travel(self.lane, ways[home], request)
        if keys.look:
            parts = [ways[(home + at) % len(ways)] for at in range(self.parts)]
            return gather(self.lane, request, parts, len(parts))
        part = self.placement.mixed(request.order) % self.parts
        return travel(self.lane, ways[(home + part) % len(ways)], request)

    def _asker(self, request: Request, keys: _Keys) -> int:
        """The key of whoever asks; of what it is about, where nobody knows who that is."""
        assert self.users is not None
        user = self.users.of(request)
        number = user - self.users.first(self.key)
        if user == NOBODY or not 0 <= number < keys.count:
            return request.item
        return keys.first + number
