"""The board as it is edited: a cursor, and the mouse. It changes nothing by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace

from textual import events
from textual.geometry import Region
from textual.message import Message

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.tui.board.canvas import BoardCanvas
from sandbox.tui.board.drawing import BoardDrawing
from sandbox.tui.board.places import MOST, Place, clamped
from sandbox.tui.board.wires import Point
from sandbox.tui.keys import bind
from sandbox.tui.look import Look


@dataclass
class Drag:
    """A mouse button held down on a node: to move it, or from its right edge to pull a wire."""

    node: str
    wire: bool
    began: Place
    moved: bool = False


class BoardView(BoardCanvas, can_focus=True):
    """A board with a cursor over nodes and empty places."""

    BINDINGS = [
        bind("up", "cursor(0, -1)"),
        bind("down", "cursor(0, 1)"),
        bind("left", "cursor(-1, 0)"),
        bind("right", "cursor(1, 0)"),
    ]

    class CursorMoved(Message):
        """The cursor is on another place, or what stands there is another node."""

        def __init__(self, place: Place, node: str | None) -> None:
            super().__init__()
            self.place = place
            self.node = node

    class Clicked(Message):
        """A node was clicked, `times` times in a row."""

        def __init__(self, node: str, times: int) -> None:
            super().__init__()
            self.node = node
            self.times = times

    class Dropped(Message):
        """A node was dragged to another place."""

        def __init__(self, node: str, place: Place) -> None:
            super().__init__()
            self.node = node
            self.place = place

    class Pulled(Message):
        """A wire was pulled from one node to another."""

        def __init__(self, source: str, target: str) -> None:
            super().__init__()
            self.source = source
            self.target = target

    def __init__(self, level: Level, design: Design, look: Look, *, id: str | None = None) -> None:
        """Show `design` with the cursor at its top left."""
        self.cursor: Place = (0, 0)
        self._carried: str | None = None
        self._drag: Drag | None = None
        super().__init__(level, design, look, id=id)

    @property
    def chosen(self) -> str | None:
        """The node under the cursor."""
        return self.drawing.node_in(self.cursor)

    def go_to(self, place: Place) -> None:
        """Put the cursor on a place and bring it into view."""
        self.cursor = clamped(place)
        self.redraw()
        self._reveal()
        self.post_message(self.CursorMoved(self.cursor, self.chosen))

    def choose(self, node: str) -> None:
        """Put the cursor on a node."""
        if node in self.drawing.places:
            self.go_to(self.drawing.places[node])

    def carry(self, node: str | None) -> None:
        """Let a node travel with the cursor, to be seen where it would stand; None ends it."""
        self._carried = node
        self.redraw()

    def on_resize(self) -> None:
        """More or less room: keep the cursor in view."""
        super().on_resize()
        self._reveal()

    def action_cursor(self, across: int, down: int) -> None:
        """Go one place on, no further than one beyond what is used or seen."""
        metrics, places = self.drawing.metrics, self.drawing.places.values()
        seen = metrics.place_at(self.size.width - metrics.box_width, self.size.height - 3)
        right = max([seen[0], *(column + 1 for column, _ in places)])
        bottom = max([seen[1], *(row + 1 for _, row in places)])
        column, row = self.cursor[0] + across, self.cursor[1] + down
        self.go_to((min(column, right, MOST[0]), min(row, bottom, MOST[1])))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Choose what is under the mouse, and get ready to drag it."""
        if event.button != 1:
            return
        x, y = self._cell(event)
        node = self.drawing.node_at(x, y)
        self.go_to(self.drawing.places[node] if node else self.drawing.metrics.place_at(x, y))
        if node is not None:
            on_edge = x >= self.drawing.boxes[node].right
            self._drag = Drag(node, wire=on_edge, began=self.cursor)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Take along what is dragged."""
        drag, place = self._drag, self.drawing.metrics.place_at(*self._cell(event))
        if drag is None or place == self.cursor:
            return
        drag.moved = True
        if not drag.wire:
            self._carried = drag.node
        self.go_to(place)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go: a node is dropped where the cursor is, a wire ends at the node there."""
        drag, self._drag = self._drag, None
        if drag is None:
            return
        self.release_mouse()
        if not drag.moved:
            return
        place, target = self.cursor, self._standing(self.cursor)
        self.carry(None)
        self.go_to(drag.began)
        if drag.wire and target is not None and target != drag.node:
            self.post_message(self.Pulled(drag.node, target))
        elif not drag.wire and place != drag.began:
            self.post_message(self.Dropped(drag.node, place))

    def on_click(self, event: events.Click) -> None:
        """Tell which node was clicked."""
        node = self.drawing.node_at(*self._cell(event))
        if node is not None:
            self.post_message(self.Clicked(node, event.chain))

    def _drawn(self) -> BoardDrawing:
        design = self.design
        if self._carried is not None and self._standing(self.cursor) in (None, self._carried):
            design = _moved(design, self._carried, self.cursor)
        chosen = BoardDrawing.standing(self.level, design).get(self.cursor)
        marks = replace(self._marks, chosen=chosen, cursor=None if chosen else self.cursor)
        return self._drawing_of(design, marks)

    def _standing(self, place: Place) -> str | None:
        """The node that stands in a place in the design itself, whatever is carried."""
        return BoardDrawing.standing(self.level, self.design).get(place)

    def _reveal(self) -> None:
        """Pan so that the cursor's place is in view, with the room around it."""
        if not self.size:
            return  # not laid out yet; the first resize comes back here
        box = self.drawing.metrics.box(self.cursor)
        region = Region(box.x - 1, box.y - 1, box.width + 2, box.height + 2)
        self.scroll_to_region(region, animate=False, force=True)

    def _cell(self, event: events.MouseEvent) -> Point:
        offset = event.get_content_offset_capture(self) + self.scroll_offset
        return offset.x, offset.y


def _moved(design: Design, node_id: str, place: Place) -> Design:
    """The design as it would be with a node elsewhere: for the eye only."""
    nodes = tuple(
        node.model_copy(update={"at": place}) if node.id == node_id else node
        for node in design.nodes
    )
    return design.model_copy(update={"nodes": nodes})
