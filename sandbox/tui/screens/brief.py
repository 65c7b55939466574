"""The brief: what the business needs, how well, for how much, and what will come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sandbox.documents.decisions import built, decided
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.units import format_duration, format_money
from sandbox.judgement.telling import time_of
from sandbox.player.choices import has_choices, taken_ways
from sandbox.tui import messages, night_text
from sandbox.tui.board.glyphs import Glyphs, glyphs
from sandbox.tui.board.options import needs_in_words
from sandbox.tui.board.words import goal_words, rate_words, traffic_promise
from sandbox.tui.keys import bind
from sandbox.tui.screens.place import Place
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.strips import TitleLine

_PAGE = 75
"""Cells of a line of the brief in the smallest terminal."""


class BriefScreen(Place):
    """Reads out the level's document; nothing here is said anywhere else."""

    CSS_PATH = "../styles/brief.tcss"
    BINDINGS = [
        bind("play", "run", "run"),
        bind("up", "scroll(-1)", "scroll"),
        bind("down", "scroll(1)", "scroll"),
        bind("back", "back", "board"),
        bind("brief", "back"),
    ]

    def compose(self) -> ComposeResult:
        """Everything under its heading."""
        level, table = self.session.level, glyphs(self.look.ascii)
        yield TitleLine(level.title, f"seed {self.session.seed}")
        with VerticalScroll(id="page"):
            yield Static(paragraphs(level.brief), markup=False)
            for heading, lines in self._sections(table):
                yield Static(heading, classes="heading")
                yield Static(Content("\n".join(lines)))
        yield KeyBar()

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one("#page", VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_back(self) -> None:
        """Back to the board."""
        self.app.pop_screen()

    def action_run(self) -> None:
        """Run the board."""
        self.post_message(messages.StartRun())

    def _sections(self, table: Glyphs) -> Iterator[night_text.Section]:
        """All parts; on a second night with marks on what is not as it was on the first."""
        level, design, first = self.session.level, self.session.design, self.session.play.first
        now = sections(level, design, table)
        if first is None:
            return now
        chosen = night_text.as_chosen_before(first, design)
        first = first.model_copy(update={"guide": level.guide})  # that is no requirement
        return night_text.brief(level, design, now, sections(first, chosen, table))


def paragraphs(text: str) -> str:
    """A text of lines as written in a document, with one line a paragraph."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


def sections(level: Level, design: Design, table: Glyphs) -> Iterator[tuple[str, list[str]]]:
    """The parts of the brief after its text: heading and lines."""
    if level.slos:
        yield "Goals", [f"{table.goal} {goal_words(slo, table)}" for slo in level.slos]
    if level.budget is not None:
        amount, period = level.budget
        care = f", {format_money(level.care[0])} of care for each kind" if level.care else ""
        yield "Budget", [f"{format_money(amount)} a {period}{care}"]
    if level.guide:
        yield "What stands here", list(level.guide)
    yield "What clients ask for", _operations(level, design)
    if has_choices(level):
        yield "Choices (c on the board)", _choices(level, design)
    length = f"{format_duration(level.clock.length)} in all"
    asked = decided(level, design)
    yield "Traffic", [f"{table.peak} {traffic_promise(asked, table)}, {length}", *_phases(asked)]


def _operations(level: Level, design: Design) -> list[str]:
    """A line an operation: its endpoint, if it has one, what it is, its needs, its deadline.

    Only what somebody asks for: some of it comes with features. Needs stand closer together
    where a line would not fit otherwise.
    """
    asked = decided(level, design)
    names = {name for stream in asked.traffic for name, share in stream.mix.items() if share}
    deadlines = {level.operations[name].deadline for name in names}
    alike = len(deadlines) == 1 and len(names) > 1
    rows = [
        (
            operation.endpoint,
            operation.title,
            f"{len(operation.ways)} ways, see below"
            if operation.ways
            else needs_in_words(asked.operations[name].needs),
            f"in {format_duration(operation.deadline)}" if operation.deadline and not alike else "",
        )
        for name, operation in level.operations.items()
        if name in names
    ]
    lines = _beside_each_other(rows)
    if max(map(len, lines), default=0) > _PAGE:
        close = [tuple(cell.replace(" → ", "→") for cell in row) for row in rows]
        lines = _beside_each_other(close)
    deadline = deadlines.pop() if alike else None
    return lines + ([f"Each within {format_duration(deadline)}."] if deadline else [])


def _beside_each_other(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines with a column for each cell; an empty column takes no room."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True) if width
        ).rstrip()
        for row in rows
    ]


def _choices(level: Level, design: Design) -> list[str]:
    lines = []
    for name, way in taken_ways(level, design).items():
        taken = level.operations[name].ways[way]
        lines.append(f"{level.operations[name].title}: {taken.title}. {taken.says}")
    there = built(level, design)
    for name, feature in level.scope.items():
        lines.append(f"{feature.title}: {'built' if name in there else 'left out'}. {feature.says}")
    return lines


def _phases(level: Level) -> list[str]:
    several = len(level.traffic) > 1
    return [
        f"  {time_of(level.clock, phase.at)}   {rate_words(phase.rate):>7}"
        + (f"   {stream.source}" if several else "")
        for stream in level.traffic
        for phase in stream.phases
    ]
