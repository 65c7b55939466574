"""Choosing what to add: a search over the kinds of the level, with what each can fail at."""

from __future__ import annotations

from collections.abc import Iterator

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from sandbox.documents.catalogue import Kind
from sandbox.documents.level import Level
from sandbox.documents.library import kinds_for, kinds_to_add
from sandbox.tui.board.words import size_words
from sandbox.tui.keys import bind
from sandbox.tui.look import QUIET, Look
from sandbox.tui.wording import money


def found(level: Level, words: str) -> list[str]:
    """The kinds of the palette that have all these words somewhere, titles first."""
    kinds = kinds_for(level).kinds
    wanted = words.lower().split()
    hits = [
        name
        for name in kinds_to_add(level)
        if all(word in _searched(name, kinds[name]) for word in wanted)
    ]
    return sorted(hits, key=lambda name: words.lower() not in kinds[name].title.lower())


def price_words(kind: Kind) -> str:
    """What the first size costs: `$55/night`, or `from $30/month` where there are others.

    What is paid by use says so.
    """
    amount, period = next(iter(kind.sizes.values())).price
    words = f"{'from ' if len(kind.sizes) > 1 else ''}{money(amount)}/{period}"
    if not kind.is_paid_by_use:
        return words
    return f"{words} and by use" if amount else "by use"


def entries(level: Level, look: Look, words: str = "") -> Iterator[Option]:
    """The kinds as options: title, price and what bounds it; below, what it can fail at."""
    kinds = kinds_for(level).kinds
    for name in found(level, words):
        kind = kinds[name]
        limits = size_words(kind, kind.sizes[kind.first_size])
        yield Option(
            Content.assemble(
                f"{look.pick(kind.glyph)} ",
                (kind.title, "bold"),
                (f"  {price_words(kind)}", "$accent"),
                (f"  {limits}\n" if limits else "\n", QUIET),
                (f"  {kind.fails}", QUIET),
            ),
            id=name,
        )


class PaletteDialog(ModalScreen[str | None]):
    """Asks which kind to add; gives its name, or None."""

    CSS_PATH = "../styles/dialog.tcss"
    AUTO_FOCUS = "Input"
    BINDINGS = [
        bind("back", "dismiss(None)"),
        Binding("up", "go(-1)", show=False),
        Binding("down", "go(1)", show=False),
    ]

    def __init__(self, level: Level, look: Look) -> None:
        super().__init__()
        self._level, self._look = level, look

    def compose(self) -> ComposeResult:
        """A field to search in over the list."""
        with Vertical(classes="dialog"):
            search = Input(placeholder="type to search")
            search.cursor_blink = False
            yield Static("Add a component", classes="heading")
            yield search
            kinds = OptionList(*entries(self._level, self._look))
            kinds.can_focus = False
            yield kinds
            yield Static("↑↓ choose   Enter add   Esc cancel", classes="keys")

    def on_mount(self) -> None:
        """Begin with the first."""
        self.query_one(OptionList).highlighted = 0

    def action_go(self, step: int) -> None:
        """Choose another, from the field."""
        kinds = self.query_one(OptionList)
        if kinds.option_count:
            kinds.highlighted = ((kinds.highlighted or 0) + step) % kinds.option_count

    @on(Input.Changed)
    def _search(self, event: Input.Changed) -> None:
        kinds = self.query_one(OptionList)
        kinds.clear_options()
        kinds.add_options(entries(self._level, self._look, event.value))
        kinds.highlighted = 0 if kinds.option_count else None

    @on(Input.Submitted)
    def _take(self) -> None:
        kinds = self.query_one(OptionList)
        if kinds.highlighted is not None:
            self.dismiss(kinds.get_option_at_index(kinds.highlighted).id)

    @on(OptionList.OptionSelected)
    def _click(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)


def _searched(name: str, kind: Kind) -> str:
    return " ".join((name, kind.title, kind.summary, kind.fails, *kind.does)).lower()
