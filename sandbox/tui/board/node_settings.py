"""The dialog in which everything about one node is decided; each step counts at once."""

from __future__ import annotations

from collections.abc import Callable

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from sandbox.documents.design import Node
from sandbox.player.edits import Edit
from sandbox.player.pieces import EditError
from sandbox.tui.board.changes import node_of
from sandbox.tui.board.facts import cost_line, facts
from sandbox.tui.board.inspector import estimate_line
from sandbox.tui.board.rows import Row, rows, stepping, typing
from sandbox.tui.board.words import kind_of
from sandbox.tui.keys import bind
from sandbox.tui.look import QUIET
from sandbox.tui.session import Session

_VALUE = 14
_LABEL_LEAST, _LABEL_MOST = 14, 28
"""Columns of the table."""
_WIDE = 75
"""Cells of a line beside a scroll bar."""
_AROUND = 15
"""Lines of the dialog that are not its table, at the most."""


class NodeSettings(ModalScreen[None]):
    """Count, size and settings of a node. Edits go through the session, one command each."""

    CSS_PATH = "../styles/dialog.tcss"
    AUTO_FOCUS = ""
    BINDINGS = [
        bind("back", "back"),
        bind("up", "go(-1)"),
        bind("down", "go(1)"),
        bind("left", "step(-1)"),
        bind("right", "step(1)"),
        bind("plus", "step(1)"),
        bind("minus", "step(-1)"),
        bind("enter", "write"),
        bind("undo", "undo"),
        bind("redo", "redo"),
    ]

    def __init__(self, session: Session, node_id: str, changed: Callable[[], None]) -> None:
        """Decide about a node of the session's board; `changed` is told after every edit."""
        super().__init__()
        self.session = session
        self.node_id = node_id
        self._changed = changed
        self._row = 0
        self._said = ""

    @property
    def node(self) -> Node:
        """The node as it is now."""
        node = node_of(self.session.level, self.session.design, self.node_id)
        if node is None:
            raise RuntimeError(f"{self.node_id} went while its settings were open")
        return node

    @property
    def rows(self) -> list[Row]:
        """What can be decided, as it is now."""
        return rows(self.session.level, self.session.design, self.node)

    def compose(self) -> ComposeResult:
        """The table, a field for typing that shows when it is needed, and what it all means."""
        with Vertical(classes="dialog"):
            yield Static(id="heading", classes="heading")
            with VerticalScroll(id="rows"):
                yield Static(id="table")
            field = Input(id="field", select_on_focus=False)
            field.cursor_blink = False
            field.display = False
            yield field
            yield Static(id="help")
            yield Static(id="facts")
            yield Static(
                "↑↓ row   ←→ or +/- change   Enter or a digit type   u undo   Esc done",
                classes="keys",
            )

    def on_mount(self) -> None:
        """Show everything."""
        self._show()

    def on_resize(self) -> None:
        """As many rows as there is room for; the others are scrolled to."""
        most = max(self.size.height - _AROUND, 3)
        self.query_one("#rows").styles.max_height = most
        self.call_after_refresh(self._reveal)

    def on_key(self, event: events.Key) -> None:
        """A digit starts typing at once."""
        character = event.character or ""
        if character.isdigit() and not self._typing:
            event.stop()
            self._write(character)

    def action_go(self, step: int) -> None:
        """To another row."""
        if self.rows:
            self._row = (self._row + step) % len(self.rows)
        self._show()

    def action_step(self, direction: int) -> None:
        """One step up or down."""
        if self.rows:
            level, design = self.session.level, self.session.design
            self._do(lambda: stepping(level, design, self.node, self._current, direction))

    def action_write(self) -> None:
        """Type a value."""
        if self.rows:
            self._write(self._current.value, replace=True)

    def action_undo(self) -> None:
        """Undo the last edit, whatever it was about; the node itself stays."""
        self._step_back(self.session.undo, self.session.redo)

    def action_redo(self) -> None:
        """Redo what was undone."""
        self._step_back(self.session.redo, self.session.undo)

    def action_back(self) -> None:
        """Stop typing, or close."""
        if self._typing:
            self._close_field()
        else:
            self.dismiss(None)

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        text = event.value
        self._close_field()
        level, design = self.session.level, self.session.design
        self._do(lambda: typing(level, design, self.node, self._current, text))

    @property
    def _current(self) -> Row:
        return self.rows[self._row]

    @property
    def _typing(self) -> bool:
        return bool(self.query_one("#field", Input).display)

    def _write(self, text: str, *, replace: bool = False) -> None:
        field = self.query_one("#field", Input)
        field.display = True
        field.value = text
        self.set_focus(field)  # at once: the next key may be on its way already
        field.cursor_position = len(text)
        if replace:
            field.select_all()

    def _close_field(self) -> None:
        self.query_one("#field", Input).display = False
        self.set_focus(None)

    def _do(self, make: Callable[[], Edit]) -> None:
        try:
            self._said = self.session.do(make()) or ""
        except EditError as error:
            self._said = f"✗ {error}"
        self._show()
        self._changed()

    def _step_back(self, there: Callable[[], str | None], back: Callable[[], str | None]) -> None:
        self._said = there() or ""
        if node_of(self.session.level, self.session.design, self.node_id) is None:
            self._said = back() or ""  # the edit before this dialog is for the board to undo
        self._show()
        self._changed()

    def _show(self) -> None:
        level, node = self.session.level, self.node
        kind = kind_of(level, node)
        known = facts(level, self.session.design)
        found = self.rows
        self._row = min(self._row, max(len(found) - 1, 0))  # a row may go with its setting
        self.query_one("#heading", Static).update(
            Content.assemble((node.id, "bold"), (f"   {kind.title}. {kind.summary}", QUIET))
        )
        longest = max((len(row.label) for row in found), default=0) + 2
        label = min(max(longest, _LABEL_LEAST), _LABEL_MOST)
        table = [self._line(at, row, label) for at, row in enumerate(found)]
        nothing = Content("The level has set this one; it stays as it is.")
        self.query_one("#table", Static).update(Content("\n").join(table) if table else nothing)
        self.query_one("#help", Static).update(Content(self._about()))
        told = [
            cost_line(level, known),
            estimate_line(known, node.id, kind_of(level, node).behaviour),
            self._said,
        ]
        self.query_one("#facts", Static).update(Content("\n".join(filter(None, told))))
        self.call_after_refresh(self._reveal)

    def _reveal(self) -> None:
        """Scroll to the chosen row and its neighbours."""
        lines = Region(0, max(self._row - 1, 0), 1, 3)
        self.query_one("#rows").scroll_to_region(lines, animate=False, force=True)

    def _about(self) -> str:
        """What the chosen row means; of a choice also what there is to choose from."""
        if not self.rows:
            return ""
        row = self._current
        choices = row.spec.choices if row.spec else ()
        return f"{row.help} One of: {', '.join(choices)}." if choices else row.help

    def _line(self, at: int, row: Row, width: int) -> Content:
        here = at == self._row
        value = f"{row.value:<{_VALUE}}"
        line = Content.assemble(
            ("▸ " if here else "  ", "$accent"),
            (f"{row.label:<{width}}"[:width], "bold" if here else ""),
            (f"◂ {value}▸ " if here else f"  {value}  ", "bold $accent" if here else ""),
            (row.bounds, QUIET),
        )
        return line.truncate(_WIDE, ellipsis=True)
