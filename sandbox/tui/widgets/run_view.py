"""Everything that shows one moment of a run: goals, nodes, charts, timeline, story, board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.judgement.report import Event, Report
from sandbox.tui.columns import node_of
from sandbox.tui.curves import Curve, curves
from sandbox.tui.goals import SloReading
from sandbox.tui.look import QUIET, Look
from sandbox.tui.playback import Moment
from sandbox.tui.readings import Readings
from sandbox.tui.widgets.journey import OneRequest
from sandbox.tui.widgets.nodes import NodeLine, NodeTable
from sandbox.tui.widgets.panel import NodePanel, PanelReading
from sandbox.tui.widgets.run_board import RunBoard
from sandbox.tui.widgets.story import Remark, Story
from sandbox.tui.widgets.strips import GoalStrip
from sandbox.tui.widgets.timeline import Timeline

ROOMY = (110, 32)
"""Columns and rows from which the board is shown beside everything else."""
_LINES = 2
"""Lines for the name of the chosen node and for the timeline."""
_LEAST_PANEL, _LEAST_ROWS = 4, 3
_LEAST_STORY, _MOST_STORY = 2, 4


@dataclass(frozen=True)
class Scene:
    """One moment of a run. Times are seconds since its start, `end` the end of the timeline."""

    readings: Readings
    goals: Sequence[SloReading]
    report: Report | None
    shown: int
    total: int
    now: float
    end: float
    moments: Sequence[Moment]
    foreseen: Sequence[Moment]
    """What struck in the run before."""
    following: Design
    """The design of the next run, as far as it has been changed."""


class RunView(Vertical):
    """The instruments. It is told what to show, and decides nothing but what there is room for."""

    DEFAULT_CSS = """
    RunView { height: 1fr; }
    RunView > #chosen { height: 1; }
    """

    def __init__(self, level: Level, design: Design, look: Look, ghost: Readings | None) -> None:
        """Make ready to show runs of `design`; `ghost` is the run before."""
        super().__init__()
        self.level = level
        self.design = design
        self.look = look
        self.ghost = ghost
        self.chosen = 0
        self.rows: Sequence[str] = [node.id for node in (*level.nodes, *design.nodes)]
        """Nodes or instances, as the table lists them."""
        self.one_request = False
        self.board_wanted: bool | None = None
        """Whether the player wants the board; None leaves it to the size of the terminal."""
        self._board: RunBoard | None = None

    def compose(self) -> ComposeResult:
        clock = self.level.clock
        yield GoalStrip(clock, self.level.slos)
        yield NodeTable(clock)
        yield Static(id="chosen")
        yield NodePanel(clock)
        yield OneRequest(clock, self.level.names)
        yield Timeline(clock)
        yield Story(clock)

    @property
    def chosen_row(self) -> str:
        """The row that the charts are about."""
        return self.rows[self.chosen]

    @property
    def board_shown(self) -> bool:
        """Whether the board is on the screen."""
        return self._roomy if self.board_wanted is None else self.board_wanted

    @property
    def _roomy(self) -> bool:
        size = self.screen.size
        return size.width >= ROOMY[0] and size.height >= ROOMY[1]

    def show(self, scene: Scene) -> None:
        """Show this moment."""
        readings, shown = scene.readings, scene.shown
        self.rows = readings.rows
        self.query_one(GoalStrip).show(scene.goals)
        lines = [self._line(scene, row) for row in self.rows]
        self.query_one(NodeTable).show(lines, self.chosen, readings.longest_queue(shown))
        self.query_one(Timeline).show(scene.now, scene.end, scene.moments, scene.foreseen)
        self._show_panel(scene, lines[self.chosen])
        self._show_board(scene)
        self._share_lines(len(lines))

    def tell(self, story: Sequence[Event], first_loss: str, remarks: Sequence[Remark]) -> None:
        """Tell what has happened so far, and what the screen has to say itself."""
        self.query_one(Story).show(story, first_loss, remarks)

    def _share_lines(self, rows: int) -> None:
        """Give the story as many lines as the rows leave, and the rows what the rest leaves."""
        height, goals = self.size.height, self.query_one(GoalStrip).size.height
        board = self._board.needs if self._board and self.board_shown else 0
        panel = _LEAST_PANEL if self._roomy or not self.board_shown else 0
        spare = height - goals - _LINES - rows - 1 - panel - board
        story = min(max(spare, _LEAST_STORY), _MOST_STORY)
        most = height - goals - _LINES - panel - story - board
        self.query_one(Story).styles.height = story
        self.query_one(NodeTable).styles.max_height = max(most, _LEAST_ROWS + 1)

    def _line(self, scene: Scene, row: str) -> NodeLine:
        kind, node = scene.readings.kind(row), scene.readings.nodes[node_of(row)]
        counted = node.count > 1 or (kind.count_most > 1 and kind.behaviour != "clients")
        many = f" ×{node.count}" if counted and row == node.id else ""
        next_time = scene.following.node(node.id)
        if next_time is not None and next_time.count != node.count:
            many = f" ×{node.count}→{next_time.count}"
        reading = scene.readings.node(row, scene.shown)
        return NodeLine(self.look.pick(kind.glyph), f"{row}{many}", reading)

    def _show_panel(self, scene: Scene, line: NodeLine) -> None:
        panel, journey = self.query_one(NodePanel), self.query_one(OneRequest)
        panel.display = not self.one_request and (self._roomy or not self.board_shown)
        journey.display = self.one_request
        if self.one_request:
            head, note = journey.heading, "↑↓ another request"
        else:
            row = self.chosen_row
            found = curves(scene.readings, row, scene.shown)
            ghost = self._ghost_of(row, found[0])
            head, note = Content.styled(line.label, "bold"), "·· last run" if ghost else ""
            panel.show(PanelReading(found, ghost, scene.shown, scene.total))
        rule = "─" * max(self.size.width - head.cell_length - len(note) - 6, 0)
        self.query_one("#chosen", Static).update(
            Content.assemble((" ─ ", QUIET), head, (f" {rule} {note}", QUIET))
        )

    def _ghost_of(self, row: str, curve: Curve) -> Curve | None:
        """The same curve of the run before, if it had such a row."""
        if self.ghost is None or not self.ghost.knows(row):
            return None
        past = curves(self.ghost, row, 0)[0]
        return past if past.label == curve.label else None

    def _show_board(self, scene: Scene) -> None:
        if self._board is None:
            if not self.board_shown:
                return
            self._board = RunBoard(self.level, self.design, self.look, inside=2)
            self.mount(self._board, before="#chosen")
        board = self._board
        board.display = self.board_shown and (self._roomy or not self.one_request)
        if board.display:
            board.styles.height = board.needs if self._roomy else "1fr"
            board.watch_run(scene.readings, scene.shown, node_of(self.chosen_row))
