"""The widget that shows a board: cursor, mouse, panning. It changes nothing by itself.

Drawn line by line, one strip a row; after a change only the span of each row that differs is
drawn again. No timers: what does not change costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.tui.board.drawing import BoardDrawing, Marks
from sandbox.tui.board.grid import Cell, runs
from sandbox.tui.board.nodes import Overlay
from sandbox.tui.board.places import MOST, Metrics, Place, clamped
from sandbox.tui.board.wires import Point, Router
from sandbox.tui.keys import bind
from sandbox.tui.look import Look

Rows = list[tuple[Cell, ...]]


@dataclass
class Drag:
    """A mouse button held down on a node: to move it, or from its right edge to pull a wire."""

    node: str
    wire: bool
    began: Place
    moved: bool = False


class BoardView(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows a design, with a cursor over nodes and empty places."""

    BINDINGS = [
        bind("up", "cursor(0, -1)"),
        bind("down", "cursor(0, 1)"),
        bind("left", "cursor(-1, 0)"),
        bind("right", "cursor(1, 0)"),
    ]
    COMPONENT_CLASSES = {
        "board--box",
        "board--box-chosen",
        "board--title",
        "board--title-chosen",
        "board--inside",
        "board--inside-chosen",
        "board--wire",
        "board--wire-chosen",
        "board--place",
        "board--exit",
        "board--note",
        "board--warning",
        "board--success",
        "board--error",
        "board--accent",
        "board--text-muted",
    }

    class CursorMoved(Message):
        """The cursor is on another place, or what stands there is another node."""

        def __init__(self, place: Place, node: str | None) -> None:
            super().__init__()
            self.place = place
            self.node = node

    class Opened(Message):
        """A node was asked for its settings."""

        def __init__(self, node: str) -> None:
            super().__init__()
            self.node = node

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

    class Panned(Message):
        """Another part of the board is seen, or the board has grown or shrunk."""

    def __init__(
        self,
        level: Level,
        design: Design,
        look: Look,
        *,
        inside: int = 1,
        id: str | None = None,
        passive: bool = False,
    ) -> None:
        """Show `design`; a `passive` view takes neither focus nor mouse and has no cursor."""
        super().__init__(id=id)
        self.can_focus = not passive
        self.passive = passive
        self.level, self.design, self.look = level, design, look
        self.cursor: Place = (0, 0)
        self._inside = inside
        self._marks = Marks()
        self._overlays: Mapping[str, Overlay] = {}
        self._sprites: Mapping[Point, Cell] = {}
        self._moving: str | None = None
        self._drag: Drag | None = None
        self._router = Router()
        self._rows: Rows = []
        self._strips: dict[int, Strip] = {}
        self._styles: dict[str, Style] = {}
        self.drawing = self._drawn()

    @property
    def chosen(self) -> str | None:
        """The node under the cursor."""
        return self.drawing.node_in(self.cursor)

    def show(
        self,
        design: Design | None = None,
        *,
        overlays: Mapping[str, Overlay] | None = None,
        sprites: Mapping[Point, Cell] | None = None,
        marks: Marks | None = None,
    ) -> None:
        """Show another design, or other things on it; whatever is not given stays as it is."""
        self.design = self.design if design is None else design
        self._overlays = self._overlays if overlays is None else overlays
        self._sprites = self._sprites if sprites is None else sprites
        self._marks = self._marks if marks is None else marks
        self.redraw()

    def go_to(self, place: Place) -> None:
        """Put the cursor on a place and bring it into view."""
        self.cursor = clamped(place)
        self.redraw()
        self.reveal()
        self.post_message(self.CursorMoved(self.cursor, self.chosen))

    def choose(self, node: str) -> None:
        """Put the cursor on a node."""
        if node in self.drawing.places:
            self.go_to(self.drawing.places[node])

    def carry(self, node: str | None) -> None:
        """Let a node travel with the cursor, to be seen where it would stand; None ends it."""
        self._moving = node
        self.redraw()

    def redraw(self) -> None:
        """Draw again, and have repainted only what became different."""
        self.drawing = self._drawn()
        self.post_message(self.Panned())
        grid = self.drawing.grid
        rows = [self._with_sprites(y, grid.row(y)) for y in range(grid.height)]
        before, self._rows = self._rows, rows
        size = Size(grid.width, grid.height)
        if self.virtual_size != size or len(before) != len(rows):
            self.virtual_size = size
            self._strips.clear()
            self.refresh()
            return
        regions = []
        for y, (old, new) in enumerate(zip(before, rows, strict=True)):
            if old != new:
                self._strips.pop(y, None)
                regions.append(self._span(y, old, new))
        if regions:
            self.refresh(*regions)

    def reveal(self) -> None:
        """Pan so that the cursor's place is in view, with the room around it."""
        box = self.drawing.metrics.box(self.cursor)
        region = Region(box.x - 1, box.y - 1, box.width + 2, box.height + 2)
        self.scroll_to_region(region, animate=False, force=True)

    def beyond(self) -> tuple[bool, bool, bool, bool]:
        """Whether there is more board above, to the right, below, to the left of what is seen."""
        x, y = self.scroll_offset
        boxes = self.drawing.boxes.values()
        return (
            any(box.y < y for box in boxes),
            any(box.right >= x + self.size.width for box in boxes),
            any(box.bottom >= y + self.size.height for box in boxes),
            any(box.x < x for box in boxes),
        )

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        scroll_x, scroll_y = self.scroll_offset
        row = scroll_y + y
        strip = self._strips.get(row)
        if strip is None and row < len(self._rows):
            strip = self._strips[row] = self._strip(self._rows[row])
        base = self.rich_style
        if strip is None:
            return Strip.blank(self.size.width, base)
        return strip.crop_extend(scroll_x, scroll_x + self.size.width, base)

    def notify_style_update(self) -> None:
        """Colours have changed."""
        super().notify_style_update()
        self._styles.clear()
        self._strips.clear()

    def watch_scroll_x(self, old_value: float, new_value: float) -> None:
        """Panned sideways."""
        super().watch_scroll_x(old_value, new_value)
        self.post_message(self.Panned())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Panned up or down."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Panned())

    def on_resize(self) -> None:
        """More or less room: boxes may become wider or narrower."""
        self.redraw()
        self.refresh()
        if not self.passive:
            self.reveal()

    def action_cursor(self, across: int, down: int) -> None:
        """Go to the next place in a direction."""
        self.go_to(self._stepped(across, down))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Choose what is under the mouse, and get ready to drag it."""
        if self.passive or event.button != 1:
            return
        x, y = self._cell(event)
        node = self.drawing.node_at(x, y)
        place = self.drawing.metrics.place_at(x, y)
        self.go_to(self.drawing.places[node] if node else place)
        if node is not None:
            self._drag = Drag(node, wire=x >= self.drawing.boxes[node].right, began=self.cursor)
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Take what is dragged along."""
        if self._drag is None:
            return
        x, y = self._cell(event)
        place = self.drawing.metrics.place_at(x, y)
        self._drag.moved = self._drag.moved or place != self._drag.began
        if self._drag.moved and place != self.cursor:
            if not self._drag.wire:
                self._moving = self._drag.node
            self.go_to(place)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go: a node is dropped where the cursor is, a wire ends at the node there."""
        drag, self._drag, self._moving = self._drag, None, None
        if drag is None:
            return
        self.release_mouse()
        place, target = self.cursor, self._standing(self.cursor)
        self.redraw()
        if drag.wire and drag.moved and target not in (None, drag.node):
            self.choose(drag.node)
            self.post_message(self.Pulled(drag.node, str(target)))
        elif not drag.wire and place != drag.began:
            self.post_message(self.Dropped(drag.node, place))

    def on_click(self, event: events.Click) -> None:
        """Open a node on the second click."""
        if event.chain == 2 and self.chosen is not None and not self.passive:
            self.post_message(self.Opened(self.chosen))

    def _standing(self, place: Place) -> str | None:
        """The node that stands in a place in the design itself, not in a preview."""
        return BoardDrawing.standing(self.level, self.design).get(place)

    def _drawn(self) -> BoardDrawing:
        design = self.design
        marks = self._marks
        if self._moving is not None and self._standing(self.cursor) in (None, self._moving):
            design = _moved(design, self._moving, self.cursor)
        if not self.passive:
            node = BoardDrawing.standing(self.level, design).get(self.cursor)
            marks = replace(marks, chosen=node, cursor=None if node else self.cursor)
        return BoardDrawing(
            self.level,
            design,
            self.look,
            self._overlays,
            marks=marks,
            metrics=Metrics.fitting(self.size.width, inside=self._inside),
            router=self._router,
            size=self.size,
        )

    def _stepped(self, across: int, down: int) -> Place:
        """The next place, no further than one beyond what is used or seen."""
        metrics, places = self.drawing.metrics, self.drawing.places.values()
        seen = metrics.place_at(self.size.width - metrics.box_width, self.size.height - 3)
        right = max([seen[0], *(column + 1 for column, _ in places)])
        bottom = max([seen[1], *(row + 1 for _, row in places)])
        column, row = self.cursor
        return (
            min(max(column + across, 0), right, MOST[0]),
            min(max(row + down, 0), bottom, MOST[1]),
        )

    def _cell(self, event: events.MouseEvent) -> Point:
        offset = event.get_content_offset_capture(self) + self.scroll_offset
        return offset.x, offset.y

    def _with_sprites(self, y: int, row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        here = {x: cell for (x, row_of), cell in self._sprites.items() if row_of == y}
        if not here:
            return row
        return tuple(here.get(x, cell) for x, cell in enumerate(row))

    def _span(self, y: int, old: tuple[Cell, ...], new: tuple[Cell, ...]) -> Region:
        """The part of a row that differs, in cells of the widget."""
        if len(old) != len(new):
            return Region(0, y - self.scroll_offset.y, self.size.width, 1)
        differ = [x for x, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        x, width = differ[0], differ[-1] - differ[0] + 1
        return Region(x - self.scroll_offset.x, y - self.scroll_offset.y, width, 1)

    def _strip(self, row: tuple[Cell, ...]) -> Strip:
        return Strip([Segment(text, self._style(name)) for text, name in runs(row)], len(row))

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            component = f"board--{name.lstrip('$').replace('.', '-')}"
            known = name and component in self.COMPONENT_CLASSES
            style = self.get_component_rich_style(component) if known else self.rich_style
            self._styles[name] = style
        return style


def _moved(design: Design, node_id: str, place: Place) -> Design:
    """The design as it would be with a node elsewhere: for the eye only."""
    nodes = tuple(
        node.model_copy(update={"at": place}) if node.id == node_id else node
        for node in design.nodes
    )
    return design.model_copy(update={"nodes": nodes})
