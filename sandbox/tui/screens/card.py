"""Cards: the library of all trade-offs, and one of them with both of its poles."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sandbox.documents import library
from sandbox.documents.cards import Card, Pole
from sandbox.tui.keys import bind
from sandbox.tui.look import ACCENT, QUIET
from sandbox.tui.screens.place import Place
from sandbox.tui.session import Session
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.sheet import Row, Sheet
from sandbox.tui.widgets.strips import TitleLine


class CardScreen(Place):
    """One card; left and right turn to its neighbours."""

    CSS_PATH = "../styles/card.tcss"
    AUTO_FOCUS = "VerticalScroll"
    BINDINGS = [
        bind("left", "turn(-1)", "other cards"),
        bind("right", "turn(1)", "other cards"),
        bind("up", "scroll(-1)"),
        bind("down", "scroll(1)"),
        bind("enter", "turn(1)"),
        bind("back", "close", "back"),
    ]

    def __init__(self, session: Session, numbers: Sequence[int], chosen: int | None = None) -> None:
        super().__init__(session)
        self._cards = [library.cards()[n] for n in numbers if n in library.cards()]
        known = [card.number for card in self._cards]
        self._index = known.index(chosen) if chosen in known else 0

    def compose(self) -> ComposeResult:
        yield TitleLine("Card")
        with VerticalScroll():
            yield Sheet(1, id="question")
            with Horizontal(id="poles"):
                yield Static(classes="pole")
                yield Static(classes="pole")
            yield Sheet(18, id="more")
        yield KeyBar()

    def on_mount(self) -> None:
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action != "turn" or len(self._cards) > 1

    def action_turn(self, direction: int) -> None:
        self._index = (self._index + direction) % len(self._cards)
        self._show()

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def action_close(self) -> None:
        self.app.pop_screen()

    def _show(self) -> None:
        title = self.query_one(TitleLine)
        if not self._cards:
            title.show("This level has no cards yet.")
            return
        card = self._cards[self._index]
        title.show(card.title, f"card {card.number}, {self._index + 1} of {len(self._cards)}")
        self.query_one("#question", Sheet).show([("", Content.styled(card.question, "bold"))])
        for place, pole in zip(self.query(".pole").results(Static), card.poles, strict=True):
            place.update(_pole(pole))
        self.query_one("#more", Sheet).show(_more(card))


class LibraryScreen(Place):
    """All cards by number; those of levels not yet won are only named."""

    CSS_PATH = "../styles/card.tcss"
    BINDINGS = [
        bind("enter", "open", "read"),
        bind("up", "move(-1)", "choose"),
        bind("down", "move(1)", "choose"),
        bind("back", "close", "back"),
    ]

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._cards = list(library.cards().values())
        self._chosen = 0

    def compose(self) -> ComposeResult:
        met = [card for card in self._cards if self._met(card)]
        yield TitleLine("Cards", f"{len(met)} of {len(self._cards)} met")
        with VerticalScroll(can_focus=False):
            for index in range(len(self._cards)):
                yield CardLine(index)
        yield Sheet(1, id="question")
        yield KeyBar()

    def on_mount(self) -> None:
        self._show()

    def choose(self, index: int, *, read: bool = False) -> None:
        """Choose a card, and read it if so wished."""
        self._chosen = index
        self._show()
        if read:
            self.action_open()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return action not in ("open", "move") or bool(self._cards)

    def action_move(self, direction: int) -> None:
        self.choose((self._chosen + direction) % len(self._cards))

    def action_open(self) -> None:
        """Read a card that was met. The others are met by winning."""
        card = self._cards[self._chosen]
        if self._met(card):
            numbers = [each.number for each in self._cards if self._met(each)]
            self.app.push_screen(CardScreen(self.session, numbers, card.number))

    def action_close(self) -> None:
        self.app.pop_screen()

    def _met(self, card: Card) -> bool:
        return card.number in self.session.progress.value.cards

    def _show(self) -> None:
        lines = list(self.query(CardLine))
        for line, card in zip(lines, self._cards, strict=True):
            chosen = line.index == self._chosen
            state = "" if self._met(card) else f"win {' or '.join(card.levels)} to read it"
            line.update(
                Content.assemble(
                    ("▸ " if chosen else "  ", f"bold {ACCENT}"),
                    (f"{card.number:>3}  ", QUIET),
                    (f"{card.title:<36}", "bold" if self._met(card) else QUIET),
                    (f"  {state}", QUIET),
                )
            )
        if self._cards:
            lines[self._chosen].scroll_visible(animate=False)
            question = self._cards[self._chosen].question
            self.query_one("#question", Sheet).show([("", question)])
        else:
            self.query_one("#question", Sheet).show([("", "There are no cards yet.")])


class CardLine(Static):
    """One card in the library. A click chooses it, a second one opens it."""

    def __init__(self, index: int) -> None:
        super().__init__()
        self.index = index

    def on_click(self, event: events.Click) -> None:
        screen = self.screen
        assert isinstance(screen, LibraryScreen)
        screen.choose(self.index, read=event.chain > 1)


def _pole(pole: Pole) -> Content:
    return Content.assemble(
        (pole.name, f"bold {ACCENT}"),
        f"\n\n{pole.says}\n\n",
        ("Wins when  ", QUIET),
        pole.wins_when,
    )


def _more(card: Card) -> list[Row]:
    rows: list[Row] = [("You see it in", card.symptom), ("", "")]
    if card.incident is not None:
        rows += [("From practice", card.incident.says), ("Source", card.incident.source), ("", "")]
    return [*rows, ("Played in", ", ".join(card.levels))]
