"""The line of keys can be used with the mouse alone: each key on it is a button."""

from __future__ import annotations

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType

from sandbox.tui.widgets.keybar import KeyBar


class Counting(App[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus", "step(1)", "count", key_display="+"),
        Binding("minus", "step(-1)", "count", key_display="-"),
        Binding("space", "step(100)", "run", key_display="Space"),
    ]
    total = 0

    def get_css_variables(self) -> dict[str, str]:
        return {**super().get_css_variables(), "quiet": "grey"}

    def compose(self) -> ComposeResult:
        yield KeyBar()

    def action_step(self, by: int) -> None:
        self.total += by


async def test_each_key_on_the_line_is_a_button() -> None:
    app = Counting()
    async with app.run_test(size=(80, 24)) as pilot:
        bar = app.query_one(KeyBar)
        line = str(bar.render())
        totals = []
        for text, offset in (("+-", 0), ("+-", 1), ("count", 2), ("Space", 3), ("run", 1)):
            await pilot.click(KeyBar, offset=(1 + line.index(text) + offset, 0))
            await pilot.pause()
            totals.append(app.total)
    assert totals == [1, 0, 1, 101, 201]
