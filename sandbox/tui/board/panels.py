"""What stands around the board: the kinds to add, the goals, the chosen node, the last word."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from sandbox.documents.decisions import decided
from sandbox.documents.design import Design, Node
from sandbox.documents.level import Level
from sandbox.documents.library import kinds_for, kinds_to_add
from sandbox.tui.board.facts import Facts
from sandbox.tui.board.glyphs import glyphs
from sandbox.tui.board.inspector import column, two_lines
from sandbox.tui.board.words import goal_words, traffic_promise
from sandbox.tui.look import QUIET, Look
from sandbox.tui.wording import money

_STYLES = {"title": "bold", "quiet": QUIET, "warning": "bold $warning"}
_EMPTY = ("an empty place", "a add a component here")


class Goals(Widget):
    """What must hold, before anything is known, and what will come. No entry is broken in two."""

    def __init__(self, level: Level, look: Look) -> None:
        super().__init__()
        self._level, self._table = level, glyphs(look.ascii)
        self.show(level.starting_design())

    def show(self, design: Design) -> None:
        """Show the goals, and the traffic that comes with what a design builds."""
        table, asked = self._table, decided(self._level, design)
        goals = [f"{table.goal} {goal_words(slo, table)}" for slo in self._level.slos]
        self._entries = [*goals, f"{table.peak} {traffic_promise(asked, table)}"]
        self.refresh(layout=self.is_mounted)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> RenderResult:
        return Content("\n".join(self._lines(self.size.width)))

    def _lines(self, width: int) -> list[str]:
        lines = [self._entries[0]]
        for entry in self._entries[1:]:
            if len(lines[-1]) + 3 + len(entry) > width:
                lines.append(entry)
            else:
                lines[-1] += f"   {entry}"
        return lines


class Kinds(OptionList, can_focus=False):
    """The kinds that may be added, for the mouse; the keyboard has a dialog with a search."""

    def __init__(self, level: Level, look: Look) -> None:
        super().__init__(*_kinds(level, look))

    def on_mount(self) -> None:
        """Nothing is chosen here."""
        self.highlighted = None


class Chosen(Static):
    """The chosen node, in two lines under the board or, where there is room, in a column."""

    def __init__(self, level: Level, look: Look, *, tall: bool) -> None:
        super().__init__()
        self._level, self._table, self._tall = level, glyphs(look.ascii), tall

    def show(self, design: Design, node: Node | None, known: Facts, width: int) -> None:
        """Show a node of a design, or an empty place; `width` is the room for a line."""
        if self._tall:
            lines = [(_EMPTY[0], "title"), ("", ""), (_EMPTY[1], "quiet")]
            if node is not None:
                lines = column(self._level, design, node, known, self._table)
            told = [Content.styled(text, _STYLES.get(style, "")) for text, style in lines]
            self.update(Content("\n").join(told))
            return
        two = _EMPTY
        if node is not None:
            two = two_lines(self._level, design, node, known, self._table, width)
        self.update(Content.assemble((two[0], "bold"), "\n", two[1]))


def _kinds(level: Level, look: Look) -> Iterator[Option]:
    kinds = kinds_for(level).kinds
    for name in kinds_to_add(level):
        kind = kinds[name]
        amount = next(iter(kind.sizes.values())).price[0]
        price = "by use" if kind.is_paid_by_use and not amount else money(amount)
        title = f"{look.pick(kind.glyph)} {kind.title}\n"
        yield Option(Content.assemble(title, (f"  {price}", QUIET)), id=name)
