"""Everything on the board by keyboard; what was done is in the session and on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.documents.library import load_design, load_level
from sandbox.player.edits import RemoveLink
from sandbox.tui import messages
from sandbox.tui.board.in_words import InWords
from sandbox.tui.board.node_settings import NodeSettings
from sandbox.tui.board.palette import PaletteDialog
from sandbox.tui.screens.brief import BriefScreen
from tests.tui.board.host import SHOP, TODO, Host, opened, running


def saved(folder: Path) -> Host:
    """The game as it would be after a crash: a second one in the same folder."""
    return opened(folder)


async def test_the_goal_and_the_next_key_are_in_sight(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app):
        text = app.shown()

    assert "Friday night pizza   $295 of $620/night" in text
    assert "seed 1" in text
    assert "○ eaten within 20 min ≥ 90%" in text
    assert "▲ 20→45/h at 20:00" in text
    assert "Space run  a add" in text


async def test_arrows_and_hjkl_move_the_cursor(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        assert app.view.chosen == "phone"
        await pilot.press("right", "l")
        assert app.view.chosen == "cooks"
        await pilot.press("left", "h")
        assert app.view.chosen == "phone"
        await pilot.press("down", "j")
        assert app.view.cursor == (1, 3)
        assert "an empty place" in app.shown()
        await pilot.press("up", "k")
        assert app.view.chosen == "phone"
        await pilot.press("up", "up", "up")
        assert app.view.cursor == (1, 0)


async def test_plus_and_minus_count_and_show_cost_and_estimate_at_once(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        assert "estimate at the peak: 112% busy" in app.shown()
        await pilot.press("plus")
        assert app.node("phone").count == 2
        assert "$350 of $620/night" in app.shown()
        assert "estimate at the peak: 56% busy" in app.shown()
        assert "phone ×2" in app.shown()
        await pilot.press("equals_sign", "minus", "minus")
        assert app.node("phone").count == 1
        await pilot.press("minus")
        assert app.node("phone").count == 1
        assert "needs at least one" in app.shown()


async def test_every_edit_is_on_the_disk_at_once(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("plus")
        assert saved(tmp_path).node("phone").count == 2
        await pilot.press("u")
        assert saved(tmp_path).node("phone").count == 1


async def test_undo_and_redo(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        before = app.design
        await pilot.press("plus", "right", "right", "plus")
        after = app.design
        await pilot.press("u")
        assert "undone: count cooks 2 -> 3" in app.shown()
        await pilot.press("ctrl+z")
        assert app.design == before
        await pilot.press("u")
        assert "nothing to undo" in app.shown()
        await pilot.press("r", "ctrl+y")
        assert app.design == after


async def test_delete_takes_the_wires_along_and_marks_who_is_stranded(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("x")
        assert app.design.node("phone") is None
        assert app.links() == {("rail", "cooks"), ("cooks", "oven")}
        assert "✗ no route" in app.shown()
        assert "no route to anything that can `take`" in app.shown()
        await pilot.press("left", "delete")
        assert "`guests` belongs to the level" in app.shown()
        await pilot.press("u")
        assert "✗ no route" not in app.shown()


async def test_add_searches_puts_it_beside_and_wires_it(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("right", "right", "right", "x", "left", "right", "a")
        assert isinstance(app.screen, PaletteDialog)
        text = app.shown()
        assert "Phone  $55/night" in text
        assert "Callers hear the busy music" in text
        await pilot.press(*"slot", "enter")
        assert app.node("stove").at == (4, 1)
        assert ("cooks", "stove") in app.links()
        assert app.view.chosen == "stove"


async def test_the_search_finds_what_a_kind_does_and_may_find_nothing(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("a", *"prepare")
        assert "Cooks" in app.shown()
        assert "Phone" not in app.shown()
        await pilot.press(*"xyz", "enter")
        assert isinstance(app.screen, PaletteDialog)
        await pilot.press("escape")
        assert app.is_on_board
        assert app.design == app.session.level.starting_design()


async def test_add_beside_a_chosen_node_and_by_the_arrows(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("a", "down", "down", "down", "down", "up", "enter")
        assert app.node("stove").at not in {node.at for node in app.design.nodes[:-1]}
        assert app.view.chosen == "stove"


async def test_enter_on_an_empty_place_asks_what_to_add_there(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("up", "enter", "enter")
        assert app.node("desk").at == (1, 0)


async def test_wire_by_letter_makes_and_takes_away(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("w")
        text = app.shown()
        assert "a unwire" in text
        assert "s wire" in text
        assert "Esc cancel" in text
        await pilot.press("s")
        assert ("phone", "cooks") in app.links()
        assert "a unwire" not in app.shown()
        assert app.view.chosen == "phone"
        await pilot.press("w", "s")
        assert ("phone", "cooks") not in app.links()


async def test_wire_by_cursor_and_enter_for_keyboards_without_these_letters(
    tmp_path: Path,
) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("w", "right", "right", "right", "enter")
        assert ("phone", "oven") in app.links()
        await pilot.press("w", "left", "enter")
        assert "no wire can go there" in app.shown()
        await pilot.press("escape")
        assert app.view.chosen == "phone"
        assert app.heard == []


async def test_no_wire_against_the_stream(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("right", "right", "right", "w")
        assert "no node can take a wire from oven" in app.shown()


async def test_while_a_wire_looks_for_its_target_nothing_else_happens(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        before = app.design
        await pilot.press("w", "plus", "x", "space", "u")
        assert app.design == before
        assert app.heard == []


async def test_move_by_arrows(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("m", "down", "down")
        assert "move phone: arrows, then Enter" in app.shown()
        assert app.view.drawing.places["phone"] == (1, 3)
        await pilot.press("enter")
        assert app.node("phone").at == (1, 3)
        assert app.view.chosen == "phone"


async def test_a_move_can_be_cancelled_and_not_end_on_another(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("m", "down", "escape")
        assert app.node("phone").at == (1, 1)
        assert app.view.cursor == (1, 1)
        await pilot.press("m", "right", "enter")
        assert "`rail` stands there already" in app.shown()
        assert app.node("phone").at == (1, 1)
        await pilot.press("left", "m")
        assert "this one stays where it is" in app.shown()


async def test_duplicate(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("right", "right", "d")
        assert app.node("cooks-2").count == 2
        assert ("cooks-2", "oven") in app.links()
        assert app.view.chosen == "cooks-2"


async def test_reset_can_be_undone(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("plus", "R")
        assert app.design == app.session.level.starting_design()
        await pilot.press("u")
        assert app.node("phone").count == 2


async def test_sizes(tmp_path: Path) -> None:
    app = opened(tmp_path, TODO)
    async with running(app) as pilot:
        app.view.choose("app-1")
        await pilot.press("full_stop")
        assert app.node("app-1").size == "M"
        assert "M 4 vCPU" in app.shown()
        await pilot.press("comma", "comma")
        assert app.node("app-1").size == "S"
        assert "no smaller size" in app.shown()


async def test_space_runs_and_escape_leaves(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("space", "escape")
    assert app.heard == [messages.StartRun, messages.ShowMap]


async def test_a_board_that_cannot_be_run_says_why(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app, (120, 30)) as pilot:
        await pilot.press("a", *"cooks", "enter")
        app.view.choose("rail")
        await pilot.press("w")
        target = next(
            letter
            for letter, node in app.board._mode.letters.items()  # type: ignore[union-attr]
            if node == "chef"
        )
        await pilot.press(target, "space")
        assert "`rail` could send `prepare` to `cooks` and `chef`; put a router" in app.shown()
        assert app.shown().count("could send") == 1
        assert app.heard == []


async def test_brief(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("b")
        assert isinstance(app.screen, BriefScreen)
        text = app.shown()
        assert "It is Friday, and you run the pizza shop at the corner." in text
        assert "○ guests lost ≤ 5%" in text
        assert "$620 a night" in text
        assert "a pizza  take → prepare → bake  in 20 min" in text
        await pilot.press("escape")
        assert app.is_on_board


async def test_the_board_in_words(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("D")
        assert isinstance(app.screen, InWords)
        assert "5 nodes, 4 links." in app.shown()
        await pilot.press("escape")
        assert app.is_on_board


async def test_prebaking_is_seen_and_set_in_three_keys(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        app.view.choose("oven")
        await pilot.pause()
        assert "baked ahead 0% (Enter)" in app.shown()
        await pilot.press("enter", "down", "right")
        assert isinstance(app.screen, NodeSettings)
        assert app.node("oven").settings == {"ahead": "20%"}
        assert "favourites first" in app.shown()
        await pilot.press("plus", "plus")
        assert "$505 of $620/night" not in app.shown()
        await pilot.press("escape")
        assert app.node("oven").settings == {"ahead": "60%"}
        assert "ahead 60%" in app.shown()
        assert "baked ahead 60% (Enter)" in app.shown()


async def test_settings_by_typing(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        app.view.choose("oven")
        await pilot.press("enter", "8", "enter")
        assert app.node("oven").count == 8
        await pilot.press("down", "4", "0", "enter")
        assert app.node("oven").settings == {"ahead": "40%"}
        await pilot.press("9", "9", "enter")
        assert "out of bounds: at most 80%" in app.shown()
        assert app.node("oven").settings == {"ahead": "40%"}
        await pilot.press("5", "escape", "left", "left")
        assert app.node("oven").settings == {}, "a default is not written down"
        await pilot.press("u", "escape")
        assert app.is_on_board
        assert app.node("oven").settings == {"ahead": "20%"}


async def test_a_limit_can_be_typed_as_unbounded(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        app.view.choose("rail")
        await pilot.press("enter", "4", "enter")
        assert app.node("rail").settings == {"queue": 4}
        await pilot.press("enter", "backspace", *"unbounded", "enter", "escape")
        assert app.node("rail").settings == {}


async def test_settings_of_what_the_level_has_set(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        app.view.choose("guests")
        await pilot.press("enter", "right", "enter", "down", "7")
        assert "it stays as it is" in app.shown()
        await pilot.press("escape")
        assert app.design == app.session.level.starting_design()


async def test_undoing_in_the_dialog_never_takes_its_node_away(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("a", "enter", "enter", "u", "u")
        assert isinstance(app.screen, NodeSettings)
        assert app.design.node("desk") is not None


async def test_the_cursor_is_followed_beyond_the_edge(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app, (60, 18)) as pilot:
        assert app.view.scroll_offset.x == 0
        assert "more right" in app.shown()
        await pilot.press("right", "right", "right")
        assert app.view.chosen == "oven"
        assert app.view.scroll_offset.x > 0
        assert "oven ×4" in app.shown()
        assert "more left" in app.shown()


async def test_panels_from_110_columns(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app, (110, 30)) as pilot:
        text = app.shown()
        assert "Ticket rail" in text
        assert "Fails: Callers hear the" in text
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert "Ticket rail" not in app.shown()
        assert "estimate at the peak" in app.shown()


async def test_a_failed_save_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        (tmp_path / "designs").write_text("in the way")
        await pilot.press("plus")
        assert "could not be saved" in app.shown()
        assert app.node("phone").count == 2


async def test_no_timers_while_nothing_happens(tmp_path: Path) -> None:
    app = opened(tmp_path)
    async with running(app) as pilot:
        await pilot.press("w")
        widgets = (app.screen, *app.screen.walk_children())
        timers = {timer.name for widget in widgets for timer in widget._timers}
        assert timers <= {"screen_update"}, "Textual's own, which rests between changes"


def test_the_saved_board_is_an_ordinary_design_file(tmp_path: Path) -> None:
    app = opened(tmp_path)
    app.session.do(RemoveLink("cooks", "oven"))

    level = load_level(SHOP)

    assert load_design(tmp_path / "designs" / "shop.yaml", level) == app.design


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (40, 12), (120, 40)])
async def test_any_size_shows_the_chosen_node(tmp_path: Path, size: tuple[int, int]) -> None:
    app = opened(tmp_path)
    async with running(app, size):
        assert "phone" in app.shown()
