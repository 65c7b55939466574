"""The board: where a design is made. Every key becomes a command, saved at once."""

from __future__ import annotations

from collections.abc import Callable

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from sandbox.documents.design import Node
from sandbox.player.choices import has_choices
from sandbox.player.edits import DuplicateNode, Edit, MoveNode, RemoveNode
from sandbox.player.pieces import EditError
from sandbox.tui import messages
from sandbox.tui.board import changes
from sandbox.tui.board.describe import describe
from sandbox.tui.board.drawing import Marks
from sandbox.tui.board.facts import Facts, cost_line, facts, trouble
from sandbox.tui.board.glyphs import glyphs
from sandbox.tui.board.modes import Mode, Moving, Wiring
from sandbox.tui.board.panels import Chosen, Goals, Kinds
from sandbox.tui.board.places import Place as At
from sandbox.tui.board.view import BoardView
from sandbox.tui.keys import bind
from sandbox.tui.screens.place import Place
from sandbox.tui.session import Session
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.strips import TitleLine


class BoardScreen(Place):
    """Shows the session's board and changes it. Space runs it."""

    CSS_PATH = "../styles/board.tcss"
    AUTO_FOCUS = "BoardView"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (110, "-wide")]
    BINDINGS = [
        bind("play", "run", "run"),
        bind("add", "add", "add"),
        bind("wire", "wire", "wire"),
        bind("choices", "choices", "choices"),
        bind("enter", "open", "settings"),
        bind("enter", "take", "here"),
        bind("back", "cancel", "cancel"),
        bind("plus", "count(1)", "count"),
        bind("minus", "count(-1)", "count"),
        bind("smaller", "size(-1)", "size"),
        bind("bigger", "size(1)", "size"),
        bind("delete", "delete", "delete"),
        bind("undo", "undo", "undo"),
        bind("redo", "redo"),
        bind("move", "move", "move"),
        bind("duplicate", "duplicate"),
        bind("brief", "brief"),
        bind("describe", "describe"),
        bind("reset", "reset"),
        bind("back", "leave"),
        bind("map", "leave"),
    ]

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
        """Begin on the first node of the player's own."""
        self.board.choose(self._first())
        self._refresh()

    def on_resize(self) -> None:
        """The lines are laid out for the width."""
        self._inspect()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While a wire or a node is on its way, only its own keys count."""
        if action == "choices" and not has_choices(self.session.level):
            return False
        return (action in ("take", "cancel")) == (self._mode is not None)

    def on_key(self, event: events.Key) -> None:
        """While a wire looks for its target, a letter is a target."""
        if isinstance(self._mode, Wiring) and event.character in self._mode.letters:
            event.stop()
            self._connect(self._mode.source, self._mode.letters[event.character])

    # What the keys do

    def action_run(self) -> None:
        """Run the board, if it can be run at all."""
        if self._known.problem:
            self._refuse(self._known.problem)
        else:
            self.post_message(messages.StartRun())

    def action_leave(self) -> None:
        """Back to the map; everything is saved."""
        self.post_message(messages.ShowMap())

    def action_add(self) -> None:
        """Ask what to add."""
        from sandbox.tui.board.palette import PaletteDialog

        self.app.push_screen(PaletteDialog(self.session.level, self.look), self._add)

    def action_open(self) -> None:
        """Open the settings of the chosen node; on an empty place, ask what to add there."""
        from sandbox.tui.board.node_settings import NodeSettings

        node = self.chosen
        if node is None:
            self.action_add()
        else:
            self.app.push_screen(NodeSettings(self.session, node.id, self._refresh))

    def action_choices(self) -> None:
        """What is to be decided about the level itself."""
        from sandbox.tui.board.choices import ChoicesSheet

        self.app.push_screen(ChoicesSheet(self.session, self._refresh))

    def action_count(self, step: int) -> None:
        """One more or one fewer."""
        self._change(lambda node: changes.counting(self.session.level, node, step))

    def action_size(self, step: int) -> None:
        """The next size up or down."""
        self._change(lambda node: changes.sizing(self.session.level, node, step))

    def action_delete(self) -> None:
        """Delete the chosen node."""
        self._change(lambda node: RemoveNode(node.id))

    def action_duplicate(self) -> None:
        """Put a second one beside the chosen node."""
        session = self.session
        edit = self._change(
            lambda node: changes.duplicating(session.level, session.design, node, self.board.cursor)
        )
        if isinstance(edit, DuplicateNode):
            self.board.choose(edit.new_id)

    def action_undo(self) -> None:
        """Undo the last edit."""
        label = self.session.undo()
        self._refresh(f"undone: {label}" if label else "nothing to undo")

    def action_redo(self) -> None:
        """Redo what was undone."""
        label = self.session.redo()
        self._refresh(f"again: {label}" if label else "nothing to redo")

    def action_reset(self) -> None:
        """Back to the starting board."""
        self._do(changes.starting_over(self.session.starting_board()))

    def action_wire(self) -> None:
        """Look for a target for a wire from the chosen node."""
        node = self.chosen
        if node is None:
            self._say("go to a node first")
            return
        linked = changes.targets(self.session.level, self.session.design, node.id)
        if not linked:
            self._say(f"no node can take a wire from {node.id}")
            return
        self._enter(Wiring(node.id, linked))

    def action_move(self) -> None:
        """Take the chosen node up, to be put down elsewhere."""
        node = self.chosen
        if node is None or any(fixed.id == node.id for fixed in self.session.level.nodes):
            self._say("this one stays where it is" if node else "go to a node first")
            return
        self.board.carry(node.id)
        self._enter(Moving(node.id, self.board.cursor))

    def action_take(self) -> None:
        """Enter, while a wire or a node is on its way: here."""
        mode, chosen = self._mode, self.board.chosen
        if isinstance(mode, Moving):
            self._drop(mode.node, self.board.cursor)
        elif isinstance(mode, Wiring) and chosen in mode.targets:
            self._connect(mode.source, str(chosen))
        else:
            self._say("no wire can go there")

    def action_cancel(self) -> None:
        """Escape, while a wire or a node is on its way: as it was."""
        mode = self._mode
        self._enter(None)
        if isinstance(mode, Moving):
            self.board.go_to(mode.start)
        elif mode is not None:
            self.board.choose(mode.source)

    def action_brief(self) -> None:
        """The brief."""
        from sandbox.tui.screens.brief import BriefScreen

        self.app.push_screen(BriefScreen(self.session))

    def action_describe(self) -> None:
        """The board in words."""
        from sandbox.tui.board.in_words import InWords

        text = describe(self.session.level, self.session.design, ascii_only=self.look.ascii)
        self.app.push_screen(InWords(text))

    # What the board and the panels tell

    @on(BoardView.CursorMoved)
    def _moved(self) -> None:
        self._inspect()

    @on(BoardView.Clicked)
    def _node_clicked(self, event: BoardView.Clicked) -> None:
        """A click takes a target; two open the settings."""
        if isinstance(self._mode, Wiring):
            self.action_take()
        elif self._mode is None and event.times == 2:
            self.action_open()

    @on(BoardView.Dropped)
    def _dropped(self, event: BoardView.Dropped) -> None:
        self._drop(event.node, event.place)

    @on(BoardView.Pulled)
    def _pulled(self, event: BoardView.Pulled) -> None:
        self._connect(event.source, event.target)

    @on(Kinds.OptionSelected)
    def _kind_clicked(self, event: Kinds.OptionSelected) -> None:
        self._add(event.option.id)

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
        self._known = facts(level, design)
        marks = Marks(
            notes=self._mode.notes if self._mode else {},
            unrouted=self._known.stranded,
            exits=self._known.exits,
        )
        self.board.show(design, marks=marks)
        self.query_one(TitleLine).show(self.headline())
        self._inspect()
        self._say(said)

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
        nodes = self.session.design.nodes or self.session.level.nodes
        return nodes[0].id
