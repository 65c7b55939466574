"""The game with one level open, hearing what its screens ask for instead of going there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual import on
from textual.message import Message
from textual.pilot import Pilot

from sandbox.documents.design import Design, Node
from sandbox.tui import app, messages
from sandbox.tui.app import SandboxApp
from sandbox.tui.board.view import BoardView
from sandbox.tui.look import Look
from sandbox.tui.screens.board import BoardScreen
from sandbox.tui.screens.place import Place
from sandbox.tui.session import Session
from sandbox.tui.simulator import Simulator

LEVELS = Path(__file__).with_name("levels")
SHOP, TODO = LEVELS / "shop.yaml", LEVELS / "todo.yaml"


class IdleSimulator(Simulator):
    """Never starts its process."""

    def __init__(self) -> None:
        super().__init__(command=())

    def warm(self) -> None:
        """Nothing has to be started."""


class Host(SandboxApp):
    """Stays on the board whatever is asked for; `heard` tells what that was."""

    CSS_PATH = str(Path(app.__file__).parent / "styles" / "app.tcss")

    def __init__(self, session: Session, look: Look | None = None) -> None:
        super().__init__(session, look or Look(), IdleSimulator())
        self.heard: list[type[Message]] = []

    @on(messages.StartRun)
    @on(messages.ShowMap)
    def _hear(self, message: Message) -> None:
        self.heard.append(type(message))
        message.prevent_default()

    @property
    def board(self) -> BoardScreen:
        """The board's screen, which is on top or below a dialog."""
        return next(screen for screen in self.screen_stack if isinstance(screen, BoardScreen))

    @property
    def is_on_board(self) -> bool:
        """Whether no dialog is open."""
        return self.screen is self.board

    @property
    def view(self) -> BoardView:
        """The widget that shows the board."""
        return self.board.board

    @property
    def design(self) -> Design:
        """The board as it is now."""
        return self.session.design

    def node(self, node_id: str) -> Node:
        """A node of the player's."""
        found = self.design.node(node_id)
        assert found is not None, f"no {node_id} on the board"
        return found

    def links(self) -> set[tuple[str, str]]:
        """The ends of all wires."""
        return {link.ends for link in self.design.links}

    def shown(self) -> str:
        """Everything on the screen, as text."""
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(part.text for part in strip).rstrip() for strip in strips)


async def ready(pilot: Pilot[int]) -> None:
    """Wait until the first screen of the game is there: it begins after its first picture."""
    for _ in range(50):
        await pilot.pause()
        if isinstance(pilot.app.screen, Place) and pilot.app.screen.is_mounted:
            break
    await pilot.pause()


@asynccontextmanager
async def running(app: Host, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Pilot[int]]:
    """The game in a terminal of this size, at its first screen."""
    async with app.run_test(size=size) as pilot:
        await ready(pilot)
        yield pilot


def opened(folder: Path, level: str | Path = SHOP, look: Look | None = None) -> Host:
    """The game with a level open, its files in `folder`."""
    session = Session(folder)
    session.open(level)
    return Host(session, look)
