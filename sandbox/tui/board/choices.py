"""The sheet on which the level itself is decided: how its code works, and what is built."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.screen import ModalScreen
from textual.widgets import Static

from sandbox.player.pieces import EditError
from sandbox.tui.board.facts import Facts, cost_line, facts, trouble
from sandbox.tui.board.options import Option, loads, options, worth_telling
from sandbox.tui.keys import bind
from sandbox.tui.look import BAD, QUIET
from sandbox.tui.session import Session

_AROUND = 17
"""Lines of the sheet that are not its list, at the most."""


class ChoicesSheet(ModalScreen[None]):
    """Every way and feature with its text, its load and its price; what is chosen is marked."""

    CSS_PATH = "../styles/dialog.tcss"
    AUTO_FOCUS = ""
    BINDINGS = [
        bind("back", "dismiss(None)"),
        bind("choices", "dismiss(None)"),
        bind("up", "go(-1)"),
        bind("down", "go(1)"),
        bind("enter", "take"),
        bind("play", "take"),
        bind("plus", "step(1)"),
        bind("minus", "step(-1)"),
        bind("right", "step(1)"),
        bind("left", "step(-1)"),
        bind("undo", "undo"),
        bind("redo", "redo"),
    ]

    def __init__(self, session: Session, changed: Callable[[], None]) -> None:
        """Decide about the level of the session; `changed` is told after every edit."""
        super().__init__()
        self.session = session
        self._changed = changed
        self._said = ""
        found = self.options
        self._at = next((at for at, option in enumerate(found) if option.chosen), 0)

    @property
    def options(self) -> list[Option]:
        """What can be chosen, as it is now."""
        return options(self.session.level, self.session.design)

    def compose(self) -> ComposeResult:
        """The list, what the one at hand means, and what it would change."""
        with Vertical(classes="dialog"):
            yield Static("Choices: how the code works, and what is built", classes="heading")
            with VerticalScroll(id="rows"):
                yield Static(id="table")
            yield Static(id="help")
            yield Static(id="facts")
            keys = "↑↓ look at   Enter take or change   +/- the next   u undo   Esc done"
            yield Static(keys, classes="keys")

    def on_mount(self) -> None:
        """Show everything."""
        self._show()

    def on_resize(self) -> None:
        """As many rows as there is room for; the others are scrolled to."""
        self.query_one("#rows").styles.max_height = max(self.size.height - _AROUND, 3)
        self.call_after_refresh(self._reveal)

    def on_click(self, event: events.Click) -> None:
        """A click looks at a line, and takes it if it is looked at already."""
        table = self.query_one("#table")
        if event.widget is table:
            rows = [at for at, _ in self._lines()]
            line = event.get_content_offset_capture(table).y
            at = rows[line] if line < len(rows) else None
            if at is not None:
                again, self._at = at == self._at, at
                self.action_take() if again else self._show()

    def action_go(self, step: int) -> None:
        """To another option."""
        self._at = (self._at + step) % len(self.options)
        self._show()

    def action_take(self) -> None:
        """Take this way, or build or leave out this feature."""
        self._take(self.options[self._at])

    def action_step(self, direction: int) -> None:
        """The next way of the same operation; build a feature, or leave it out."""
        found = self.options
        option = found[self._at]
        if option.feature:
            if option.chosen != (direction > 0):
                self._take(option)
            return
        alike = [at for at, each in enumerate(found) if each.group == option.group]
        taken = next(at for at in alike if found[at].chosen)
        self._at = alike[(alike.index(taken) + direction) % len(alike)]
        self._take(found[self._at])

    def action_undo(self) -> None:
        """Undo the last edit, whatever it was about."""
        label = self.session.undo()
        self._tell(f"undone: {label}" if label else "nothing to undo")

    def action_redo(self) -> None:
        """Redo what was undone."""
        label = self.session.redo()
        self._tell(f"again: {label}" if label else "nothing to redo")

    def _take(self, option: Option) -> None:
        if option.edit is None:
            self._show()
            return
        try:
            self._tell(self.session.do(option.edit) or "")
        except EditError as error:
            self._tell(f"✗ {error}")

    def _tell(self, said: str) -> None:
        self._said = said
        self._show()
        self._changed()

    def _show(self) -> None:
        option = self.options[self._at]
        lines = [line for _, line in self._lines()]
        self.query_one("#table", Static).update(Content("\n").join(lines))
        self.query_one("#help", Static).update(Content(option.says))
        self.query_one("#facts", Static).update(Content("\n").join(self._effects(option)))
        self.call_after_refresh(self._reveal)

    def _reveal(self) -> None:
        line = next(y for y, (at, _) in enumerate(self._lines()) if at == self._at)
        heading = line - 1 if line and self._lines()[line - 1][0] is None else line
        region = Region(0, heading, 1, line - heading + 1)
        self.query_one("#rows").scroll_to_region(region, animate=False, force=True)

    def _lines(self) -> list[tuple[int | None, Content]]:
        """The lines of the list, each with the option it is; None for a heading."""
        lines: list[tuple[int | None, Content]] = []
        group = None
        for at, option in enumerate(self.options):
            if option.group != group:
                group = option.group
                lines.append((None, Content.styled(group, QUIET)))
            here = at == self._at
            state = f"   {option.state}" if option.state else ""
            line = Content.assemble(
                ("▸ " if here else "  ", "$accent"),
                ("● " if option.chosen else "○ ", "$success" if option.chosen else QUIET),
                (option.title, "bold $accent" if here else ""),
                (state, "$success" if option.chosen else QUIET),
            )
            lines.append((at, line))
        return lines

    def _effects(self, option: Option) -> list[Content]:
        """Price and load as they are, and as they would be with the option at hand."""
        level, design = self.session.level, self.session.design
        now, then = facts(level, design), None
        wrong = ""
        if option.edit is not None:
            try:
                then = facts(level, option.edit.apply(design, level))
            except EditError as error:
                wrong = f"✗ {error}"
        nodes = worth_telling(now, then)
        lines = self._told("now", now, nodes)
        lines += self._told("then", then, nodes) if then else []
        lines += [Content.styled(wrong, BAD)] if wrong else []
        return lines + ([Content.styled(self._said, QUIET)] if self._said else [])

    def _told(self, label: str, known: Facts, nodes: list[str]) -> list[Content]:
        level = self.session.level
        lines = [Content.assemble((f"{label:<6}", QUIET), cost_line(level, known))]
        busy = loads(known, nodes)
        if busy:
            lines.append(Content.assemble(("      at the peak: ", QUIET), busy))
        wrong = trouble(level, known)
        if wrong:
            lines.append(Content.styled(f"      ✗ {wrong}", BAD))
        return lines
