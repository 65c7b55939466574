"""The very first screen: two sentences, the shop as it stands, and one key."""

from __future__ import annotations

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.tui import messages
from sandbox.tui.board.drawing import BoardDrawing, Marks
from sandbox.tui.board.facts import facts
from sandbox.tui.board.grid import runs
from sandbox.tui.board.places import Metrics
from sandbox.tui.keys import bind
from sandbox.tui.look import Look
from sandbox.tui.screens.place import Place

_STYLES = {"box": "$primary", "title": "bold", "wire": "$secondary", "exit": "bold"}


class OpeningScreen(Place):
    """Shown once. Space opens the doors, and the run begins at once."""

    CSS_PATH = "../styles/opening.tcss"
    BINDINGS = [
        bind("play", "open", "open the doors"),
        bind("enter", "open"),
        bind("back", "leave"),
    ]

    def compose(self) -> ComposeResult:
        """Title, sentences, picture, key."""
        level = self.session.level
        yield Static(Content(level.title.upper()), id="title")
        yield Static(Content("\n".join(sentences(level.opening))), id="sentences")
        yield Static(picture(level, self.session.design, self.look), id="picture")
        yield Static(Content.assemble(("Space", "bold $accent"), "  open the doors"), id="key")

    @on(events.Click, "#key")
    def open_by_mouse(self) -> None:
        """The line that names the key can be clicked, like every such line."""
        self.action_open()

    def action_open(self) -> None:
        """Run."""
        self.post_message(messages.StartRun())

    def action_leave(self) -> None:
        """To the map."""
        self.post_message(messages.ShowMap())


def sentences(text: str) -> list[str]:
    """One line a sentence."""
    return [f"{part.rstrip('.')}." for part in text.replace("\n", " ").split(". ") if part.strip()]


def picture(level: Level, design: Design, look: Look) -> Content:
    """The board without the guests, moved to the left edge."""
    guests = frozenset(stream.source for stream in level.traffic)
    metrics = Metrics(left=-Metrics().pitch[0], top=0)
    marks = Marks(hidden=guests, exits=facts(level, design).exits)
    drawing = BoardDrawing(level, design, look, marks=marks, metrics=metrics, size=(76, 0))
    rows = (drawing.grid.row(y) for y in range(drawing.grid.height))
    lines = [
        Content.assemble(*((text, _STYLES.get(style, "")) for text, style in runs(row)))
        for row in rows
        if any(character.strip() for character, _ in row)
    ]
    return Content("\n").join(lines)
