"""Choices about the level itself, and calls that may be given up: in words and by the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.documents.design import Design, Node
from sandbox.documents.level import Level
from sandbox.documents.library import load_level_text
from sandbox.player.choices import SetFeature, SetWay
from sandbox.player.edits import SetLink
from sandbox.player.pieces import EditError
from sandbox.tui.board import changes
from sandbox.tui.board.calls import call_words, calls_from
from sandbox.tui.board.choices import ChoicesSheet
from sandbox.tui.board.describe import describe
from sandbox.tui.board.facts import facts
from sandbox.tui.board.glyphs import UNICODE
from sandbox.tui.board.inspector import column, two_lines
from sandbox.tui.board.node_settings import NodeSettings
from sandbox.tui.board.options import loads, options, worth_telling
from sandbox.tui.board.rows import Row, rows, stepping, typing
from sandbox.tui.board.words import node_line
from sandbox.tui.look import Look
from sandbox.tui.screens.brief import sections
from tests.player.conftest import SALE
from tests.tui.board.host import SHOP, Host, opened, running


@pytest.fixture
def sale() -> Level:
    return load_level_text(SALE)


@pytest.fixture
def sale_file(tmp_path: Path) -> Path:
    path = tmp_path / "sale.yaml"
    path.write_text(SALE, encoding="utf-8")
    return path


def node(level: Level, design: Design, node_id: str) -> Node:
    found = changes.node_of(level, design, node_id)
    assert found is not None
    return found


def scope(app: Host) -> tuple[str, ...] | None:
    return app.design.scope


def row(level: Level, design: Design, name: str, target: str = "payment") -> Row:
    found = rows(level, design, node(level, design, "app"))
    return next(each for each in found if (each.name, each.target) == (name, target))


def test_every_way_and_feature_is_an_option_and_says_what_it_is(sale: Level) -> None:
    found = options(sale, sale.starting_design())
    assert [(each.group, each.title, each.state) for each in found] == [
        ("buy it", "pay, then count off", "taken"),
        ("buy it", "take, then pay", ""),
        ("What is built", "gift wrapping", "left out"),
        ("What is built", "a tip jar", "built"),
    ]
    assert [each.chosen for each in found] == [True, False, False, True]
    assert found[1].says.endswith("compute → take → charge (may wait)")
    assert [each.edit for each in found] == [
        None,
        SetWay("buy", "take-first"),
        SetFeature("gift", True),
        SetFeature("tips", False),
    ]


def test_what_differs_is_told_before_what_is_busiest(sale: Level) -> None:
    start = sale.starting_design()
    before = facts(sale, start)
    after = facts(sale, SetFeature("gift", True).apply(start, sale))
    assert after.busy["db"] > before.busy["db"]
    assert worth_telling(before)[0] == "app"
    nodes = worth_telling(before, after)
    assert nodes[0] == "db"
    assert loads(before, nodes).startswith("db ")
    assert loads(after, nodes).startswith("db ")


def test_a_brief_tells_endpoints_needs_and_deadlines(sale: Level) -> None:
    start = sale.starting_design()
    told = dict(sections(sale, start, UNICODE))["What clients ask for"]
    assert told == ["look at it  compute → read", "buy it      2 ways, see below  in 2 s"]
    buy = sale.operations["buy"]
    alike = {"look": sale.operations["look"].model_copy(update={"deadline": 2.0}), "buy": buy}
    level = sale.model_copy(update={"operations": alike})
    assert dict(sections(level, start, UNICODE))["What clients ask for"][-1] == "Each within 2 s."


def test_the_code_that_runs_on_a_node_is_told_there(sale: Level) -> None:
    design = SetWay("buy", "take-first").apply(sale.starting_design(), sale)
    known = facts(sale, design)
    app, db = node(sale, design, "app"), node(sale, design, "db")
    assert "buy: take, then pay (c)" in two_lines(sale, design, app, known, UNICODE, 78)[1]
    assert ("buy: take, then pay", "") in column(sale, design, app, known, UNICODE)
    assert "take" not in " ".join(two_lines(sale, design, db, known, UNICODE, 78))
    assert "Choice: buy it: take, then pay." in describe(sale, design)
    assert "Choice: gift wrapping: left out." in describe(sale, design)
    told = dict(sections(sale, design, UNICODE))["Choices (c on the board)"]
    assert told[0] == "buy it: take, then pay. Take a unit, then have it paid."
    assert told[2] == "a tip jar: built. Ask for a tip."


def test_only_wires_with_a_reply_are_calls(sale: Level, pizza: Level) -> None:
    start = sale.starting_design()

    def targets(node_id: str) -> list[str]:
        return [link.target for link in calls_from(sale, start, node_id)]

    assert targets("app") == ["db", "payment"]
    assert targets("lb") == ["app"]
    assert targets("buyers") == [], "they belong to the level"
    assert targets("db") == []
    shop = pizza.starting_design()
    assert all(calls_from(pizza, shop, each.id) == [] for each in shop.nodes)


def test_a_call_is_described_with_what_it_does_about_silence(sale: Level) -> None:
    design = sale.starting_design()
    assert call_words(design.links[-1]) == ""
    for name, value in (("timeout", "4 s"), ("retries", 2)):
        design = SetLink("app", "payment", name, value).apply(design, sale)
    words = "gives up after 4 s, tries again 2 times, first after 100 ms"
    assert call_words(design.links[-1]) == words
    assert f"wired to db, payment ({words})." in describe(sale, design)


def test_a_pause_is_asked_for_only_where_there_are_retries(sale: Level) -> None:
    start = sale.starting_design()
    app = node(sale, start, "app")
    assert "backoff" not in [each.name for each in rows(sale, start, app)]
    again = typing(sale, start, app, row(sale, start, "retries"), "2").apply(start, sale)
    assert row(sale, again, "backoff").value == "100 ms"
    assert row(sale, again, "retries").help.startswith("How often a call to payment")


def test_steps_of_a_call(sale: Level) -> None:
    design = sale.starting_design()
    app = node(sale, design, "app")
    seen = []
    for _ in range(4):
        design = stepping(sale, design, app, row(sale, design, "timeout"), 1).apply(design, sale)
        seen.append(row(sale, design, "timeout").value)
    assert seen == ["100 ms", "200 ms", "500 ms", "1 s"]
    design = typing(sale, design, app, row(sale, design, "timeout"), "2.5 s").apply(design, sale)
    up = stepping(sale, design, app, row(sale, design, "timeout"), 1).apply(design, sale)
    down = stepping(sale, design, app, row(sale, design, "timeout"), -1).apply(design, sale)
    assert (up.links[-1].timeout, down.links[-1].timeout) == (3.0, 2.0)
    none = typing(sale, design, app, row(sale, design, "timeout"), "none").apply(design, sale)
    assert none == sale.starting_design()
    with pytest.raises(EditError, match="goes no further"):
        stepping(sale, none, app, row(sale, none, "timeout"), -1)
    with pytest.raises(EditError, match="a whole number"):
        typing(sale, none, app, row(sale, none, "retries"), "many")


def test_every_kind_says_what_bounds_it(sale: Level) -> None:
    start = sale.starting_design()
    lines = {
        kind: node_line(sale, Node(id="x", kind=kind), UNICODE)
        for kind in ("app", "cache", "replica", "queue", "room", "payment", "kv")
    }
    assert lines == {
        "app": "S 2 vCPU",
        "cache": "S 20k keys",
        "replica": "S 2 vCPU",
        "queue": "no limit",
        "room": "100/s",
        "payment": "100/s",
        "kv": "S 1 vCPU",
    }
    payment = node(sale, start, "payment")
    told = two_lines(sale, start, payment, facts(sale, start), UNICODE, 78)[0]
    assert "Payment provider, a quota of 100/s" in told


async def test_choices_by_the_keyboard(tmp_path: Path, sale_file: Path) -> None:
    app = opened(tmp_path, sale_file)
    async with running(app) as pilot:
        assert "c choices" in app.shown()
        await pilot.press("c")
        assert isinstance(app.screen, ChoicesSheet)
        assert "▸ ● pay, then count off   taken" in app.shown()
        await pilot.press("down")
        text = app.shown()
        assert "▸ ○ take, then pay" in text
        assert "then  $" in text, "what it would cost"
        assert app.design.ways == {}, "looking changes nothing"
        await pilot.press("enter")
        assert app.design.ways == {"buy": "take-first"}
        assert "▸ ● take, then pay   taken" in app.shown()
        await pilot.press("minus")
        assert app.design.ways == {}
        await pilot.press("plus")
        await pilot.press("down", "space")
        assert scope(app) == ("gift", "tips")
        await pilot.press("down", "minus", "minus")
        assert scope(app) == ("gift",)
        assert "○ a tip jar   left out" in app.shown()
        await pilot.press("u", "u")
        assert scope(app) is None
        await pilot.press("r")
        assert scope(app) == ("gift", "tips")
        await pilot.press("escape")
        assert app.is_on_board
    again = opened(tmp_path, sale_file)
    assert again.session.design == app.design, "saved at once"


async def test_choices_by_the_mouse_and_without_glyphs(tmp_path: Path, sale_file: Path) -> None:
    app = opened(tmp_path, sale_file, Look(ascii=True, colour=False))
    async with running(app) as pilot:
        await pilot.press("c")
        await pilot.click("#table", offset=(6, 2))
        assert app.design.ways == {}
        await pilot.click("#table", offset=(6, 2))
        assert app.design.ways == {"buy": "take-first"}
        text = app.shown()
        assert "o take, then pay   taken" in text
        assert text.isascii()


async def test_a_balancer_put_on_a_server_stands_in_front_of_it(
    tmp_path: Path, sale_file: Path
) -> None:
    app = opened(tmp_path, sale_file)
    async with running(app) as pilot:
        app.view.choose("app")
        await pilot.press("a", *"limiter", "enter")
        await pilot.pause()
        app.view.choose("lb")
        await pilot.press("a", *"limiter", "enter")
        await pilot.pause()
        made = app.node("limiter-2")
        lb = app.node("lb")
        assert made.at is not None
        assert lb.at is not None
        assert made.at[0] < lb.at[0]
        assert {("shoppers", "limiter-2"), ("limiter-2", "lb")} <= app.links()


async def test_a_level_without_choices_does_not_show_the_key(tmp_path: Path) -> None:
    app = opened(tmp_path, SHOP)
    async with running(app) as pilot:
        assert "choices" not in app.shown()
        await pilot.press("c")
        assert app.is_on_board


async def settings_of_app(app: Host, pilot: object) -> None:
    app.view.choose("app")
    await pilot.press("enter")  # type: ignore[attr-defined]
    assert isinstance(app.screen, NodeSettings)


async def test_calls_are_set_in_the_settings_of_the_caller(tmp_path: Path, sale_file: Path) -> None:
    app = opened(tmp_path, sale_file)
    async with running(app) as pilot:
        await settings_of_app(app, pilot)
        await pilot.press("up", "up", "up", "plus")  # retries of the call to the payment
        assert app.design.links[-1].retries == 1
        await pilot.pause()
        await pilot.pause()
        assert "→ payment: backoff" in app.shown()
        await pilot.press("up", "4")
        await pilot.press("space", "s", "enter")
        assert app.design.links[-1].timeout == 4.0
        await pilot.press("u", "u")
        assert app.design == app.session.level.starting_design()
        await pilot.pause()
        text = app.shown()
        assert "▸ → payment: timeout" in text, "the rows scroll with the chosen one"


async def test_many_rows_scroll_in_a_small_terminal(tmp_path: Path, sale_file: Path) -> None:
    app = opened(tmp_path, sale_file)
    async with running(app, size=(80, 20)) as pilot:
        await settings_of_app(app, pilot)
        for _ in range(8):
            await pilot.pause()
            await pilot.pause()
            text = app.shown()
            assert "▸ " in text
            assert "Esc done" in text
            await pilot.press("down")
