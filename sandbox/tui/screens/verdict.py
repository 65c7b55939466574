"""The verdict on the latest attempt: how near it was, and where to go from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer

from sandbox.fleet.seeds import HELD_OUT, NEEDED
from sandbox.tui import messages, verdict_text
from sandbox.tui.keys import bind
from sandbox.tui.screens.place import Place
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.sheet import Row, Sheet
from sandbox.tui.widgets.strips import TitleLine

if TYPE_CHECKING:
    from sandbox.tui.session import Attempt, Session
    from sandbox.tui.simulator import Simulator, StarSearch

_LOOK_AGAIN = 0.5
"""Seconds between two looks at how far the search for the robust star is."""


class VerdictScreen(Place):
    """After a loss: what, how near, what happened. After a win: everything."""

    CSS_PATH = "../styles/verdict.tcss"
    rates = True
    """Whether a win is held against other seeds here."""
    AUTO_FOCUS = "VerticalScroll"
    BINDINGS = [
        bind("enter", "go_on('again')", "again"),
        bind("enter", "go_on('cards')", "cards"),
        bind("play", "again"),
        bind("edit", "to_board", "board"),
        bind("charts", "charts", "charts"),
        bind("hint", "hint", "hint"),
        bind("cards", "cards", "cards"),
        bind("night", "night", "night 2"),
        bind("map", "to_map", "map"),
        bind("back", "to_board"),
        bind("up", "scroll(-1)"),
        bind("down", "scroll(1)"),
    ]

    def __init__(self, session: Session, simulator: Simulator) -> None:
        super().__init__(session)
        attempt = session.play.latest
        if attempt is None:
            raise RuntimeError("there is no attempt to judge yet")
        self.attempt: Attempt = attempt
        self._simulator = simulator
        self._search: StarSearch | None = None
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        yield TitleLine(self.session.level.title, verdict_text.asked(self.attempt.report))
        with VerticalScroll():
            yield Sheet(verdict_text.COLUMN)
        yield KeyBar()

    def on_mount(self) -> None:
        report = self.attempt.report
        if self.rates and report.passed and report.stars.robust is None:
            self._search = self._simulator.stars(self.session.level, self.attempt.design)
            # The app waits for it, not this screen: who goes on playing still gets the star.
            self.game.run_worker(self._rate(self.attempt, self._search))
            self._timer = self.set_interval(_LOOK_AGAIN, self._show)
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        won = self.attempt.report.passed
        if action == "hint":
            return not won and self.session.play.hints < len(self.session.level.hints)
        if action == "go_on":
            return parameters == ("cards" if won else "again",)
        if action == "cards":
            return won
        if action == "night":
            return won and self.session.night is not None
        return True

    def action_go_on(self, where: str) -> None:
        if where == "cards":
            self.action_cards()
        else:
            self.action_again()

    def action_again(self) -> None:
        self.post_message(messages.StartRun())

    def action_to_board(self) -> None:
        self.post_message(messages.ShowBoard())

    def action_to_map(self) -> None:
        self.post_message(messages.ShowMap())

    def action_night(self) -> None:
        """To the second night of this level."""
        night = self.session.night
        if night is not None:
            self.post_message(messages.PlayLevel(night))

    def action_cards(self) -> None:
        from sandbox.tui.screens.card import CardScreen

        self.app.push_screen(CardScreen(self.session, self.session.level.cards))

    def action_charts(self) -> None:
        from sandbox.tui.screens.charts import ChartsScreen

        past = self.session.play.previous
        self.app.push_screen(ChartsScreen(self.session, self.attempt, past))

    def action_hint(self) -> None:
        self.session.play.hints += 1
        self._show()
        self.query_one(VerticalScroll).scroll_end(animate=False)

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    async def _rate(self, attempt: Attempt, search: StarSearch) -> None:
        await search.finished.wait()
        if search.stars is not None:
            rated = self.session.rate(attempt, bool(search.stars.get("robust")))
            self.attempt = rated
        if self.is_attached:
            self._show()

    def _show(self) -> None:
        if self._timer and self._search and self._search.finished.is_set():
            self._timer.stop()
        self.query_one(TitleLine).show(self.headline())
        self.query_one(Sheet).show(self._rows())
        self.refresh_bindings()

    def headline(self) -> Content:
        """What stands beside the name of the level."""
        return verdict_text.headline(self.session.level, self.attempt.report)

    def _rows(self) -> list[Row]:
        if self.attempt.report.passed:
            return verdict_text.win(self.session.level, self.attempt, self._robustness())
        return verdict_text.loss(self.session.level, self.attempt, self.session.play.hints)

    def _robustness(self) -> str:
        robust, search = self.attempt.report.stars.robust, self._search
        needed = f"{NEEDED} of {HELD_OUT} other seeds"
        if robust is not None:
            return f"holds on {'at least' if robust else 'fewer than'} {needed}"
        if search is None or search.problems:
            return "could not be found out: " + " ".join(search.problems if search else ())
        return f"must hold on {needed}; {search.done} are run …"
