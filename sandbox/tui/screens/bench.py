"""The board at work: how edits of it are made, and what is shown of it after each."""

from __future__ import annotations

from collections.abc import Callable

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from sandbox.documents.design import Node
from sandbox.player.edits import Edit, MoveNode
from sandbox.player.pieces import EditError
from sandbox.tui.board import changes
from sandbox.tui.board.drawing import Marks
from sandbox.tui.board.facts import Facts, charged_since, cost_line, facts, trouble
from sandbox.tui.board.glyphs import glyphs
from sandbox.tui.board.modes import Mode
from sandbox.tui.board.panels import Chosen, Goals, Kinds
from sandbox.tui.board.places import Place as At
from sandbox.tui.board.view import BoardView
from sandbox.tui.screens.place import Place
from sandbox.tui.session import Session
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.strips import TitleLine


class Bench(Place):
    """The session's board with all that stands around it. Which key does what is not said here."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._mode: Mode | None = None
        self._known: Facts = facts(session.level, session.design)

    @property
    def board(self) -> BoardView:
        """The widget that shows the board."""
        return self.query_one(BoardView)

    @property
    def chosen(self) -> Node | None:
        """The node under the cursor."""
        return changes.node_of(self.session.level, self.session.design, self.board.chosen)

    def compose(self) -> ComposeResult:
        """Title and goals, the board between its panels, the chosen node, the keys."""
        session = self.session
        level, look = session.level, self.look
        yield TitleLine(level.title, f"seed {session.seed}")
        yield Goals(level, look)
        with Horizontal(id="middle"):
            yield Kinds(level, look)
            yield BoardView(level, session.design, look)
            yield Chosen(level, look, tall=True)
        yield Chosen(level, look, tall=False)
        yield Static(id="said")
        yield KeyBar()

    def on_mount(self) -> None:
        """Begin where the player was, at first on the first node of his own."""
        self.board.choose(self._first())
        self._refresh()

    def on_resize(self) -> None:
        """The lines are laid out for the width."""
        self._inspect()

    # How edits are made

    def _add(self, kind: str | None) -> None:
        if kind is None:
            return
        level, design, board = self.session.level, self.session.design, self.board
        edit = changes.adding(level, design, kind, board.cursor, board.chosen)
        if self._do(edit):
            board.choose(edit.node_id)

    def _connect(self, source: str, target: str) -> None:
        self._enter(None)
        self._do(changes.wiring(self.session.design, source, target))
        self.board.choose(source)

    def _drop(self, node: str, place: At) -> None:
        self._enter(None)
        self._do(MoveNode(node, place))
        self.board.choose(node)

    def _change(self, make: Callable[[Node], Edit]) -> Edit | None:
        """Do something to the chosen node; gives the command if it was done."""
        node = self.chosen
        if node is None:
            self._say("go to a node first")
            return None
        try:
            edit = make(node)
        except EditError as error:
            self._refuse(error)
            return None
        return edit if self._do(edit) else None

    def _do(self, edit: Edit) -> bool:
        try:
            said = self.session.do(edit)
        except EditError as error:
            self._refresh()
            self._refuse(error)
            return False
        self._refresh(said or "")
        return True

    def _enter(self, mode: Mode | None) -> None:
        """Begin or end that a wire or a node is on its way."""
        self._mode = mode
        if mode is None:
            self.board.carry(None)
        self._refresh()
        self.refresh_bindings()

    # What is shown

    def headline(self) -> Content | str:
        """What stands beside the name of the level."""
        return cost_line(self.session.level, self._known)

    def _refresh(self, said: str = "") -> None:
        """Show the board as it is now, and what was said of it last."""
        level, design = self.session.level, self.session.design
        before, self._known = self._known, facts(level, design)
        marks = Marks(
            notes=self._mode.notes if self._mode else {},
            unrouted=self._known.stranded,
            exits=self._known.exits,
        )
        self.board.show(design, marks=marks)
        self.query_one(Goals).show(design)
        self.query_one(TitleLine).show(self.headline())
        self._inspect()
        self._say("   ".join(filter(None, (said, charged_since(before, self._known)))))

    def _say(self, said: str) -> None:
        """One line over the keys: how to go on, what went wrong, or what was done last."""
        wrong = trouble(self.session.level, self._known)
        hint = self._mode.hint if self._mode else ""
        if wrong and wrong not in said:  # a refused key may have said just this
            hint = hint or f"{self._cross} {wrong}"
        parts = [self.session.problem, said, hint]
        self.query_one("#said", Static).update(Content("   ".join(filter(None, parts))))

    def _refuse(self, why: object) -> None:
        self._say(f"{self._cross} {why}")

    @property
    def _cross(self) -> str:
        return glyphs(self.look.ascii).warning

    def _inspect(self) -> None:
        design = self.session.design
        for panel in self.query(Chosen):
            panel.show(design, self.chosen, self._known, max(self.size.width - 2, 20))

    @on(BoardView.Panned)
    def _tell_of_the_rest(self) -> None:
        """Say in the lower border where there is more board than is seen."""
        ways = zip(("up", "right", "down", "left"), self.board.beyond(), strict=True)
        more = [way for way, there in ways if there]
        self.query_one("#middle").border_subtitle = f"more {', '.join(more)}" if more else ""

    def _first(self) -> str:
        """The node that was chosen when this board was left, or else the first."""
        level, design, last = self.session.level, self.session.design, self.session.play.chosen
        if changes.node_of(level, design, last) is not None:
            return str(last)
        return (design.nodes or level.nodes)[0].id
