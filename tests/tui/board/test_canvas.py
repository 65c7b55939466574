"""What is repainted: only the spans that differ."""

from __future__ import annotations

from pathlib import Path

from textual.app import App, ComposeResult
from textual.geometry import Region

from sandbox.documents.level import Level
from sandbox.tui.app import THEME
from sandbox.tui.board.canvas import BoardCanvas
from sandbox.tui.board.nodes import Overlay
from sandbox.tui.look import FULL, OK, Look
from tests.tui.board.host import opened, running


class Showing(App[None]):
    def __init__(self, level: Level) -> None:
        super().__init__()
        self.register_theme(THEME)
        self.theme = THEME.name
        self.canvas = BoardCanvas(level, level.starting_design(), Look(), inside=2)

    def compose(self) -> ComposeResult:
        yield self.canvas


def spy(canvas: BoardCanvas) -> list[Region]:
    """Everything the canvas asks to be repainted from now on."""
    asked: list[Region] = []
    refresh = canvas.refresh

    def remember(*regions: Region, **how: bool) -> BoardCanvas:
        asked.extend(regions)
        return refresh(*regions, **how)

    canvas.refresh = remember  # type: ignore[method-assign]
    return asked


async def test_a_passive_canvas_takes_no_focus_and_no_keys(pizza: Level) -> None:
    app = Showing(pizza)
    async with app.run_test(size=(90, 20)) as pilot:
        await pilot.press("down", "tab")
        assert app.focused is None
        assert app.canvas.scroll_offset == (0, 0)


async def test_one_node_changes_and_only_its_inside_is_repainted(pizza: Level) -> None:
    app = Showing(pizza)
    async with app.run_test(size=(90, 20)) as pilot:
        app.canvas.show(overlays={"cooks": Overlay(OK, load=0.2)})
        await pilot.pause()
        asked = spy(app.canvas)
        app.canvas.show(overlays={"cooks": Overlay(FULL, load=1.0, queue=3)})
        box = app.canvas.drawing.boxes["cooks"]
        assert len(asked) == 2, "one span a row"
        for region in asked:
            assert box.x < region.x
            assert region.right <= box.right
        await pilot.pause()


async def test_nothing_is_repainted_when_nothing_changes(pizza: Level) -> None:
    app = Showing(pizza)
    async with app.run_test(size=(90, 20)):
        asked = spy(app.canvas)
        app.canvas.show(overlays={})
        assert asked == []


async def test_what_travels_is_drawn_over_the_wires(pizza: Level) -> None:
    app = Showing(pizza)
    async with app.run_test(size=(90, 20)) as pilot:
        x, y = app.canvas.drawing.wires["guests", "phone"].cells[1]
        app.canvas.show(sprites={(x, y): ("●", "accent"), (999, 0): ("x", "")})
        await pilot.pause()
        strip = app.canvas.render_line(y)
        assert strip.text[x] == "●"


async def test_scrolled_rows_are_the_rows_of_the_drawing(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app, (60, 18)) as pilot:
        app.view.scroll_to(x=10, animate=False)
        await pilot.pause()
        y = app.view.drawing.boxes["rail"].y
        row = "".join(character for character, _ in app.view.drawing.grid.row(y))
        assert app.view.render_line(y).text == row[10:70]
