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
_LONGEST = 24
"""A label that is longer has a line of its own."""


class Sheet(Widget):
    """As many lines as its rows need; put it into something that scrolls."""

    DEFAULT_CSS = "Sheet { height: auto; padding: 0 1; }"

    def __init__(
        self, column: int | None = 18, rows: Sequence[Row] = (), id: str | None = None
    ) -> None:
        """Labels have `column` cells; None: as many as they need."""
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
        longest = max((len(_plain(label)) for label, _ in self._rows), default=0)
        column = min(longest, _LONGEST) + 2 if self._column is None else self._column
        lines: list[Content] = []
        for label, text in self._rows:
            lines += _row(label, text, min(column, max(width - 20, 2)), width)
        return lines


def _plain(label: Content | str) -> str:
    return label if isinstance(label, str) else label.plain


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
