"""After a challenge: the points, part by part, and how they compare with one's own."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.timer import Timer

from sandbox.judgement.score import Score
from sandbox.player.challenges import Try, time_used
from sandbox.tui import challenge_text, messages, verdict_text
from sandbox.tui.challenge_text import EMPTY
from sandbox.tui.judging import Judging
from sandbox.tui.keys import bind
from sandbox.tui.look import BAD, QUIET
from sandbox.tui.screens.place import Place
from sandbox.tui.session import Attempt, Session
from sandbox.tui.simulator import Simulator
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.sheet import Row, Sheet
from sandbox.tui.widgets.strips import TitleLine

_LOOK_AGAIN = 0.5
"""Seconds between two looks at how far the judging is."""


class ChallengeResult(Place):
    """Judges the board that was handed in, and shows what it was worth.

    Until there is a score the challenge stays handed in: who leaves finds it again.
    """

    CSS_PATH = "../styles/challenge.tcss"
    AUTO_FOCUS = "VerticalScroll"
    BINDINGS = [
        bind("enter", "again", "again"),
        bind("enter", "retry", "try again"),
        bind("charts", "charts", "charts"),
        bind("edit", "to_board", "board"),
        bind("history", "history", "history"),
        bind("map", "to_map", "map"),
        bind("back", "to_map"),
        bind("up", "scroll(-1)", "scroll"),
        bind("down", "scroll(1)", "scroll"),
    ]

    def __init__(self, session: Session, simulator: Simulator) -> None:
        super().__init__(session)
        if session.challenge is None:
            raise RuntimeError("no challenge is being played")
        self.level, self.source = session.level, session.play.source
        self.score: Score | None = None
        self.one: Try | None = None
        self._time_up = session.challenge.state.ended == "time up"
        self._past: Attempt | None = session.play.latest
        self._simulator = simulator
        self._judging = Judging(session, simulator)
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """One page, that scrolls."""
        yield TitleLine(self.level.title, "timed challenge")
        with VerticalScroll():
            yield Sheet(verdict_text.COLUMN)
        yield KeyBar()

    def on_mount(self) -> None:
        self._timer = self.set_interval(_LOOK_AGAIN, self._show)
        self._judge()

    def on_unmount(self) -> None:
        self._judging.cancel()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "charts":
            return self.score is not None and self._judging.attempt is not None
        if action in ("again", "to_board", "history"):
            return self.score is not None
        return action != "retry" or bool(self._judging.problems)

    def action_again(self) -> None:
        """Another challenge on this level."""
        self.post_message(messages.OfferChallenge(self.source))

    def action_retry(self) -> None:
        """Judge the same board again, after the simulator has failed."""
        self._judging = Judging(self.session, self._simulator)
        self._judge()

    def action_to_board(self) -> None:
        """To the player's own board of the level."""
        self.post_message(messages.PlayLevel(self.source))

    def action_charts(self) -> None:
        """The charts of the run that was judged."""
        from sandbox.tui.screens.charts import ChartsScreen

        if self._judging.attempt is not None:
            self.app.push_screen(ChartsScreen(self.session, self._judging.attempt, self._past))

    def action_history(self) -> None:
        """All tries so far."""
        from sandbox.tui.screens.history import HistoryScreen

        self.app.push_screen(HistoryScreen(self.session))

    def action_to_map(self) -> None:
        """To the map."""
        self.post_message(messages.ShowMap())

    def action_scroll(self, lines: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def _judge(self) -> None:
        if self._timer:
            self._timer.resume()
        self._show()
        self.run_worker(self._conclude(self._judging), exclusive=True)

    async def _conclude(self, judging: Judging) -> None:
        score = await judging.work()
        if score is not None:
            self.one = self.session.conclude(score, judging.cost)
            self.score = score
        if self._timer:
            self._timer.pause()
        self._show()

    def _show(self) -> None:
        score = self.score
        title = challenge_text.headline(score) if score else "handed in"
        self.query_one(TitleLine).show(title)
        self.query_one(Sheet).show(self._rows())
        self.refresh_bindings()

    def _rows(self) -> list[Row]:
        judging = self._judging
        up = "The time was up: the board was handed in as it stood."
        rows: list[Row] = [("", Content.styled(up, "bold")), EMPTY] if self._time_up else []
        if self.score is None or self.one is None:
            if not judging.problems:
                return [*rows, ("", judging.progress), *self._verdict()]
            failed = [("", Content.styled(each, BAD)) for each in judging.problems]
            return [*rows, *failed, ("", "The board is kept. Enter tries again.")]
        return [*rows, *self._worth(self.score, self.one), *self._verdict()]

    def _worth(self, score: Score, one: Try) -> list[Row]:
        judging, known = self._judging, self.session.challenges.value
        rows: list[Row] = []
        if judging.unable:
            why = f"It cannot be run, and counts as not held: {judging.unable}"
            rows += [("Handed in", Content.styled(why, BAD)), EMPTY]
        rows += challenge_text.points(self.level, score, judging.report, judging.par)
        rows += challenge_text.seeds(score, judging.holds)
        rows += [EMPTY, ("Place", challenge_text.place(known, one))]
        order = "" if one.used is None else "; it only orders equal scores"
        return [*rows, ("Time", f"{time_used(one)}{order}")]

    def _verdict(self) -> list[Row]:
        report, session = self._judging.report, self.session
        rows = [EMPTY, *verdict_text.told(self.level, report)] if report else []
        if self.one is not None and self.one.board:
            kept = session.saves.folder / self.level.id / f"{self.one.board}.yaml"
            rows += [EMPTY, ("Handed in", Content.styled(f"and kept in {kept}", QUIET))]
        if session.problem:
            rows += [EMPTY, ("", Content.styled(session.problem, BAD))]
        return rows
