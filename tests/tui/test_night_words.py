"""The words of second nights: what changed since the first, and what changes cost."""

from __future__ import annotations

import pytest

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import load_level_text
from sandbox.documents.nights import second_night
from sandbox.player.edits import Edit, RemoveNode, SetCount, SetSize
from sandbox.tui.board.describe import describe
from sandbox.tui.board.facts import charged_since, charged_words, cost_line, facts
from sandbox.tui.board.glyphs import glyphs
from sandbox.tui.board.inspector import column, headline
from sandbox.tui.night_text import as_chosen_before, brief, charged, invitation, marked
from tests.nights import TODO

FIRST = load_level_text(TODO)
NIGHT = second_night(FIRST)
START = NIGHT.starting_design()


def changed(*edits: Edit, level: Level = NIGHT) -> Design:
    design = level.starting_design()
    for edit in edits:
        design = edit.apply(design, level)
    return design


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (["a", "b"], ["a", "b"], ["a", "b"]),
        (["p95  300 ms"], ["p95 300 ms"], ["p95 300 ms"]),  # only the columns are wider
        (["○ lost ≤ 5%"], ["○ lost ≤ 4%"], ["○ lost ≤ 4%   ◆ changed, was: lost ≤ 5%"]),
        (["a"], ["a", "b"], ["a", "b   ◆ new"]),
        (["a", "b"], ["b"], ["◆ no longer: a", "b"]),
        (
            ["  19:30   20/h", "  20:00   45/h"],
            ["  19:30   20/h", "  20:00   50/h", "21:00 9/h"],
            [
                "  19:30   20/h",
                "  20:00   50/h   ◆ changed, was: 20:00 45/h",
                "21:00 9/h   ◆ new",
            ],
        ),
    ],
)
def test_lines_that_differ_are_marked(
    before: list[str], now: list[str], expected: list[str]
) -> None:
    assert [*marked([("Goals", now)], [("Goals", before)])] == [("Goals", expected)]


def test_parts_that_come_and_go_are_marked() -> None:
    told = [*marked([("Choices", ["c"])], [("Goals", ["▲ a"])])]
    assert told == [("Choices", ["c   ◆ new"]), ("Goals", ["◆ no longer: a"])]


def test_the_brief_begins_with_the_charges() -> None:
    board = changed(SetSize("app", "M"), RemoveNode("db"))
    heading, lines = next(brief(NIGHT, board, [("Goals", ["a"])], [("Goals", ["a"])]))
    assert heading == "Changing the board"
    assert lines[0].startswith("You began on a board that held")
    assert lines[-1] == ("So far $230: app replaced $40, db taken out $40, db data moved $150.")
    grown = START.model_copy(update={"was": START.nodes})
    own = next(brief(NIGHT, grown, [], []))[1]
    assert own[0].startswith("You began on your own board")
    assert not any(line.startswith("So far") for line in own)


def test_choices_that_the_first_night_had_not_are_left_out_of_its_brief() -> None:
    board = START.model_copy(update={"ways": {"list-todos": "new"}, "scope": ("sharing",)})
    before = as_chosen_before(FIRST, board)
    assert (before.level, before.ways, before.scope) == ("todo", {}, ())
    assert as_chosen_before(FIRST, START).scope is None


def test_the_cost_line_says_what_of_it_is_for_changes() -> None:
    known = facts(NIGHT, changed(SetSize("db", "M")))
    assert cost_line(NIGHT, known).endswith("of $500/month, $150 over (changes $190)")
    assert "changes" not in cost_line(NIGHT, facts(NIGHT, changed(SetCount("app", 3))))
    free = NIGHT.model_copy(update={"budget": None})
    assert cost_line(free, known).endswith(" (changes $190)")


def test_the_inspector_keeps_the_price_and_the_charge_apart() -> None:
    board = changed(SetSize("db", "M"))
    known, node = facts(NIGHT, board), board.node("db")
    assert node is not None
    price = known.cost_of("db")
    table = glyphs(ascii_only=True)
    assert known.charged_for("db") == 190
    assert headline(NIGHT, node, known, table).endswith(f"${price:g} + $190 charged")
    lines = column(NIGHT, board, node, known, table)
    assert ("charged $190: db replaced $40, db data moved $150", "warning") in lines
    as_first = facts(FIRST, board.model_copy(update={"level": "todo"}))
    assert as_first.cost_of("db") == price
    text = describe(NIGHT, board)
    assert "Charged: $190: db replaced $40, db data moved $150." in text
    assert f"${price:g} + $190 charged" in text


def test_each_edit_says_what_it_is_charged_with() -> None:
    start, sized, gone = (
        facts(NIGHT, changed(*edits)) for edits in ([], [SetSize("app", "M")], [RemoveNode("app")])
    )
    assert charged_since(start, start) == ""
    assert charged_since(start, sized) == "charged $40: app replaced"
    assert charged_since(sized, gone) == "charged $40: app taken out"
    assert charged_since(gone, start) == "no charge for app any more"
    moved = facts(NIGHT, changed(RemoveNode("db")))
    assert charged_since(gone, moved) == (
        "charged $190: db taken out $40, db data moved $150   no charge for app any more"
    )
    assert charged_words(sized.charges) == "$40: app replaced"


def test_the_verdict_invites_where_there_is_a_night_only() -> None:
    said = [str(text) for _, text in invitation(FIRST)]
    assert said == ["open, z goes there: Todo, twice"]
    assert [*invitation(NIGHT)] == []


def test_the_verdict_has_a_row_for_charges_where_there_are_any() -> None:
    assert [*charged(NIGHT, START)] == []
    board = changed(SetSize("app", "M"))
    assert [*charged(NIGHT, board)] == [("  of it for changes", "$40: app replaced")]
