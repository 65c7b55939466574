"""A run being watched: what every node does, whether the goals hold, and what happened."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.timer import Timer

from sandbox.judgement.cost import cost, total
from sandbox.judgement.telling import time_of
from sandbox.player.edits import SetCount
from sandbox.player.pieces import EditError
from sandbox.tui import messages, wording
from sandbox.tui.columns import node_of
from sandbox.tui.goals import Goals
from sandbox.tui.keys import bind
from sandbox.tui.look import ACCENT, BAD, QUIET
from sandbox.tui.moments import foreseen, moments_of, story
from sandbox.tui.playback import SPEEDS, Playback
from sandbox.tui.readings import Readings
from sandbox.tui.screens.place import Place
from sandbox.tui.widgets.journey import OneRequest
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.nodes import NodeTable
from sandbox.tui.widgets.run_view import RunView, Scene
from sandbox.tui.widgets.strips import TitleLine
from sandbox.tui.widgets.timeline import Timeline

if TYPE_CHECKING:
    from sandbox.tui.session import Session
    from sandbox.tui.simulator import Simulator

_TICK, _CALM_TICK = 0.1, 0.3
"""Seconds between two pictures, and where motion is not wanted."""
_LONGEST_TICK = 1.0
"""A terminal that was asleep does not skip the run."""
_SCRUB_SHARE = 60
"""A scrub goes this part of the run while it plays; paused, it goes one frame."""


class RunScreen(Place):
    """Watch a run. The frames come from the simulator, the pace from the playback."""

    BINDINGS = [
        bind("enter", "verdict", "verdict"),
        bind("play", "pause", "pause"),
        bind("left", "scrub(-1)", "scrub"),
        bind("right", "scrub(1)", "scrub"),
        *(bind(f"speed-{n}", f"speed({n})", "speed") for n in range(1, len(SPEEDS) + 1)),
        bind("up", "choose(-1)", "node"),
        bind("down", "choose(1)", "node"),
        bind("plus", "count(1)", "count"),
        bind("minus", "count(-1)", "count"),
        bind("finish", "finish", "finish"),
        bind("one", "one", "one"),
        bind("view", "view", "board"),
        bind("next", "moment(1)"),
        bind("previous", "moment(-1)"),
        bind("start", "rewind"),
        bind("back", "to_board", "back"),
        bind("edit", "to_board"),
    ]

    def __init__(
        self,
        session: Session,
        simulator: Simulator,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(session)
        self.level = session.level
        self.design = session.design
        self.seed = session.seed
        self._simulator = simulator
        self._clock = clock
        self._last = clock()
        self._timer: Timer | None = None
        self.recording = simulator.record(self.level, self.design, self.seed)
        self.playback = Playback([], 1)
        self._readings: Readings | None = None
        self._goals: Goals | None = None
        past = session.play.latest
        self._foreseen = foreseen(past.trace if past else None)
        self._known = (0, False)
        """How many frames the moments are known of, and whether those are all."""
        self._picked = False
        """Whether the player has chosen a node; until then the longest line is shown."""
        self._said = ""
        self._leaving = False

    def compose(self) -> ComposeResult:
        yield TitleLine(self.level.title, f"seed {self.seed}")
        yield RunView(self.level, self.design, self.look, self._readings_of_last_run())
        yield KeyBar()

    def on_mount(self) -> None:
        self._timer = self.set_interval(_TICK if self.look.motion else _CALM_TICK, self._tick)
        self._show()

    def on_unmount(self) -> None:
        if not self.recording.finished.is_set():
            self._simulator.cancel(self.recording)

    def on_resize(self) -> None:
        self._show()

    def show_frame(self, shown: int) -> None:
        """Stand still after `shown` frames."""
        self._follow()
        self.playback.playing = False
        self.playback.step(shown - self.playback.shown)
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter goes on when it is over."""
        return action != "verdict" or self.playback.ended

    @property
    def view(self) -> RunView:
        """The instruments."""
        return self.query_one(RunView)

    @property
    def total(self) -> int:
        """Frames in the whole run, as far as that is known."""
        return max(len(self.playback.frames), self.playback.expected)

    def action_pause(self) -> None:
        if self.recording.problems:
            self.post_message(messages.StartRun())
            return
        self.playback.toggle()
        self._wake()

    def action_scrub(self, direction: int) -> None:
        far = max(self.total // _SCRUB_SHARE, 1) if self.playback.playing else 1
        self.playback.step(direction * far)
        self._wake()

    def action_moment(self, direction: int) -> None:
        if direction > 0:
            self.playback.to_next()
        else:
            self.playback.to_previous()
        self._wake()

    def action_rewind(self) -> None:
        self.playback.rewind()
        self._wake()

    def action_speed(self, speed: int) -> None:
        self.playback.speed = speed
        self._show()

    def action_choose(self, direction: int) -> None:
        if self.view.one_request:
            self.query_one(OneRequest).step(direction)
        else:
            self._pick((self.view.chosen + direction) % len(self.view.rows))
        self._show()

    def action_count(self, change: int) -> None:
        """Give the chosen node more or fewer in the next run; this one goes on as it is."""
        node_id = node_of(self.view.chosen_row)
        node = self.session.design.node(node_id)
        if node is None:
            self._said = f"{node_id}: comes with the level and stays as it is"
        else:
            self._picked = True
            self._said = self._counted(node_id, node.count + change)
        self._show()

    def action_view(self) -> None:
        """The board in place of the charts, or beside them where there is room for both."""
        self.view.board_wanted = not self.view.board_shown
        self._show()

    def action_one(self) -> None:
        trace = self.recording.trace
        self.view.one_request = not self.view.one_request and trace is not None
        if self.view.one_request and trace is not None:
            self.query_one(OneRequest).follow(trace, self.playback.time)
        self._show()

    def action_to_board(self) -> None:
        if self.view.one_request:
            self.action_one()
        else:
            self.post_message(messages.ShowBoard())

    def action_finish(self) -> None:
        """End a run that need not be watched any longer."""
        self.action_verdict()

    def action_verdict(self) -> None:
        """Go to the verdict, once it is there."""
        if not self._leaving:
            self._leaving = True
            self._said = "" if self.recording.finished.is_set() else "Working out the verdict …"
            self._show()
            self.run_worker(self._to_verdict(), exclusive=True)

    @on(NodeTable.Chosen)
    def _choose_clicked(self, message: NodeTable.Chosen) -> None:
        self._pick(message.index)
        self._show()

    @on(Timeline.Sought)
    def _seek(self, message: Timeline.Sought) -> None:
        self.playback.seek(message.share * self._end)
        self._wake()

    async def _to_verdict(self) -> None:
        await self.recording.finished.wait()
        trace, report = self.recording.trace, self.recording.report
        if trace is None or report is None:
            self._leaving = False
            self._said = ""
            self._show()
            return
        self.session.finish(self.design, self.seed, report, trace)
        self.post_message(messages.ShowVerdict())

    def _pick(self, index: int) -> None:
        self.view.chosen, self._picked = index, True

    def _counted(self, node_id: str, count: int) -> str:
        try:
            said = self.session.do(SetCount(node_id, count))
        except EditError as error:
            return str(error)
        return f"next run: {said}" if said else ""

    def _readings_of_last_run(self) -> Readings | None:
        past = self.session.play.latest
        if past is None:
            return None
        return Readings(self.level, past.design, self.session.catalogue, past.trace)

    @property
    def _end(self) -> float:
        trace = self.recording.trace
        return self.total * trace.header.frame if trace else self.level.clock.length

    def _wake(self) -> None:
        """Show where the playback stands now, and let time go on from here."""
        self._last = self._clock()
        if self._timer:
            self._timer.resume()
        self._show()

    def _tick(self) -> None:
        now = self._clock()
        elapsed, self._last = min(now - self._last, _LONGEST_TICK), now
        if self.app.screen is not self:
            elapsed = 0.0  # the help is open above it
        news = self._follow()
        if self.playback.tick(elapsed) or news:
            self._show()
        if self._timer and not self.playback.playing and self.recording.finished.is_set():
            self._timer.pause()

    def _follow(self) -> bool:
        """Take in what the simulator has sent. Says whether that changes the picture."""
        recording, trace = self.recording, self.recording.trace
        if trace and self._readings is None:
            self._readings = Readings(self.level, self.design, self.session.catalogue, trace)
            self._goals = Goals(self.level, trace)
            header = trace.header
            playback = Playback(trace.frames, round((header.end or header.length) / header.frame))
            playback.speed, playback.playing = self.playback.speed, self.playback.playing
            self.playback = playback
        known = (len(self.playback.frames), recording.finished.is_set())
        if known == self._known:
            return False
        self._known = known
        self.playback.know(moments_of(self.level, recording.trace, recording.report))
        if not recording.finished.is_set():
            return False
        self.playback.complete()
        return True

    def _show(self) -> None:
        """Draw the moment that the playback stands at."""
        readings, playback = self._readings, self.playback
        self._show_title()
        self.refresh_bindings()
        report = self.recording.report
        lost = report.first_loss.says if report and report.first_loss else ""
        told = story(report, playback.time, playback.frames)
        self.view.tell(told, lost, self._remarks())
        if readings is None:
            return
        shown = playback.shown
        if not self._picked:
            self.view.chosen = readings.rows.index(readings.most_telling(shown))
        self.view.show(
            Scene(
                readings=readings,
                goals=self._goals.read(shown, self.recording.report) if self._goals else (),
                report=self.recording.report,
                shown=shown,
                total=self.total,
                now=playback.time,
                end=self._end,
                moments=playback.passed,
                foreseen=self._foreseen,
                following=self.session.design,
            )
        )

    def _show_title(self) -> None:
        playback, clock = self.playback, self.level.clock
        sign = "■" if playback.ended else "▶" if playback.playing else "║"
        now, end = (time_of(clock, t) for t in (playback.time, self._end))
        speed = f"{SPEEDS[playback.speed - 1]:g}×"
        self.query_one(TitleLine).show(f"{sign} {now} of {end}  {speed}   {self._money()}")

    def _money(self) -> str:
        now = total(cost(self.level, self.design))
        following = total(cost(self.level, self.session.design))
        change = "" if following == now else f" → {wording.money(following)}"
        if self.level.budget is None:
            return f"{wording.money(now)}{change}"
        amount, period = self.level.budget
        return f"{wording.money(now)}{change} of {wording.money(amount)}/{period}"

    def _remarks(self) -> list[tuple[str, str]]:
        """What the screen says below the story, with its style."""
        remarks = [(problem, BAD) for problem in self.recording.problems]
        if self.recording.problems:
            remarks.append(("Space tries again.", ACCENT))
        elif self.recording.trace is None:
            remarks.append(("The simulator starts …", QUIET))
        elif self.playback.ended:
            remarks.append(("It is over. Enter: the verdict", f"bold {ACCENT}"))
        return remarks + ([(self._said, QUIET)] if self._said else [])
