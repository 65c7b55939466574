"""What can be decided about wires, and where nodes stand: by rows, in words, by the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.documents.design import Design, Link, Node
from sandbox.documents.level import Level
from sandbox.documents.library import load_level
from sandbox.documents.wires import wire_settings
from sandbox.player.edits import LINK_SETTINGS, SetSetting
from sandbox.player.pieces import EditError, link_between
from sandbox.tui.board import changes
from sandbox.tui.board.calls import wire_words
from sandbox.tui.board.describe import describe
from sandbox.tui.board.node_settings import NodeSettings
from sandbox.tui.board.rows import Row, rows, stepping, typing
from tests.tui.board.host import LEVELS, opened, running

MANY = LEVELS / "many.yaml"


@pytest.fixture(scope="module")
def many() -> Level:
    return load_level(MANY)


@pytest.fixture
def start(many: Level) -> Design:
    return many.starting_design()


def node(level: Level, design: Design, node_id: str) -> Node:
    found = changes.node_of(level, design, node_id)
    assert found is not None
    return found


def rows_of(level: Level, design: Design, source: str, target: str | None) -> dict[str, Row]:
    found = rows(level, design, node(level, design, source))
    return {row.name: row for row in found if row.target == target}


def typed(level: Level, design: Design, ends: tuple[str, str], name: str, text: str) -> Design:
    row = rows_of(level, design, *ends)[name]
    return typing(level, design, node(level, design, ends[0]), row, text).apply(design, level)


def stepped(level: Level, design: Design, ends: tuple[str, str], name: str, by: int) -> Design:
    row = rows_of(level, design, *ends)[name]
    return stepping(level, design, node(level, design, ends[0]), row, by).apply(design, level)


def link(design: Design, ends: tuple[str, str]) -> Link:
    return link_between(design, *ends)


def test_every_setting_of_a_link_but_how_long_it_is_has_a_row() -> None:
    fields = {name.replace("-", "_") for name in wire_settings()}
    assert {*LINK_SETTINGS, "opens_at", "among", "rests"} - fields == {"latency"}
    assert fields <= {*LINK_SETTINGS, "opens_at", "among", "rests"}
    assert all(len(spec.help) <= 110 for spec in wire_settings().values()), "one line or so"


def test_a_row_is_there_only_where_it_means_something(many: Level, start: Design) -> None:
    assert [*rows_of(many, start, "app", "log")] == ["timeout", "retries", "breaker", "bulkhead",
        "encrypted"]  # fmt: skip
    assert [*rows_of(many, start, "log", "indexer")] == ["encrypted"], "a log knows what became"
    assert [*rows_of(many, start, "db", "copy")] == ["encrypted"], "copies are told, not asked"
    assert "carries" in rows_of(many, start, "app", "copy"), "the primary could do it, too"
    assert [*rows_of(many, start, "viewers", "name")] == ["every", "encrypted"]
    assert [*rows_of(many, start, "people", "name")] == ["encrypted"]
    assert "timeout" in rows_of(many, start, "clock", "fn"), "the player's, unlike clients"
    assert rows_of(many, start, "viewers", None) == {}, "the level's own"
    assert "weight" in rows_of(many, start, "l7", "app")
    even = SetSetting("l7", "policy", "random").apply(start, many)
    assert "weight" not in rows_of(many, even, "l7", "app")


def test_a_breaker_opens_rows_of_its_own(many: Level, start: Design) -> None:
    ends = ("app", "db")
    design = stepped(many, start, ends, "breaker", 1)
    assert {"opens-at", "among", "rests"} <= {*rows_of(many, design, *ends)}
    design = typed(many, design, ends, "opens-at", "25")
    design = stepped(many, design, ends, "among", 1)
    design = typed(many, design, ends, "rests", "3")
    made = link(design, ends).breaker
    assert made is not None
    assert (made.opens_at, made.among, made.rests) == (0.25, 50, 3.0)
    words = "with a breaker that opens at 25% among the last 50 and rests 3 s"
    assert wire_words(many, design, link(design, ends)) == words
    assert stepped(many, design, ends, "breaker", 1) == start, "off again, and all of it gone"


def test_retries_open_what_holds_them_back(many: Level, start: Design) -> None:
    ends = ("app", "db")
    assert "budget" not in rows_of(many, start, *ends)
    design = typed(many, start, ends, "retries", "3")
    design = stepped(many, stepped(many, design, ends, "budget", 1), ends, "budget", 1)
    design = typed(many, design, ends, "jitter", "no")
    made = link(design, ends)
    assert (made.retries, made.budget, made.jitter) == (3, 0.02, False)
    design = typed(many, typed(many, design, ends, "budget", "none"), ends, "jitter", "yes")
    assert typed(many, design, ends, "retries", "0") == start


def test_a_bulkhead_and_what_may_not_be_typed(many: Level, start: Design) -> None:
    ends = ("app", "db")
    assert rows_of(many, start, *ends)["bulkhead"].value == "unbounded"
    design = typed(many, start, ends, "bulkhead", "7")
    assert link(design, ends).bulkhead == 7
    assert link(stepped(many, design, ends, "bulkhead", -1), ends).bulkhead == 5
    assert typed(many, design, ends, "bulkhead", "unbounded") == start
    for name, text in (("bulkhead", "many"), ("bulkhead", "-3"), ("timeout", "soon")):
        with pytest.raises(EditError):
            typed(many, start, ends, name, text)
    with pytest.raises(EditError, match="goes no further"):
        stepped(many, start, ends, "bulkhead", -1)


def test_what_a_wire_carries(many: Level, start: Design) -> None:
    ends = ("app", "copy")
    design = stepped(many, start, ends, "carries", 1)
    assert link(design, ends).carries == ("read",)
    design = typed(many, design, ends, "carries", "read, look")
    assert link(design, ends).carries == ("read", "look")
    again = link(typed(many, design, ends, "timeout", "1 s"), ends)
    assert again.carries == ("read", "look"), "another edit leaves it as it is"
    assert "only for read, look" in wire_words(many, design, link(design, ends))
    assert typed(many, design, ends, "carries", "everything") == start
    with pytest.raises(EditError, match="no operation"):
        typed(many, start, ends, "carries", "reed")


def test_how_often_those_who_watch_look(many: Level, start: Design) -> None:
    ends = ("viewers", "name")
    assert rows_of(many, start, *ends)["every"].value == "5 s", "as the level says"
    design = stepped(many, start, ends, "every", -1)
    assert link(design, ends).every == 3.0
    assert typed(many, design, ends, "every", "5 s") == start


def test_where_a_node_stands(many: Level, start: Design) -> None:
    app, copy = (node(many, start, name) for name in ("app", "copy"))
    assert rows_of(many, start, "app", None)["zones"].value == "east, west"
    assert "zones" not in rows_of(many, start, "fn", None), "a function is everywhere"
    row = rows_of(many, start, "copy", None)["zones"]
    assert (row.value, row.bounds) == ("east", "east, west")
    west = stepping(many, start, copy, row, 1).apply(start, many)
    assert node(many, west, "copy").zones == ("west",)
    one = typing(many, start, app, rows_of(many, start, "app", None)["zones"], "west")
    assert node(many, one.apply(start, many), "app").zones == ("west",)
    assert one.says(start, many) == "zones app east, west -> west"
    with pytest.raises(EditError, match="no zone `north`"):
        typing(many, start, app, row, "north").apply(start, many)


async def test_a_breaker_by_the_keyboard(tmp_path: Path) -> None:
    app = opened(tmp_path, MANY)
    async with running(app) as pilot:
        app.view.choose("fn")
        await pilot.press("enter")
        assert isinstance(app.screen, NodeSettings)
        at = [row.label for row in app.screen.rows].index("→ wide: breaker")
        await pilot.press(*["down"] * at, "plus")
        await pilot.press("down", "2", "0", "enter")
        await pilot.pause()
        await pilot.pause()
        made = link(app.design, ("fn", "wide")).breaker
        assert made is not None
        assert made.opens_at == 0.2
        assert "▸ → wide: opens at" in app.shown()


def test_the_board_in_words_says_how_many_and_what_of_each_wire(many: Level, start: Design) -> None:
    design = typed(many, start, ("app", "copy"), "carries", "read")
    design = typed(many, design, ("viewers", "name"), "every", "2 s")
    text = describe(many, design)
    assert "app ×2: App server, size S" in text
    assert "copy (only for read)" in text
    assert "wired to name (looks every 2 s)." in text
