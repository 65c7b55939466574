"""A page of labelled paragraphs: labels in a column on the left, text wrapped beside them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from sandbox.tui.look import QUIET

Row = tuple[Content | str, Content | str]
"""A label and its text; two empty strings make an empty line."""


class Sheet(Widget):
    """As many lines as its rows need; put it into something that scrolls."""

    DEFAULT_CSS = "Sheet { height: auto; padding: 0 1; }"

    def __init__(self, column: int = 18, rows: Sequence[Row] = (), id: str | None = None) -> None:
        super().__init__(id=id)
        self._column = column
        self._rows = rows

    def show(self, rows: Sequence[Row]) -> None:
        """Show these rows."""
        self._rows = rows
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> RenderResult:
        return Content("\n").join(self._lines(self.size.width))

    def _lines(self, width: int) -> list[Content]:
        lines: list[Content] = []
        for label, text in self._rows:
            lines += _row(label, text, min(self._column, max(width - 20, 2)), width)
        return lines


def _row(label: Content | str, text: Content | str, column: int, width: int) -> list[Content]:
    named = Content.styled(label, QUIET) if isinstance(label, str) else label
    body = Content(text) if isinstance(text, str) else text
    lines: list[Content] = []
    if named.cell_length > max(column - 2, 0):  # a long label has a line of its own
        lines, named = [named], Content("")
    wrapped = body.wrap(max(width - column, 10)) or [Content("")]
    for line in wrapped:
        gap = " " * max(column - named.cell_length, 0)
        lines.append(Content.assemble(named, gap, line.rstrip()))
        named = Content("")
    return lines
