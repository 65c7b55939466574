"""Zones: how far they are from each other, and ways between them on which nothing arrives."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeAlias

from sandbox.documents.zones import ZONE
from sandbox.simulation.behaviours.base import SimLink, SimNode, Visit, Visited, travel
from sandbox.simulation.draws import Constant, Draws, durations
from sandbox.simulation.lane import Journeying, Lane
from sandbox.simulation.requests import Refused, Request

if TYPE_CHECKING:
    from sandbox.documents.incidents import Incident
    from sandbox.documents.level import Level
    from sandbox.simulation.world import World

Between: TypeAlias = tuple[str, str]
"""A way from a zone to another one, in this direction."""


class Cuts:
    """Ways between zones that are cut at the moment. What stands in no zone is never cut off.

    What is sent on a way that is cut waits for it to open, and arrives then, as TCP sends again
    until it gets through; whoever gave up waiting in the meantime does not call it back.
    """

    def __init__(self) -> None:
        self._shut: dict[Between, int] = {}
        """How many incidents keep each way shut."""
        self._held: dict[Between, list[Journeying]] = {}
        self.told: list[Callable[[], None]] = []
        """Who wants to know when a way is cut or opens."""

    def is_shut(self, here: str, there: str) -> bool:
        """Whether nothing arrives that is sent from here to there."""
        return (here, there) in self._shut

    def parts(self, here: str, there: str) -> bool:
        """Whether no question is answered between the two."""
        return (here, there) in self._shut or (there, here) in self._shut

    def shut(self, ways: list[Between]) -> None:
        """Cut these ways."""
        for way in ways:
            self._shut[way] = self._shut.get(way, 0) + 1
        self._tell()

    def open(self, ways: list[Between], lane: Lane) -> None:
        """Open these ways again, unless something else keeps them shut."""
        for way in ways:
            self._shut[way] -= 1
            if not self._shut[way]:
                del self._shut[way]
                for journey in self._held.pop(way, ()):
                    lane.wake(journey)
        self._tell()

    def _tell(self) -> None:
        for told in self.told:
            told()

    def hold(self, here: str, there: str, lane: Lane) -> Generator[float | None, None, None]:
        """Wait until something sent from here arrives there."""
        while self.is_shut(here, there):
            assert lane.current is not None
            self._held.setdefault((here, there), []).append(lane.current)
            yield None


class Passage(Visited):
    """Stands in a way between two zones: calls and their answers wait here while it is cut."""

    def __init__(self, way: SimLink, target: SimNode, cuts: Cuts, here: str) -> None:
        self.way = way
        self.target = target
        self.index = target.index
        self.calls = target.calls
        self.cuts = cuts
        self.here = here
        self.there = target.place.zone

    def visit(self, request: Request) -> Visit:
        """Arrive, if that is possible; be served; come back, if that is possible."""
        cuts, here, there, lane = self.cuts, self.here, self.there, self.target.lane
        if cuts.is_shut(here, there):
            yield from cuts.hold(here, there, lane)
        try:
            yield from travel(lane, self.way, request)
        except Refused:
            yield from cuts.hold(there, here, lane)
            raise
        if cuts.is_shut(there, here):
            yield from cuts.hold(there, here, lane)
        return None


def latency(level: Level, seed: int, here: str, there: str) -> Draws | Constant | None:
    """How long a call from one zone to another and its answer take; None: no time."""
    if not here or not there or here == there:
        return None
    near = level.zones[here].region == level.zones[there].region
    law = level.distances.zones if near else level.distances.regions
    return durations(seed, f"way from zone {here} to zone {there}", law)


def seconds(level: Level, here: str, there: str) -> float:
    """The same for what is not asked for by any request: the mean, in seconds."""
    if not here or not there or here == there:
        return 0.0
    near = level.zones[here].region == level.zones[there].region
    return (level.distances.zones if near else level.distances.regions).mean


def zone(world: World, incident: Incident) -> Generator[Any, Any, None]:
    """All that stands in a zone dies at once, and is back after a while.

    Clients are people: they stay where they are, and are heard elsewhere.
    """
    assert incident.zone is not None
    inside = [node for node in world.nodes if node.place.zone == incident.zone.zone]
    behaves = world.plan.catalogue.behaves
    stands = [node for node in inside if ZONE in behaves(node.place.node.kind).suffers]
    for node in stands:
        node.without_power += 1
        if not node.is_up:
            continue
        node.die()
        node.starts_with_power = True
        if node.in_service:
            world.tell(node.index, f"{node.name} died with its zone", "died")
    if incident.lasts is not None:
        yield world.lane.control.timeout(incident.lasts)
        for node in stands:
            node.without_power -= 1
        for node in stands:
            if node.starts_with_power and not node.without_power:
                node.starts_with_power = False
                node.revive()
                if node.in_service:
                    world.tell(node.index, f"{node.name} was back, with nothing in memory", "back")


def partition(world: World, incident: Incident) -> Generator[Any, Any, None]:
    """Between a zone and others nothing arrives for a while."""
    assert incident.partition is not None
    zone, others = incident.partition.zone, incident.partition.others
    ways = [(zone, other) for other in others]
    if not incident.partition.one_way:
        ways += [(other, zone) for other in others]
    world.cuts.shut(ways)
    world.tell(-1, incident.says, "cut")
    if incident.lasts is not None:
        yield world.lane.control.timeout(incident.lasts)
        world.cuts.open(ways, world.lane)
        world.tell(-1, "the zones heard each other again", "healed")
