"""The board: where a design is made. Every key becomes a command, saved at once."""

from __future__ import annotations

from textual import events, on

from sandbox.player.choices import has_choices
from sandbox.player.edits import DuplicateNode, RemoveNode
from sandbox.tui import messages
from sandbox.tui.board import changes
from sandbox.tui.board.describe import describe
from sandbox.tui.board.modes import Moving, Wiring
from sandbox.tui.board.panels import Kinds
from sandbox.tui.board.view import BoardView
from sandbox.tui.keys import bind
from sandbox.tui.screens.bench import Bench


class BoardScreen(Bench):
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
        self.session.play.chosen = self.board.chosen
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
