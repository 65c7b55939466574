"""What is said of levels and nodes, from their documents."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.documents.design import Design, Node
from sandbox.documents.level import Level
from sandbox.documents.library import load_level
from sandbox.documents.operations import Parallel
from sandbox.player.edits import RemoveNode, SetSetting
from sandbox.player.pieces import EditError
from sandbox.tui.board import changes
from sandbox.tui.board.describe import describe
from sandbox.tui.board.facts import cost_line, facts, trouble
from sandbox.tui.board.glyphs import ASCII, UNICODE
from sandbox.tui.board.inspector import column, estimate_line, headline, settings_line, two_lines
from sandbox.tui.board.rows import rows, stepping, typing
from sandbox.tui.board.words import (
    goal_words,
    node_line,
    plural,
    rate_words,
    traffic_of,
    traffic_promise,
)
from sandbox.tui.screens.brief import paragraphs, sections
from sandbox.tui.screens.opening import sentences
from tests.tui.fakes import TODO

CHECKOUT = Path(__file__).resolve().parents[3]


def node(level: Level, node_id: str, design: Design | None = None) -> Node:
    found = changes.node_of(level, design or level.starting_design(), node_id)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("noun", "number", "expected"),
    [
        ("clerk", 1, "1 clerk"),
        ("slot", 4, "4 slots"),
        ("primary", 2, "2 primaries"),
        ("tray", 2, "2 trays"),
        ("box", 3, "3 boxes"),
        ("cook", 0, "0 cooks"),
    ],
)
def test_plurals(noun: str, number: int, expected: str) -> None:
    assert plural(noun, number) == expected


def test_goals_and_traffic_carry_their_units(pizza: Level, todo: Level) -> None:
    assert [goal_words(slo, UNICODE) for slo in pizza.slos] == [
        "eaten within 20 min ≥ 90%",
        "guests lost ≤ 5%",
    ]
    assert [goal_words(slo, ASCII) for slo in todo.slos] == ["p95 <= 300 ms", "good >= 99%"]
    assert traffic_promise(pizza, UNICODE) == "20→45/h at 20:00"
    assert traffic_promise(todo, UNICODE) == "200→1000/s at 00:05"
    assert traffic_of(pizza, "guests", ASCII) == "20-45/h"
    assert traffic_of(pizza, "nobody", UNICODE) == "0"


def test_steady_traffic_promises_no_peak(pizza: Level) -> None:
    stream = pizza.traffic[0].model_copy(update={"phases": (), "rate": 0.01})

    assert traffic_promise(pizza.model_copy(update={"traffic": (stream,)}), UNICODE) == "36/h"
    assert rate_words(3.5) == "3.5/s"


def test_nothing_at_all_has_no_unit() -> None:
    assert rate_words(0.0) == "0"


def test_a_word_that_a_narrow_box_would_cut_has_a_shorter_one(todo: Level) -> None:
    balancer = node(todo, "lb")

    assert node_line(todo, balancer, UNICODE, 11) == "round robin"
    assert node_line(todo, balancer, UNICODE, 10) == "in turn"


def test_cost_beside_the_budget(pizza: Level) -> None:
    design = pizza.starting_design()

    assert cost_line(pizza, facts(pizza, design)) == "$295 of $620/night"
    for _ in range(6):
        design = changes.counting(pizza, node(pizza, "cooks", design), 1).apply(design, pizza)
    assert cost_line(pizza, facts(pizza, design)) == "$655 of $620/night, $35 over"
    free = pizza.model_copy(update={"budget": None})
    assert cost_line(free, facts(free, pizza.starting_design())) == "$295"


def test_baking_ahead_costs_and_relieves_the_oven_at_once(pizza: Level) -> None:
    before = facts(pizza, pizza.starting_design())
    design = SetSetting("oven", "ahead", "60%").apply(pizza.starting_design(), pizza)
    after = facts(pizza, design)

    assert after.cost > before.cost
    assert after.cost_of("oven") > before.cost_of("oven")
    assert after.busy["oven"] < 1 < before.busy["oven"]


def test_the_inspector_names_what_is_not_neutral_and_what_is_its_own(pizza: Level) -> None:
    known = facts(pizza, pizza.starting_design())
    oven = node(pizza, "oven")

    assert headline(pizza, oven, known, UNICODE) == "oven ×4   4 slots, 8 min each   $120"
    assert settings_line(pizza, oven) == "baked ahead 0% (Enter)"
    assert estimate_line(known, "oven") == "estimate at the peak: 150% busy, too much"
    assert estimate_line(known, "oven", "gate") == "estimate at the peak: 150% of what it lets in"
    limited = oven.model_copy(update={"settings": {"queue": 3}})
    assert settings_line(pizza, limited) == "baked ahead 0%   queue 3 (Enter)"
    assert settings_line(pizza, node(pizza, "phone")) == "settings (Enter)"
    assert settings_line(pizza, node(pizza, "guests")) == ""


def test_the_two_lines_fit_eighty_columns(pizza: Level, todo: Level) -> None:
    for level in (pizza, todo):
        known = facts(level, level.starting_design())
        for each in (*level.nodes, *level.start.nodes):
            assert (
                max(map(len, two_lines(level, level.starting_design(), each, known, UNICODE, 78)))
                <= 78
            )


def test_the_column_says_what_it_fails_at(pizza: Level) -> None:
    known = facts(pizza, pizza.starting_design())

    start = pizza.starting_design()
    text = "\n".join(line for line, _ in column(pizza, start, node(pizza, "oven"), known, UNICODE))

    assert "Fails: Pizzas pile up in front of it" in text
    assert "$120 a night" in text
    assert text.index("baked ahead") < text.index("queue unbounded")


def test_who_is_stranded_and_why(pizza: Level) -> None:
    design = RemoveNode("cooks").apply(pizza.starting_design(), pizza)
    known = facts(pizza, design)

    assert known.stranded == {"guests"}
    assert known.exits == ()
    assert trouble(pizza, known) == "a pizza: no route to anything that can `prepare`"
    assert "no route" in two_lines(pizza, design, node(pizza, "guests"), known, UNICODE, 78)[0]


def test_a_description_tells_nodes_settings_and_links(pizza: Level) -> None:
    text = describe(pizza, pizza.starting_design())

    assert "Cost: $295 of $620/night." in text
    assert "5 nodes, 4 links." in text
    assert "cooks: 2 cooks, 4 min each, $120, estimate at the peak: 150% busy" in text
    assert "  settings: baked ahead 0%." in text
    assert "  wired to oven." in text
    assert "  the last: then it is eaten." in text
    assert text.count("wired to nothing") == 0


def test_a_description_of_a_broken_board_in_ascii(pizza: Level) -> None:
    design = RemoveNode("phone").apply(pizza.starting_design(), pizza)

    text = describe(pizza, design, ascii_only=True)

    assert text.isascii()
    assert "! a pizza: no route to anything that can `take`." in text
    assert "guests: Guests, 20-45/h.\n  wired to nothing." in text


def test_rows_of_an_oven_begin_with_what_is_its_own(pizza: Level) -> None:
    start = pizza.starting_design()
    found = rows(pizza, start, node(pizza, "oven"))

    assert [row.name for row in found] == ["count", "ahead", "queue", "linger"], "no batches here"
    assert found[1].bounds == "0% to 80%, steps of 20%"
    assert all(row.help for row in found)
    assert rows(pizza, start, node(pizza, "guests")) == []


def test_rows_of_a_server_have_its_size(todo: Level) -> None:
    start = todo.starting_design()
    names = [row.name for row in rows(todo, start, node(todo, "app-1"))]
    assert names[:4] == ["count", "size", "queue", "discipline"]
    assert rows(todo, start, node(todo, "lb"))[0].name == "policy"


def typed(level: Level, node_id: str, name: str, text: str) -> object:
    design = level.starting_design()
    row = next(row for row in rows(level, design, node(level, node_id)) if row.name == name)
    after = typing(level, design, node(level, node_id), row, text).apply(design, level)
    changed = node(level, node_id, after)
    return {"count": changed.count, "size": changed.size}.get(name, changed.settings.get(name))


def test_typing_is_read_as_a_document_would_be(pizza: Level, todo: Level) -> None:
    assert typed(pizza, "oven", "count", " 6 ") == 6
    assert typed(pizza, "oven", "ahead", "60") == "60%"
    assert typed(pizza, "oven", "ahead", "60%") == "60%"
    assert typed(pizza, "oven", "linger", "2 min") == "2 min"
    assert typed(pizza, "oven", "linger", "2.5") == "2.5 s", "in the unit of what was there"
    assert typed(pizza, "oven", "queue", "12") == 12
    assert typed(pizza, "oven", "queue", "unbounded") is None
    assert typed(pizza, "oven", "linger", "0 s") is None, "a default is not written down"
    assert typed(todo, "app-1", "size", "l") == "L"
    assert typed(todo, "lb", "policy", "random") == "random"


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("count", "many", "a whole number is expected, such as 4, not `many`"),
        ("count", "99", "99 is too many"),
        ("ahead", "most", "a share is a number"),
        ("ahead", "90", "at most 80%"),
        ("linger", "5 minutes", "`minutes` is no unit of time"),
        ("linger", "five", "a duration is a number and a unit"),
        ("queue", "-1", "a whole number or `unbounded` is expected"),
    ],
)
def test_what_cannot_be_read_says_what_would_be_right(
    pizza: Level, name: str, text: str, complaint: str
) -> None:
    with pytest.raises(EditError) as caught:
        typed(pizza, "oven", name, text)
    assert complaint in str(caught.value)


def test_steps_stop_at_the_ends(pizza: Level) -> None:
    design = pizza.starting_design()
    oven = node(pizza, "oven")
    ahead = rows(pizza, design, oven)[1]
    for _ in range(6):
        oven = node(pizza, "oven", design)
        design = stepping(pizza, design, oven, ahead, 1).apply(design, pizza)
    assert node(pizza, "oven", design).settings == {"ahead": "80%"}
    with pytest.raises(EditError, match="at most 1 of `rack`"):
        changes.counting(pizza, node(pizza, "rail"), 1)
    with pytest.raises(EditError, match="one size"):
        changes.sizing(pizza, node(pizza, "rail"), 1)


def test_a_brief_keeps_paragraphs_and_tells_every_part(pizza: Level) -> None:
    assert paragraphs("one\ntwo\n\nthree\n") == "one two\n\nthree"
    assert [heading for heading, _ in sections(pizza, pizza.starting_design(), UNICODE)] == [
        "Goals",
        "Budget",
        "What clients ask for",
        "Traffic",
    ]
    asked = dict(sections(pizza, pizza.starting_design(), UNICODE))["What clients ask for"]
    assert asked == ["a pizza  take → prepare → bake  in 20 min"]


def test_a_brief_tells_what_may_go_on_at_once(pizza: Level) -> None:
    fork = Parallel.model_validate({"parallel": (("prepare",), ("bake",))})
    order = pizza.operations["order"].model_copy(update={"needs": (fork,)})
    level = pizza.model_copy(update={"operations": {"order": order}})

    assert (
        "(prepare and bake)"
        in dict(sections(level, level.starting_design(), UNICODE))["What clients ask for"][0]
    )


def test_what_clients_ask_for_fits_the_smallest_terminal() -> None:
    level = load_level(TODO)
    lines = dict(sections(level, level.starting_design(), UNICODE))["What clients ask for"]
    assert any(line.endswith("compute→write→record") for line in lines)
    assert max(map(len, lines)) <= 75


def test_sentences_of_the_opening(pizza: Level) -> None:
    assert sentences(pizza.opening) == [
        "Twenty orders an hour become forty-five at eight o'clock.",
        "Nine of ten guests must eat within twenty minutes.",
    ]


def test_words_and_drawings_need_no_textual() -> None:
    modules = "sandbox.tui.board.describe, sandbox.tui.board.drawing, sandbox.tui.board.rows"
    check = f"import sys, {modules}; sys.exit('textual' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", check], cwd=CHECKOUT, check=False, timeout=60)

    assert done.returncode == 0
