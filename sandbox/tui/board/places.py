"""Where things stand: places of the coarse grid that a level's `at` names, and their boxes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

from sandbox.documents.design import Node

Place = tuple[int, int]
"""Column and row of the coarse grid, from 0."""

MOST: Place = (60, 40)
"""How far to the right and down a board goes."""

_USUAL, _AROUND = 5, 8
"""Columns that a board has room for, and cells around them."""
_NARROWEST, _WIDEST = 10, 14
"""How many cells a box is wide."""
_TIGHT_GAP = 2
"""Cells between boxes where there are many: one for wires up and down, one for arrows."""


@dataclass(frozen=True)
class Box:
    """A rectangle of cells."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The last column."""
        return self.x + self.width - 1

    @property
    def bottom(self) -> int:
        """The last row."""
        return self.y + self.height - 1

    @property
    def middle(self) -> tuple[int, int]:
        """The cell in the middle, where wires start and end."""
        return self.x + self.width // 2, self.y + self.height // 2

    def holds(self, x: int, y: int) -> bool:
        """Whether a cell belongs to it."""
        return self.x <= x <= self.right and self.y <= y <= self.bottom

    def cells(self) -> Iterator[tuple[int, int]]:
        """Every cell of it."""
        for y in range(self.y, self.bottom + 1):
            for x in range(self.x, self.right + 1):
                yield x, y


@dataclass(frozen=True)
class Metrics:
    """How large boxes are and how far apart; between them is the room for wires."""

    box_width: int = 12
    inside: int = 1
    """Lines inside a box."""
    gap_columns: int = 3
    gap_rows: int = 1
    left: int = 1
    top: int = 1

    @classmethod
    def fitting(cls, width: int, *, inside: int = 1, columns: int = 5) -> Metrics:
        """The widest boxes of which five fit, or all `columns` where they can be narrow enough.

        Of five there is room left for what stands around them; otherwise the board is panned.
        """
        box = (width - _AROUND + cls.gap_columns) // _USUAL - cls.gap_columns
        box = max(11, min(box, _WIDEST))
        tight = (width - cls.left - 1) // columns - _TIGHT_GAP
        if columns > _USUAL and _NARROWEST <= tight < box + cls.gap_columns - _TIGHT_GAP:
            return cls(box_width=min(box, tight), inside=inside, gap_columns=_TIGHT_GAP)
        return cls(box_width=box, inside=inside)

    @property
    def pitch(self) -> tuple[int, int]:
        """Columns and rows from one place to the next."""
        return self.box_width + self.gap_columns, self.inside + 2 + self.gap_rows

    def box(self, place: Place) -> Box:
        """The cells of a place."""
        across, down = self.pitch
        x, y = self.left + place[0] * across, self.top + place[1] * down
        return Box(x, y, self.box_width, self.inside + 2)

    def place_at(self, x: int, y: int) -> Place:
        """The place nearest to a cell."""
        across, down = self.pitch
        column = (x - self.left + self.gap_columns // 2) // across
        row = (y - self.top + self.gap_rows // 2) // down
        return clamped((column, row))

    def extent(self, places: Iterable[Place]) -> tuple[int, int]:
        """Columns and rows that hold all these places, with room for a wire around them."""
        boxes = [self.box(place) for place in places]
        width = max((box.right for box in boxes), default=0) + self.gap_columns + 1
        height = max((box.bottom for box in boxes), default=0) + self.gap_rows + 1
        return width, height


def clamped(place: Place) -> Place:
    """The nearest place that is on the board."""
    return min(max(place[0], 0), MOST[0]), min(max(place[1], 0), MOST[1])


def places(nodes: Iterable[Node]) -> dict[str, Place]:
    """Give every node a place of its own: the one it asks for, or the nearest that is free."""
    taken: dict[Place, str] = {}
    waiting = []
    for node in nodes:
        if node.at is not None and clamped(node.at) == node.at and node.at not in taken:
            taken[node.at] = node.id
        else:
            waiting.append(node)
    for node in waiting:
        taken[nearest_free(node.at or (0, 0), taken)] = node.id
    return {node_id: place for place, node_id in taken.items()}


def nearest_free(place: Place, taken: Mapping[Place, str]) -> Place:
    """The free place nearest to this one: first to the right, then below, then around."""
    column, row = clamped(place)
    for distance in count():
        ring = [
            (column + across, row + down)
            for across in range(distance, -distance - 1, -1)
            for down in (distance - abs(across), abs(across) - distance)
        ]
        for candidate in ring:
            if candidate not in taken and clamped(candidate) == candidate:
                return candidate
    raise AssertionError("count() does not end")
