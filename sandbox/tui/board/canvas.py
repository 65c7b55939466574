"""The widget that shows a board and nothing more: for the run, and as the base of the editor.

Drawn line by line, one strip a row; after a change only the span of each row that differs is
drawn again. No timers: what does not change costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.tui.board.drawing import BoardDrawing, Marks
from sandbox.tui.board.grid import Cell, runs
from sandbox.tui.board.nodes import Overlay
from sandbox.tui.board.places import Metrics
from sandbox.tui.board.wires import Point, Router
from sandbox.tui.look import Look

Row = tuple[Cell, ...]


class BoardCanvas(ScrollView, can_focus=False, inherit_bindings=False):
    """Shows a design, with what is laid over its nodes and what travels on its wires."""

    DEFAULT_CSS = """
    BoardCanvas {
        width: 1fr; height: 1fr; scrollbar-size: 0 0; background: $background;
        & > .board--box { color: $primary; }
        & > .board--box-chosen { color: $accent; text-style: bold; }
        & > .board--title { color: $foreground; text-style: bold; }
        & > .board--title-chosen { color: $accent; text-style: bold; }
        & > .board--inside { color: $foreground; }
        & > .board--inside-chosen { color: $foreground; text-style: bold; }
        & > .board--wire { color: $secondary 70%; }
        & > .board--wire-chosen { color: $secondary; text-style: bold; }
        & > .board--place { color: $accent; }
        & > .board--exit { color: $foreground; text-style: bold; }
        & > .board--note { color: $accent; text-style: bold reverse; }
        & > .board--accent { color: $accent; }
        & > .board--success { color: $success; }
        & > .board--warning { color: $warning; text-style: bold; }
        & > .board--error { color: $error; text-style: bold; }
        & > .board--quiet { color: $quiet; }
    }
    """
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
        "board--accent",
        "board--success",
        "board--warning",
        "board--error",
        "board--quiet",
    }

    class Panned(Message):
        """Another part of the board is seen, or the board has grown or shrunk."""

    def __init__(
        self, level: Level, design: Design, look: Look, *, inside: int = 1, id: str | None = None
    ) -> None:
        """Show `design`; boxes have `inside` lines inside."""
        super().__init__(id=id)
        self.level, self.design, self.look = level, design, look
        self._inside = inside
        self._marks = Marks()
        self._overlays: Mapping[str, Overlay] = {}
        self._sprites: Mapping[Point, Cell] = {}
        self._router = Router()
        self._rows: list[Row] = []
        self._strips: dict[int, Strip] = {}
        self._styles: dict[str, Style] = {}
        self.drawing = self._drawn()

    def show(
        self,
        design: Design | None = None,
        *,
        overlays: Mapping[str, Overlay] | None = None,
        sprites: Mapping[Point, Cell] | None = None,
        marks: Marks | None = None,
    ) -> None:
        """Show another design, or other things on it; whatever is not given stays as it is.

        `sprites` are single cells drawn over everything, such as what travels on a wire.
        """
        self.design = self.design if design is None else design
        self._overlays = self._overlays if overlays is None else overlays
        self._sprites = self._sprites if sprites is None else sprites
        self._marks = self._marks if marks is None else marks
        self.redraw()

    def redraw(self) -> None:
        """Draw again, and have repainted only what became different."""
        self.drawing = self._drawn()
        if not self.size:
            return  # not laid out yet: boxes would be as wide as nothing
        grid = self.drawing.grid
        before, self._rows = self._rows, self._with_sprites()
        if self.virtual_size != Size(grid.width, grid.height) or len(before) != grid.height:
            self.virtual_size = Size(grid.width, grid.height)
            self._strips.clear()
            self.refresh()
            self.post_message(self.Panned())
            return
        regions = []
        for y, (old, new) in enumerate(zip(before, self._rows, strict=True)):
            if old != new:
                self._strips.pop(y, None)
                regions.append(self._span(y, old, new))
        if regions:
            self.refresh(*regions)

    def beyond(self) -> tuple[bool, bool, bool, bool]:
        """Whether nodes lie above, to the right, below, to the left of what is seen."""
        (x, y), size = self.scroll_offset, self.size
        boxes = self.drawing.boxes.values()
        return (
            any(box.y < y for box in boxes),
            any(box.right >= x + size.width for box in boxes),
            any(box.bottom >= y + size.height for box in boxes),
            any(box.x < x for box in boxes),
        )

    def render_line(self, y: int) -> Strip:
        """One row of the screen."""
        scroll_x, scroll_y = self.scroll_offset
        row, base = scroll_y + y, self.rich_style
        if row >= len(self._rows):
            return Strip.blank(self.size.width, base)
        strip = self._strips.get(row)
        if strip is None:
            strip = self._strips[row] = self._strip(self._rows[row])
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

    def _drawn(self) -> BoardDrawing:
        """The drawing of what there is now."""
        return self._drawing_of(self.design, self._marks)

    def _drawing_of(self, design: Design, marks: Marks) -> BoardDrawing:
        standing = BoardDrawing.standing(self.level, design)
        columns = max((column for column, _ in standing), default=0) + 1
        return BoardDrawing(
            self.level,
            design,
            self.look,
            self._overlays,
            marks=marks,
            metrics=Metrics.fitting(self.size.width, inside=self._inside, columns=columns),
            router=self._router,
            size=(self.size.width, self.size.height),
        )

    def _with_sprites(self) -> list[Row]:
        grid = self.drawing.grid
        rows = [grid.row(y) for y in range(grid.height)]
        for (x, y), cell in self._sprites.items():
            if 0 <= y < grid.height and 0 <= x < grid.width:
                rows[y] = (*rows[y][:x], cell, *rows[y][x + 1 :])
        return rows

    def _span(self, y: int, old: Row, new: Row) -> Region:
        """The part of a row that differs, in cells of the widget."""
        differ = [x for x, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
        x, width = differ[0], differ[-1] - differ[0] + 1
        return Region(x - self.scroll_offset.x, y - self.scroll_offset.y, width, 1)

    def _strip(self, row: Row) -> Strip:
        return Strip([Segment(text, self._style(name)) for text, name in runs(row)], len(row))

    def _style(self, name: str) -> Style:
        style = self._styles.get(name)
        if style is None:
            component = f"board--{name.lstrip('$').replace('.', '-')}"
            known = component in self.COMPONENT_CLASSES
            style = self.get_component_rich_style(component) if known else self.rich_style
            self._styles[name] = style
        return style
