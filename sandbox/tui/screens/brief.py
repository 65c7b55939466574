"""The brief: what the business needs, how well, for how much, and what will come."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sandbox.documents.level import Level
from sandbox.documents.operations import Need, Parallel
from sandbox.documents.units import format_duration, format_money
from sandbox.judgement.telling import time_of
from sandbox.tui import messages
from sandbox.tui.board.glyphs import Glyphs, glyphs
from sandbox.tui.board.words import goal_words, rate_words, traffic_promise
from sandbox.tui.keys import bind
from sandbox.tui.screens.place import Place
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.strips import TitleLine


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
            for heading, lines in sections(level, table):
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


def paragraphs(text: str) -> str:
    """A text of lines as written in a document, with one line a paragraph."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


def sections(level: Level, table: Glyphs) -> Iterator[tuple[str, list[str]]]:
    """The parts of the brief after its text: heading and lines."""
    if level.slos:
        yield "Goals", [f"{table.goal} {goal_words(slo, table)}" for slo in level.slos]
    if level.budget is not None:
        amount, period = level.budget
        yield "Budget", [f"{format_money(amount)} a {period}"]
    yield "What is asked for", [_operation(level, name, table) for name in level.operations]
    length = f"{format_duration(level.clock.length)} in all"
    yield "Traffic", [f"{table.peak} {traffic_promise(level, table)}, {length}", *_phases(level)]


def _operation(level: Level, name: str, table: Glyphs) -> str:
    operation = level.operations[name]
    needs = f" {table.to} ".join(_need(step) for step in operation.needs)
    within = f", within {format_duration(operation.deadline)}" if operation.deadline else ""
    return f"{operation.title}: {needs}{within}"


def _need(step: Need | Parallel) -> str:
    if isinstance(step, Need):
        return step.need
    return "(" + " and ".join(", ".join(n.need for n in branch) for branch in step.parallel) + ")"


def _phases(level: Level) -> list[str]:
    return [
        f"  {time_of(level.clock, phase.at)}   {rate_words(phase.rate)}"
        for stream in level.traffic
        for phase in stream.phases
    ]
