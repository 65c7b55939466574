"""The whole board as a grid of characters: boxes, wires, what is chosen, where it all ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sandbox.documents.decisions import decided
from sandbox.documents.design import Design, Node
from sandbox.documents.level import Level
from sandbox.documents.library import all_nodes
from sandbox.tui.board.glyphs import E, Glyphs, N, S, Side, W, glyphs
from sandbox.tui.board.grid import BLANK, Grid
from sandbox.tui.board.nodes import Face, Overlay, draw_box, draw_frame, overlay_lines
from sandbox.tui.board.places import Metrics, Place, places
from sandbox.tui.board.wires import Ends, Point, Router, Wire, crosses, related
from sandbox.tui.board.words import node_line, node_title
from sandbox.tui.look import Look, to_ascii


@dataclass(frozen=True)
class Marks:
    """What is pointed at on a board, apart from what it is."""

    chosen: str | None = None
    """The node the cursor is on."""
    cursor: Place | None = None
    """The empty place the cursor is on."""
    notes: Mapping[str, str] = field(default_factory=dict)
    """What a node offers just now, in place of its line: `a  wire`."""
    unrouted: frozenset[str] = frozenset()
    """Clients with an operation that finds no way."""
    exits: tuple[str, ...] = ()
    """Nodes behind which work is finished."""
    hidden: frozenset[str] = frozenset()
    """Nodes not drawn, with their wires."""


class BoardDrawing:
    """A design drawn for a look. Boxes and wires are kept for the mouse and for what travels."""

    def __init__(  # noqa: PLR0913 - one picture is made of these
        self,
        level: Level,
        design: Design,
        look: Look,
        overlays: Mapping[str, Overlay] | None = None,
        *,
        marks: Marks | None = None,
        metrics: Metrics | None = None,
        router: Router | None = None,
        size: tuple[int, int] = (0, 0),
    ) -> None:
        """Draw at least `size` (columns, rows); a `router` remembers ways between drawings."""
        self.level, self.look = decided(level, design), look
        self.marks, self.metrics = marks or Marks(), metrics or Metrics()
        self.glyphs: Glyphs = glyphs(look.ascii)
        nodes = all_nodes(level, design)
        self.nodes = {node.id: node for node in nodes if node.id not in self.marks.hidden}
        self.places = places(self.nodes.values())
        self.boxes = {key: self.metrics.box(place) for key, place in self.places.items()}
        links = [link.ends for link in design.links if set(link.ends) <= self.nodes.keys()]
        self.wires: dict[Ends, Wire] = (router or Router()).route(self.boxes, links)
        self.grid = Grid(*self._size(size))
        self._draw_wires()
        self._draw_boxes(overlays or {}, self._draw_exits())

    @staticmethod
    def standing(level: Level, design: Design) -> dict[Place, str]:
        """Which node stands where, without drawing anything."""
        return {place: key for key, place in places(all_nodes(level, design)).items()}

    def node_at(self, x: int, y: int) -> str | None:
        """The node whose box holds a cell."""
        return next((key for key, box in self.boxes.items() if box.holds(x, y)), None)

    def node_in(self, place: Place) -> str | None:
        """The node that stands in a place."""
        return next((key for key, taken in self.places.items() if taken == place), None)

    def _size(self, least: tuple[int, int]) -> tuple[int, int]:
        cursor = [self.marks.cursor] if self.marks.cursor else []
        width, height = self.metrics.extent([*self.places.values(), *cursor])
        cells = [cell for wire in self.wires.values() for cell in wire.cells]
        right = max((x for x, _ in cells), default=0) + 1
        bottom = max((y for _, y in cells), default=0) + 1
        return max(width, right, least[0]), max(height, bottom, least[1])

    def _draw_wires(self) -> None:
        passing: dict[Point, list[tuple[Wire, Side]]] = {}
        for wire in self.wires.values():
            for point, mask in wire.masks:
                passing.setdefault(point, []).append((wire, mask))
        for point, wires in passing.items():
            near = any(self.marks.chosen in wire.ends for wire, _ in wires)
            style = "wire.chosen" if near else "wire"
            self.grid.put(*point, self.glyphs.wires[_joined(wires)], style)
        for wire in self.wires.values():
            style = "wire.chosen" if self.marks.chosen in wire.ends else "wire"
            self.grid.put(*wire.cells[-1], self.glyphs.arrows[wire.arrives], style)

    def _draw_boxes(self, overlays: Mapping[str, Overlay], ending: Sequence[str]) -> None:
        if self.marks.cursor is not None:
            draw_frame(self.grid, self.metrics.box(self.marks.cursor), self.glyphs.place, "place")
        ports: dict[str, list[Side]] = {key: [] for key in self.nodes}
        for wire in self.wires.values():
            ports[wire.source].append(wire.leaves)
        for node_id in ending:
            ports[node_id].append(E)
        for key, node in self.nodes.items():
            face = self._face(node, overlays.get(key))
            draw_box(self.grid, self.boxes[key], face, self.glyphs, ports[key])

    def _face(self, node: Node, overlay: Overlay | None) -> Face:
        chosen = node.id == self.marks.chosen
        suffix = ".chosen" if chosen else ""
        width = self.metrics.box_width - 2
        lines: tuple[tuple[str, str], ...]
        if node.id in self.marks.notes:
            lines = ((self.marks.notes[node.id], "note"),)
        elif overlay is not None:
            lines = overlay_lines(overlay, width)
            if self.look.ascii:
                lines = tuple((to_ascii(text), style) for text, style in lines)
        elif node.id in self.marks.unrouted:
            lines = ((f"{self.glyphs.warning} no route", "warning"),)
        else:
            lines = ((node_line(self.level, node, self.glyphs, width), "inside" + suffix),)
        title = node_title(self.level, node, self.glyphs, width)
        return Face(title, lines, chosen)

    def _draw_exits(self) -> list[str]:
        """Behind a last node a short wire to the level's word for what is done, if it fits.

        Gives the nodes that got one.
        """
        across, arrow = self.glyphs.wires[E | W], self.glyphs.arrows[E]
        drawn = []
        for node in self.marks.exits if self.level.exit else ():
            if node not in self.boxes:
                continue
            box = self.boxes[node]
            for wire in (f"{across * 2}{arrow} ", f"{arrow} "):
                end = box.right + 1 + len(wire) + len(self.level.exit)
                if end <= self.grid.width and self._is_empty(box.right + 1, end, box.middle[1]):
                    x = self.grid.write(box.right + 1, box.middle[1], wire, "wire")
                    self.grid.write(x, box.middle[1], self.level.exit, "exit")
                    drawn.append(node)
                    break
        return drawn

    def _is_empty(self, start: int, end: int, y: int) -> bool:
        """Whether neither a wire nor a box is in a part of a row, nor right behind it."""
        cells = range(start, end + 1)
        boxes = self.boxes.values()
        return all(self.grid.at(x, y) == BLANK for x in cells) and not any(
            box.holds(x, y) for x in cells for box in boxes
        )


def _joined(wires: Sequence[tuple[Wire, Side]]) -> Side:
    """The sides drawn in a cell: a stranger passes under a wire that runs up and down."""
    if len(wires) > 1:
        for wire, mask in wires:
            for other, crossing in wires:
                if crosses(mask, crossing) and not related(wire.ends, other.ends):
                    return N | S
    joined: Side = 0
    for _, mask in wires:
        joined |= mask
    return joined
