from __future__ import annotations

from itertools import combinations

import pytest
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color

from sandbox.tui import look
from sandbox.tui.filters import AsciiOnly
from sandbox.tui.look import Look, Status, to_ascii
from sandbox.tui.widgets.timeline import MARKS

STATUSES = {name: each for name, each in vars(look).items() if isinstance(each, Status)}


@pytest.mark.parametrize(
    "text", [*look._ASCII, "≤ 5%", "a → b", "… ", "é", "日本", "╭─╮┼", "\u0301"]
)
def test_ascii_is_ascii_and_takes_the_same_room(text: str) -> None:
    plain = to_ascii(text)
    assert plain.isascii()
    assert len(plain) == cell_len(text)


def test_pairs_read_better_than_single_characters() -> None:
    assert to_ascii("wanted ≥ 90%, ≤5%") == "wanted >=90%, <5%"
    assert to_ascii("$295 → $590") == "$295 ->$590"


def test_ascii_text_is_left_alone() -> None:
    text = "nothing to do"
    assert to_ascii(text) is text


@pytest.mark.parametrize(
    ("first", "second"),
    combinations([look.OK, look.BUSY, look.FULL, look.REFUSES, look.UNKNOWN], 2),
)
def test_states_differ_in_glyph_and_word_in_ascii_too(first: Status, second: Status) -> None:
    assert first.word != second.word
    assert to_ascii(first.glyph) != to_ascii(second.glyph)


def test_marks_of_the_timeline_differ_in_ascii_too() -> None:
    assert len({to_ascii(glyph) for glyph, _ in MARKS.values()}) == len(MARKS)


def test_every_state_of_a_node_or_goal_is_explained() -> None:
    explained = {"kept", "missed"}  # said in words on the verdict, beside the numbers
    assert {each.word for each in STATUSES.values()} == set(look.MEANINGS) | explained


def test_the_filter_changes_only_what_needs_it() -> None:
    segments = [Segment("plain"), Segment("● OK")]
    filtered = AsciiOnly().apply(segments, Color(0, 0, 0))
    assert filtered[0] is segments[0]
    assert [segment.text for segment in filtered] == ["plain", "o OK"]


def test_what_the_command_line_asks_for_goes_first() -> None:
    preferred = Look(ascii=True, colour=False, motion=False)
    assert preferred.overridden() == preferred
    assert preferred.overridden(ascii=False, motion=True) == Look(False, False, True)
    assert preferred.pick(("☺", "@")) == "@"
    assert Look().pick(("☺", "@")) == "☺"
