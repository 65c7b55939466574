"""The same by mouse: click chooses, a drag moves, from the right edge it pulls a wire."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from sandbox.tui.board.node_settings import NodeSettings
from sandbox.tui.board.panels import Kinds
from sandbox.tui.board.view import BoardView
from tests.tui.board.host import Host, opened, running


def middle(app: Host, node: str) -> tuple[int, int]:
    return app.view.drawing.boxes[node].middle


def at(app: Host) -> tuple[str | None, tuple[int, int]]:
    return app.view.chosen, app.view.cursor


async def drag(pilot: Pilot[int], start: tuple[int, int], *way: tuple[int, int]) -> None:
    await pilot.mouse_down(BoardView, offset=start)
    for point in way:
        await pilot.hover(BoardView, offset=point)
    await pilot.mouse_up(BoardView, offset=way[-1])
    await pilot.pause()


async def test_a_click_chooses_a_node_or_an_empty_place(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.click(BoardView, offset=middle(app, "oven"))
        assert app.view.chosen == "oven"
        x, y = middle(app, "oven")
        await pilot.click(BoardView, offset=(x, y + 4))
        assert at(app) == (None, (4, 2))


async def test_a_double_click_opens_the_settings(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.click(BoardView, offset=middle(app, "oven"), times=2)
        assert isinstance(app.screen, NodeSettings)


async def test_dragging_moves_a_node_and_shows_it_on_the_way(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        x, y = middle(app, "rail")
        await pilot.mouse_down(BoardView, offset=(x, y))
        await pilot.hover(BoardView, offset=(x, y + 4))
        assert app.view.drawing.places["rail"] == (2, 2)
        assert app.node("rail").at == (2, 1), "nothing is done before the button is let go"
        await pilot.mouse_up(BoardView, offset=(x, y + 4))
        await pilot.pause()
        assert app.node("rail").at == (2, 2)
        assert app.view.chosen == "rail"


async def test_a_drag_onto_another_node_changes_nothing(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await drag(pilot, middle(app, "rail"), middle(app, "cooks"))
        assert app.design == app.session.level.starting_design()
        assert "`cooks` stands there already" in app.shown()


async def test_the_guests_cannot_be_dragged_away(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        x, y = middle(app, "guests")
        await drag(pilot, (x, y), (x, y + 4))
        assert "belongs to the level" in app.shown()
        assert app.view.drawing.places["guests"] == (0, 1)


async def test_dragging_from_the_right_edge_pulls_a_wire(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        box = app.view.drawing.boxes["phone"]
        edge = (box.right, box.middle[1])
        await drag(pilot, edge, middle(app, "cooks"))
        assert ("phone", "cooks") in app.links()
        assert app.view.chosen == "phone"
        await drag(pilot, edge, middle(app, "cooks"))
        assert ("phone", "cooks") not in app.links()
        x, y = middle(app, "cooks")
        await drag(pilot, edge, (x, y + 4))
        assert app.design == app.session.level.starting_design()


async def test_a_click_takes_the_target_of_a_wire(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("w")
        await pilot.click(BoardView, offset=middle(app, "guests"))
        assert "no wire can go there" in app.shown()
        await pilot.click(BoardView, offset=middle(app, "cooks"))
        await pilot.pause()
        assert ("phone", "cooks") in app.links()
        assert app.view.chosen == "phone"


async def test_the_wheel_pans_and_clicks_still_meet(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app, (60, 18)) as pilot:
        app.view.scroll_to(x=15, animate=False)
        await pilot.pause()
        x, y = middle(app, "oven")
        await pilot.click(BoardView, offset=(x - app.view.scroll_offset.x, y))
        assert app.view.chosen == "oven"


async def test_a_click_on_the_palette_adds(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app, (120, 30)) as pilot:
        await pilot.click(Kinds, offset=(3, 4))
        assert app.design.node("chef") is not None
        assert app.view.has_focus
