"""Asking several at once: a part of the request goes to each, and enough of them must answer."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from sandbox.simulation.behaviours.base import SimLink, SimNode, Visit, Visited, Work, travel
from sandbox.simulation.draws import Constant, Draws
from sandbox.simulation.lane import Journeying, Lane
from sandbox.simulation.requests import Refused, Request, attempts

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring

ROUTE = "route"
"""What an entrance does with every call: find out who has to be asked."""

Goes: TypeAlias = Callable[[Request, list[SimLink]], Visit]

_PARTS = attempts("parts")


class Entrance(Visited):
    """What stands before the instances of a node that belong together, and knows whom to ask.

    It is no machine but a part of whoever calls. `ways` lead from there to each instance; `goes`
    says what happens to a request that takes them.
    """

    answers = True

    def __init__(
        self,
        instances: Sequence[SimNode],
        ways: list[SimLink],
        goes: Goes,
    ) -> None:
        self.index = instances[0].index
        self.behind = instances[0]
        self.calls = {}
        self.ways = ways
        self.goes = goes

    def visit(self, request: Request) -> Visit:
        """Ask whoever has to be asked."""
        return self.goes(request, self.ways)


class Belonging:
    """Instances of a node that belong together."""

    def __init__(self, instances: Sequence[SimNode]) -> None:
        self.first = instances[0]
        self.lane = self.first.lane
        self.instances = instances
        self.entrances: list[Entrance] = []
        self.routing: Draws | Constant = Constant(0.0)
        """What finding out whom to ask takes, in seconds."""

    def entrance(self, caller: SimNode, wiring: Wiring) -> Entrance:
        """The one that a caller has."""
        ways = [wiring.inside(each, caller) for each in self.instances]
        made = Entrance(self.instances, ways, self.going(caller))
        self.entrances.append(made)
        return made

    def going(self, caller: SimNode) -> Goes:
        """What happens to the requests of a caller."""
        return self.goes

    def job(self, step: int, work: Work) -> Visited:
        """Let each of them take on a need that no operation has; who has to be asked for it."""
        for each in self.instances:
            SimNode.job(each, step, Work(work.times, work.after, work.need), 0, 0)
        return self.entrances[0]

    def know_the_way(self, wiring: Wiring) -> None:
        """Take as long as the kind says for finding out whom to ask."""
        does = self.first.place.kind.does
        if ROUTE in does:
            self.routing = wiring.durations(ROUTE, does[ROUTE].time, self.first)

    def goes(self, request: Request, ways: list[SimLink]) -> Visit:
        """What happens to a request that takes these ways."""
        raise NotImplementedError


class _Gathering:
    """Parts of one request that are under way."""

    __slots__ = ("answered", "left", "refusal", "waiting")

    def __init__(self, asked: int) -> None:
        self.left = asked
        """Those from whom nothing has been heard."""
        self.answered: list[Request] = []
        self.refusal: Refused | None = None
        self.waiting: Journeying | None = None

    def is_over(self, needed: int) -> bool:
        """Whether enough have answered, or too few still can."""
        return len(self.answered) >= needed or len(self.answered) + self.left < needed


def gather(
    lane: Lane,
    request: Request,
    ways: Sequence[SimLink],
    needed: int,
    missed: Callable[[SimLink], None] | None = None,
) -> Generator[float | None, None, None]:
    """Send a part along each way and go on when `needed` have answered; the rest goes on alone.

    Each part is work of its own, with draws of its own: the first has those of the request.
    `missed` is told of each way whose end did not do its part. Raises Refused as the first of them
    did, as soon as too few can still answer.
    """
    gathering = _Gathering(len(ways))
    for at, way in enumerate(ways):
        part = request.again(request.step, at * _PARTS)
        lane.start(_part(lane, part, way, needed, gathering, missed))
    if not gathering.is_over(needed):
        gathering.waiting = lane.current
        yield None
    if len(gathering.answered) >= needed:
        for part in gathering.answered:
            request.join(part)
        return
    refusal, gathering.refusal = gathering.refusal, None
    assert refusal is not None
    try:
        raise refusal
    finally:  # what is raised knows this frame: no circle must be left behind
        del refusal, gathering


def _part(
    lane: Lane,
    part: Request,
    way: SimLink,
    needed: int,
    gathering: _Gathering,
    missed: Callable[[SimLink], None] | None,
) -> Journeying:
    held = part.held
    refusal: Refused | None = None
    try:
        yield from travel(lane, way, part)
    except Refused as refused:
        refusal = refused.with_traceback(None)
    if part.held is not None and part.held is not held:  # no transaction is over several
        part.held.roll_back()
        part.held = held
    if refusal is not None and missed is not None:
        missed(way)
    gathering.left -= 1
    if refusal is None:
        gathering.answered.append(part)
    else:
        gathering.refusal = gathering.refusal or refusal
    if gathering.waiting is not None and gathering.is_over(needed):
        lane.wake(gathering.waiting)
        gathering.waiting = None
