"""A run being watched: what every node does, whether the goals hold, and what happened."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from sandbox.judgement.cost import cost, total
from sandbox.player.edits import SetCount
from sandbox.player.pieces import EditError
from sandbox.tui import messages, wording
from sandbox.tui.keys import bind
from sandbox.tui.look import ACCENT, BAD, QUIET
from sandbox.tui.moments import moments_of, story
from sandbox.tui.playback import SPEEDS, Playback
from sandbox.tui.readings import Readings
from sandbox.tui.screens.place import Place
from sandbox.tui.widgets.journey import OneRequest
from sandbox.tui.widgets.keybar import KeyBar
from sandbox.tui.widgets.nodes import NodeLine, NodeTable
from sandbox.tui.widgets.panel import NodePanel, PanelReading
from sandbox.tui.widgets.strips import GoalStrip, TitleLine
from sandbox.tui.widgets.timeline import Timeline

if TYPE_CHECKING:
    from sandbox.tui.session import Session
    from sandbox.tui.simulator import Simulator

_TICK, _CALM_TICK = 0.1, 0.3
"""Seconds between two pictures, and where motion is not wanted."""
_LONGEST_TICK = 1.0
"""A terminal that was asleep does not skip the run."""
_STORY_LINES = 4
_SCRUB_SHARE = 60
"""A scrub goes this part of the run while it plays; paused, it goes one frame."""


class RunScreen(Place):
    """Watch a run. The frames come from the simulator, the pace from the playback."""

    CSS_PATH = "../styles/run.tcss"
    BINDINGS = [
        bind("enter", "verdict", "verdict"),
        bind("play", "pause", "pause"),
        bind("left", "scrub(-1)", "scrub"),
        bind("right", "scrub(1)", "scrub"),
        *(bind(f"speed-{n}", f"speed({n})", "speed") for n in range(1, len(SPEEDS) + 1)),
        bind("up", "choose(-1)", "node"),
        bind("down", "choose(1)", "node"),
        bind("plus", "count(1)", "next run"),
        bind("minus", "count(-1)", "next run"),
        bind("finish", "finish", "finish"),
        bind("one", "one", "one request"),
        bind("next", "moment(1)"),
        bind("previous", "moment(-1)"),
        bind("start", "rewind"),
        bind("back", "to_board", "board"),
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
        self._ghost = self._readings_of_last_run()
        self._ids = [node.id for node in (*self.level.nodes, *self.design.nodes)]
        self._chosen = 0
        self._following = False
        self._said = ""
        self._leaving = False

    def compose(self) -> ComposeResult:
        clock = self.level.clock
        yield TitleLine(self.level.title, f"seed {self.seed}")
        yield GoalStrip(clock, self.level.slos)
        yield NodeTable(clock)
        yield Static(id="chosen")
        yield NodePanel(clock)
        yield OneRequest(clock, self.level.names)
        yield Timeline(clock)
        yield Static(id="story")
        yield KeyBar()

    def on_mount(self) -> None:
        self._timer = self.set_interval(_TICK if self.look.motion else _CALM_TICK, self._tick)
        self._show()

    def on_unmount(self) -> None:
        if not self.recording.finished.is_set():
            self._simulator.cancel(self.recording)

    def show_frame(self, shown: int) -> None:
        """Stand still after `shown` frames."""
        self._follow()
        self.playback.playing = False
        self.playback.step(shown - self.playback.shown)
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Enter goes on when it is over, `f` before: one is always there, never both."""
        if action in ("verdict", "finish"):
            return self.playback.ended == (action == "verdict")
        return True

    def action_pause(self) -> None:
        if self.recording.problems:
            self.post_message(messages.StartRun())
            return
        self.playback.toggle()
        self._wake()

    def action_scrub(self, direction: int) -> None:
        far = max(self.total // _SCRUB_SHARE, 1) if self.playback.playing else 1
        self.playback.step(direction * far)
        self._show()

    def action_moment(self, direction: int) -> None:
        if direction > 0:
            self.playback.to_next()
        else:
            self.playback.to_previous()
        self._show()

    def action_rewind(self) -> None:
        self.playback.rewind()
        self._wake()

    def action_speed(self, speed: int) -> None:
        self.playback.speed = speed
        self._show()

    def action_choose(self, direction: int) -> None:
        if self._following:
            self.query_one(OneRequest).step(direction)
        else:
            self._chosen = (self._chosen + direction) % len(self._ids)
        self._show()

    def action_count(self, change: int) -> None:
        """Give the chosen node more or fewer in the next run; this one goes on as it is."""
        node = self.session.design.node(self._ids[self._chosen])
        if node is None:
            self._said = f"{self._ids[self._chosen]} comes with the level and stays as it is."
        else:
            try:
                self.session.do(SetCount(node.id, node.count + change))
                self._said = ""
            except EditError as error:
                self._said = str(error)
        self._show()

    def action_one(self) -> None:
        self._following = not self._following and self.recording.trace is not None
        self._show()

    def action_to_board(self) -> None:
        if self._following:
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
            self._said = "Working out the verdict …"
            self._show()
            self.run_worker(self._to_verdict(), exclusive=True)

    @on(NodeTable.Chosen)
    def _choose_clicked(self, message: NodeTable.Chosen) -> None:
        self._chosen = message.index
        self._show()

    @on(Timeline.Sought)
    def _seek(self, message: Timeline.Sought) -> None:
        self.playback.seek(message.share * self._end)
        self._show()

    async def _to_verdict(self) -> None:
        await self.recording.finished.wait()
        trace, report = self.recording.trace, self.recording.report
        if trace is None or report is None:
            self._leaving = False
            self._show()
            return
        self.session.finish(self.design, self.seed, report, trace)
        self.post_message(messages.ShowVerdict())

    def _readings_of_last_run(self) -> Readings | None:
        past = self.session.play.latest
        if past is None:
            return None
        return Readings(self.level, past.design, self.session.catalogue, past.trace)

    @property
    def total(self) -> int:
        """Frames in the whole run, as far as that is known."""
        return max(len(self.playback.frames), self.playback.expected)

    @property
    def _end(self) -> float:
        trace = self.recording.trace
        return self.total * trace.header.frame if trace else self.level.clock.length

    def _wake(self) -> None:
        self._last = self._clock()
        if self._timer:
            self._timer.resume()
        self._show()

    def _tick(self) -> None:
        now = self._clock()
        elapsed, self._last = min(now - self._last, _LONGEST_TICK), now
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
            header = trace.header
            playback = Playback(trace.frames, round((header.end or header.length) / header.frame))
            playback.speed, playback.playing = self.playback.speed, self.playback.playing
            self.playback = playback
        if not recording.finished.is_set() or self.playback.completed:
            return False
        self.playback.complete()
        self.playback.know(moments_of(self.level, recording.trace, recording.report))
        return True

    def _show(self) -> None:
        """Draw the moment that the playback stands at."""
        self._show_title()
        self.refresh_bindings()
        readings, playback = self._readings, self.playback
        self.query_one("#story", Static).update(self._story())
        if readings is None:
            return
        shown = playback.shown
        self.query_one(GoalStrip).show(readings.slos(shown, self.recording.report))
        lines = [self._line(readings, node_id, shown) for node_id in self._ids]
        longest = readings.longest_queue(shown)
        self.query_one(NodeTable).show(lines, self._chosen, longest)
        self.query_one(Timeline).show(playback.time, self._end, playback.passed)
        self._show_panel(readings, lines[self._chosen])

    def _show_title(self) -> None:
        playback, clock = self.playback, self.level.clock
        sign = "■" if playback.ended else "▶" if playback.playing else "║"
        now, end = (wording.clock_time(clock, t) for t in (playback.time, self._end))
        speed = f"{SPEEDS[playback.speed - 1]:g}×"
        self.query_one(TitleLine).show(
            Content.assemble(f"{sign} {now} of {end}  {speed}   ", self._money())
        )

    def _money(self) -> str:
        now = total(cost(self.level, self.design))
        following = total(cost(self.level, self.session.design))
        change = "" if following == now else f" → {wording.money(following)}"
        if self.level.budget is None:
            return f"{wording.money(now)}{change}"
        amount, period = self.level.budget
        return f"{wording.money(now)}{change} of {wording.money(amount)}/{period}"

    def _line(self, readings: Readings, node_id: str, shown: int) -> NodeLine:
        node = readings.nodes[node_id]
        kind = self.session.catalogue.kinds[node.kind]
        counted = node.count > 1 or (kind.count_most > 1 and kind.behaviour != "clients")
        many = f" ×{node.count}" if counted else ""
        following = self.session.design.node(node_id)
        if following is not None and following.count != node.count:
            many = f" ×{node.count}→{following.count}"
        glyph = self.look.pick(kind.glyph)
        return NodeLine(glyph, f"{node_id}{many}", readings.node(node_id, shown))

    def _show_panel(self, readings: Readings, line: NodeLine) -> None:
        panel, journey = self.query_one(NodePanel), self.query_one(OneRequest)
        panel.display, journey.display = not self._following, self._following
        if self._following:
            head = journey.heading
        else:
            node_id = line.reading.node
            head = Content.styled(line.label, "bold")
            ghost = self._ghost.curves(node_id)[0] if self._ghost else None
            curves = readings.curves(node_id)
            panel.show(PanelReading(curves, ghost, self.playback.shown, self.total))
        rule = "─" * max(self.size.width - head.cell_length - 5, 0)
        self.query_one("#chosen", Static).update(
            Content.assemble((" ─ ", QUIET), head, (f" {rule}", QUIET))
        )

    def _story(self) -> Content:
        """What has happened so far; the newest stands last."""
        report = self.recording.report
        lost = report.first_loss.says if report and report.first_loss else None
        lines = [
            Content.assemble(
                (f"{wording.clock_time(self.level.clock, event.time):>11} ", QUIET),
                (event.says, f"bold {BAD}" if event.says == lost else ""),
            )
            for event in story(report, self.playback.time)
        ]
        lines += [Content.styled(f"            {said}", BAD) for said in self.recording.problems]
        if self.recording.trace is None and not self.recording.problems:
            lines.append(Content.styled("            The doors open …", QUIET))
        if self.playback.ended:
            lines.append(
                Content.styled("            It is over. Enter: the verdict", f"bold {ACCENT}")
            )
        if self._said:
            lines.append(Content.styled(f"            {self._said}", QUIET))
        return Content("\n").join(lines[-_STORY_LINES:])
