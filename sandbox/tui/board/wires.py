"""Ways of wires around boxes: simple shapes first, then the cheapest way there is.

A wire costs its length, its bends and its crossings. Wires that share an end may run together,
which reads as a branch; strangers may only cross, which is drawn as one passing over the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heappop, heappush
from itertools import pairwise

from sandbox.tui.board.glyphs import OPPOSITE, SIDES, STEP, E, N, S, Side, W
from sandbox.tui.board.places import Box

Point = tuple[int, int]
Ends = tuple[str, str]
State = tuple[Point, Side]
"""A cell and the side towards which a wire travels as it enters it."""

CELL, BEND, CROSSING, STRANGER = 10, 30, 60, 1000
"""The costs of going on one cell, of turning, of crossing a stranger, of running along one."""
SHARED, LEAST = 2, 5
"""What running along a relative saves, and what a cell costs at least."""

LEAVES: dict[Side, int] = {E: 0, S: 45, N: 45, W: 200}
"""What leaving the source on a side costs: wires read from left to right."""
ARRIVES: dict[Side, int] = LEAVES
"""What travelling towards a side in the last cell costs."""

MARGIN = 3
"""How many cells a wire may go outside of everything else."""

_STRAIGHT = (N | S, E | W)
_SIDE_OF = {step: side for side, step in STEP.items()}


@dataclass(frozen=True)
class Wire:
    """The way of a link: the cells between two boxes, in travel order, at least one."""

    source: str
    target: str
    cells: tuple[Point, ...]
    leaves: Side
    arrives: Side
    """The side it travels towards in its last cell, which bears the arrow."""

    @property
    def ends(self) -> Ends:
        """The ids of both ends."""
        return self.source, self.target

    @cached_property
    def masks(self) -> tuple[tuple[Point, Side], ...]:
        """Every cell with the sides the wire touches there."""
        headings = [
            self.leaves,
            *(_heading(here, there) for here, there in pairwise(self.cells)),
            self.arrives,
        ]
        sides = (OPPOSITE[came] | onward for came, onward in pairwise(headings))
        return tuple(zip(self.cells, sides, strict=True))


@dataclass
class Field:
    """What is in the way: boxes, wires that are there already, and the landing of each box."""

    boxes: Mapping[str, Box]
    wires: dict[Point, list[tuple[Wire, Side]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.blocked = {cell for box in self.boxes.values() for cell in box.cells()}
        self.landings = {(box.x - 1, box.middle[1]): key for key, box in self.boxes.items()}
        self.width = max((box.right for box in self.boxes.values()), default=0) + MARGIN
        self.height = max((box.bottom for box in self.boxes.values()), default=0) + MARGIN

    def is_free(self, point: Point) -> bool:
        """Whether a wire may be in this cell."""
        x, y = point
        return 0 <= x <= self.width and 0 <= y <= self.height and point not in self.blocked

    def add(self, wire: Wire) -> None:
        """Lay a wire."""
        for point, mask in wire.masks:
            self.wires.setdefault(point, []).append((wire, mask))

    def price(self, point: Point, mask: Side, ends: Ends) -> int:
        """What a wire with these ends pays for being in a cell in this way."""
        price = CELL if mask in _STRAIGHT else CELL + BEND
        for wire, other in self.wires.get(point, ()):
            if related(wire.ends, ends):
                price -= SHARED  # a trunk with branches reads better than lines side by side
            else:
                price += CROSSING if crosses(mask, other) else STRANGER
        if self.landings.get(point, ends[1]) != ends[1]:
            price += 3 * CROSSING  # an arrow of that box belongs here
        return max(price, LEAST)

    def total(self, wire: Wire) -> int:
        """What a whole wire pays. An arrow that has to turn in its own cell reads badly."""
        ways = sum(self.price(point, mask, wire.ends) for point, mask in wire.masks)
        last = wire.cells[-2:]
        heading = _heading(*last) if len(last) > 1 else wire.leaves
        return ways + LEAVES[wire.leaves] + self.landing(wire.cells[-1], heading, wire.arrives)

    def landing(self, point: Point, heading: Side, arrives: Side) -> int:
        """What arriving costs, over the last cell itself."""
        return ARRIVES[arrives] + (0 if heading == arrives else BEND)


class Router:
    """Finds the ways of all wires, and remembers them until something stands elsewhere."""

    def __init__(self) -> None:
        self._boxes: dict[str, Box] = {}
        self._wires: dict[Ends, Wire] = {}

    def route(self, boxes: Mapping[str, Box], links: Iterable[Ends]) -> dict[Ends, Wire]:
        """The wires of `links` around `boxes`; only those that must are laid anew."""
        ends = [pair for pair in dict.fromkeys(links) if pair[0] != pair[1]]
        if boxes == self._boxes and list(self._wires) == ends:
            return dict(self._wires)
        room = Field(boxes)
        kept = {pair: self._wires[pair] for pair in ends if self._stands(pair, room)}
        for wire in kept.values():
            room.add(wire)
        for pair in sorted(set(ends) - kept.keys(), key=lambda pair: _order(pair, boxes)):
            wire = find(pair, room)
            room.add(wire)
            kept[pair] = wire
        self._boxes = dict(boxes)
        self._wires = {pair: kept[pair] for pair in ends}
        return dict(self._wires)

    def _stands(self, pair: Ends, room: Field) -> bool:
        wire = self._wires.get(pair)
        return (
            wire is not None
            and all(self._boxes[end] == room.boxes[end] for end in pair)
            and all(room.is_free(cell) for cell in wire.cells)
        )


def related(one: Ends, other: Ends) -> bool:
    """Whether two wires start or end at the same node, so that they may run together."""
    return one[0] == other[0] or one[1] == other[1]


def crosses(one: Side, other: Side) -> bool:
    """Whether two wires go straight through a cell, across each other."""
    return one != other and one in _STRAIGHT and other in _STRAIGHT


def find(ends: Ends, room: Field) -> Wire:
    """The way of one wire: the best simple shape, or where none is clear, the cheapest way."""
    shapes = [wire for wire in _shapes(ends, room) if all(map(room.is_free, wire.cells))]
    best = min(shapes, key=room.total, default=None)
    if best is not None and _is_clear(best, room):
        return best
    return _Search(ends, room).cheapest()


def _order(pair: Ends, boxes: Mapping[str, Box]) -> tuple[int, int, int, Ends]:
    """The shortest first: neighbours get the straight lines."""
    (x, y), (to_x, to_y) = boxes[pair[0]].middle, boxes[pair[1]].middle
    return abs(to_x - x) + 4 * abs(to_y - y), y, x, pair  # a row is as high as four columns wide


def _outside(box: Box, side: Side) -> Point:
    """The cell outside of a box at the middle of a side."""
    x, y = box.middle
    return {E: (box.right + 1, y), W: (box.x - 1, y), N: (x, box.y - 1), S: (x, box.bottom + 1)}[
        side
    ]


def _shapes(ends: Ends, room: Field) -> Iterator[Wire]:
    """Straight, L and Z shapes between two boxes."""
    source, target = (room.boxes[end] for end in ends)
    for leaves in (E, S, N):
        for arrives in (E, S, N):
            start, goal = _outside(source, leaves), _outside(target, OPPOSITE[arrives])
            for corners in _corners(start, goal, leaves, arrives):
                wire = Wire(*ends, _line(start, *corners, goal), leaves, arrives)
                if all(mask not in SIDES for _, mask in wire.masks):  # never back on itself
                    yield wire


def _corners(start: Point, goal: Point, leaves: Side, arrives: Side) -> Iterator[tuple[Point, ...]]:
    (x, y), (to_x, to_y) = start, goal
    if leaves == E and arrives == E:
        for channel in range(x, to_x + 1):
            yield (channel, y), (channel, to_y)
    elif leaves == E:
        yield ((to_x, y),)
    elif arrives == E:
        yield ((x, to_y),)
    elif leaves == arrives:
        for channel in range(min(y, to_y), max(y, to_y) + 1):
            yield (x, channel), (to_x, channel)


def _line(*points: Point) -> tuple[Point, ...]:
    """All cells along straight lines from point to point."""
    cells = [points[0]]
    for x, y in points[1:]:
        while cells[-1] != (x, y):
            at_x, at_y = cells[-1]
            cells.append((at_x + _sign(x - at_x), at_y + (_sign(y - at_y) if at_x == x else 0)))
    return tuple(cells)


def _is_clear(wire: Wire, room: Field) -> bool:
    """Whether a shape meets no stranger and no foreign landing."""
    return all(
        all(related(other.ends, wire.ends) for other, _ in room.wires.get(point, ()))
        and room.landings.get(point, wire.target) == wire.target
        for point in wire.cells
    )


class _Search:
    """Dijkstra over cells and headings, guided by the distance that is left (A*)."""

    def __init__(self, ends: Ends, room: Field) -> None:
        self.ends, self.room = ends, room
        self.source, self.target = (room.boxes[end] for end in ends)
        self.goals = {(_outside(self.target, OPPOSITE[side]), side) for side in SIDES}
        self.best: dict[State, int] = {}
        self.before: dict[State, State | None] = {}
        self.heap: list[tuple[int, int, State, Side]] = []
        """What it will cost at least, what it costs so far, where, and the side it ends at."""

    def cheapest(self) -> Wire:
        """The cheapest wire. Raises ValueError where boxes leave no way at all."""
        for side in SIDES:
            self._reach((_outside(self.source, side), side), LEAVES[side], None)
        while self.heap:
            _, price, state, arrives = heappop(self.heap)
            if arrives:
                return self._traced(state, arrives)
            if price == self.best[state]:
                self._go_on(state, price)
        raise ValueError(f"no way for a wire from {self.ends[0]} to {self.ends[1]}")

    def _go_on(self, state: State, price: int) -> None:
        (x, y), heading = state
        back = OPPOSITE[heading]
        for onward in SIDES:
            if onward == back:
                continue
            paid = price + self.room.price((x, y), back | onward, self.ends)
            if ((x, y), onward) in self.goals:
                whole = paid + self.room.landing((x, y), heading, onward)
                heappush(self.heap, (whole, whole, state, onward))
            across, down = STEP[onward]
            self._reach(((x + across, y + down), onward), paid, state)

    def _reach(self, state: State, price: int, came: State | None) -> None:
        known = self.best.get(state)
        if (known is None or price < known) and self.room.is_free(state[0]):
            self.best[state] = price
            self.before[state] = came
            heappush(self.heap, (price + self._left(state[0]), price, state, 0))

    def _left(self, point: Point) -> int:
        """A price that the rest of the way cannot undercut."""
        x, y = point
        across = max(self.target.x - x, 0, x - self.target.right)
        down = max(self.target.y - y, 0, y - self.target.bottom)
        return (across + down) * LEAST

    def _traced(self, last: State, arrives: Side) -> Wire:
        states = [last]
        while (came := self.before[states[-1]]) is not None:
            states.append(came)
        states.reverse()
        return Wire(*self.ends, tuple(point for point, _ in states), states[0][1], arrives)


def _heading(here: Point, there: Point) -> Side:
    return _SIDE_OF[there[0] - here[0], there[1] - here[1]]


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)
