"""The words of second nights, pure: where one opens, what is different on it, what changes cost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

from textual.content import Content

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.judgement.charges import charges, rules
from sandbox.tui.board.facts import charged_words
from sandbox.tui.keys import KEYS
from sandbox.tui.look import ACCENT, CHANGED
from sandbox.tui.widgets.sheet import Row

Section = tuple[str, list[str]]
"""A part of the brief: its heading and its lines."""

_GLYPH = re.compile(r"^\W+ ")


def invitation(level: Level) -> Iterator[Row]:
    """After a win: that there is a second night, and how it opens."""
    if level.night is None:
        return
    label = Content.styled("Second night", f"bold {ACCENT}")
    yield label, f"open, {KEYS['night'].shown} goes there: {level.night.title}"


def charged(level: Level, design: Design) -> Iterator[Row]:
    """What of the cost is for changes; nothing where nothing is charged."""
    parts = charges(level, design)
    if parts:
        yield "  of it for changes", charged_words(parts)


def brief(
    level: Level, design: Design, now: Iterable[Section], before: Iterable[Section]
) -> Iterator[Section]:
    """The brief of a second night: the charges first, then all else, marked where it changed.

    `now` is the brief without marks, `before` that of the first night.
    """
    parts = charges(level, design)
    so_far = [f"So far {charged_words(parts)}."] if parts else []
    yield "Changing the board", [_begun(design), *rules(level), *so_far]
    yield from marked(now, before)


def as_chosen_before(first: Level, design: Design) -> Design:
    """The design with only such choices as there were on the first night."""
    ways = {
        name: way
        for name, way in design.ways.items()
        if name in first.operations and way in first.operations[name].ways
    }
    scope = None if design.scope is None else tuple(x for x in design.scope if x in first.scope)
    return design.model_copy(update={"level": first.id, "ways": ways, "scope": scope})


def marked(now: Iterable[Section], before: Iterable[Section]) -> Iterator[Section]:
    """A brief with a mark, in a sign and a word, on each line that another has not."""
    known = dict(before)
    for heading, lines in now:
        yield heading, [*_compared(known.pop(heading, []), lines)]
    for heading, lines in known.items():
        yield heading, [_gone(line) for line in lines]


def _begun(design: Design) -> str:
    if design.was:
        back = f"{KEYS['reset'].shown} goes back to it"
        return f"You began on your own board of the first night; {back}."
    return "You began on a board that held on the first night."


def _compared(before: list[str], now: list[str]) -> Iterator[str]:
    pairs = SequenceMatcher(None, [*map(_plain, before)], [*map(_plain, now)], autojunk=False)
    for what, i, i_end, j, j_end in pairs.get_opcodes():
        if what == "equal":
            yield from now[j:j_end]
            continue
        for old, new in zip_longest(before[i:i_end], now[j:j_end]):
            if new is None:
                yield _gone(old)
            elif old is None:
                yield f"{new}   {CHANGED.glyph} new"
            else:
                yield f"{new}   {CHANGED.glyph} {CHANGED.word}, was: {_GLYPH.sub('', _plain(old))}"


def _gone(line: str) -> str:
    return f"{CHANGED.glyph} no longer: {_GLYPH.sub('', _plain(line))}"


def _plain(line: str) -> str:
    """A line without what its neighbours make of it: the width of columns."""
    return " ".join(line.split())
