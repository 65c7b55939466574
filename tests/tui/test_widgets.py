"""The pure parts of the widgets: what is drawn for which values."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.content import Content

from sandbox.documents.level import Clock
from sandbox.judgement.report import Event
from sandbox.simulation.trace import Header, Journey, Trace, Visit
from sandbox.tui.board.drawing import BoardDrawing
from sandbox.tui.board.nodes import Overlay, overlay_lines
from sandbox.tui.look import DOWN, Look
from sandbox.tui.playback import Moment
from sandbox.tui.readings import Readings
from sandbox.tui.states import NodeReading
from sandbox.tui.traffic import PACKET, packets
from sandbox.tui.widgets.chart import MARGIN, TAIL, buckets, chart, joined, sparkline
from sandbox.tui.widgets.journey import OneRequest
from sandbox.tui.widgets.nodes import NodeLine, NodeTable
from sandbox.tui.widgets.sheet import Row, Sheet
from sandbox.tui.widgets.story import Story
from sandbox.tui.widgets.timeline import Timeline
from tests.tui.test_readings import LEVEL, run

CLOCK = Clock.model_validate({"length": "100 s"}, strict=False)


def drawn(known: list[float], ghost: list[float], width: int, height: int, top: float) -> list[str]:
    return [line.plain for line in chart(known, ghost, width, height, top)]


def test_buckets_keep_the_highest_value() -> None:
    assert buckets([1, 9, 2, 3], 4, 2) == [9, 3]
    assert buckets([1, 9, 2, 3], 8, 4) == [9, 3]  # half of the run is known
    assert buckets([5, 6], 2, 4) == [5, 5, 6, 6]
    assert buckets([], 4, 2) == []
    assert buckets([1.0], 4, 0) == []


def test_columns_are_as_high_as_their_values() -> None:
    assert drawn([0, 1, 2, 4], [], 4, 2, 4.0) == ["   █", " ▄██"]
    assert drawn([4, 8], [], 2, 1, 4.0) == ["██"]


def test_whatever_is_more_than_nothing_shows() -> None:
    assert drawn([0.0001], [], 1, 2, 100.0) == [" ", "▁"]


def test_the_ghost_stands_behind() -> None:
    assert drawn([4, 1], [1, 4, 2], 3, 2, 4.0) == ["█· ", "█▄·"]


def test_a_sparkline_is_one_line() -> None:
    assert sparkline([0, 0.5, 1.0], 4, 1.0).plain == " ▄█ "


def test_neighbours_of_one_style_become_one_span() -> None:
    line = joined([("a", "bold"), ("b", "bold"), ("c", "")])
    assert line.plain == "abc"
    assert len(line.spans) == 1


class Host(App[None]):
    """Shows one widget and nothing else."""

    def __init__(self, widget: Any) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget


async def lines_of(widget: Any, prepare: Any, size: tuple[int, int] = (60, 12)) -> list[str]:
    async with Host(widget).run_test(size=size) as pilot:
        prepare()
        await pilot.pause()
        strips = pilot.app.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips]


async def test_the_timeline_marks_what_has_been_reached() -> None:
    timeline = Timeline(CLOCK)
    moments = [Moment(20.0, "traffic", ""), Moment(40.0, "broke", "")]
    lines = await lines_of(timeline, lambda: timeline.show(50.0, 100.0, moments))
    line = lines[0]
    assert line.startswith("      00:00 ━")
    assert line.endswith("─ 01:40")
    width = 60 - MARGIN - TAIL
    assert line.index("△") == 12 + int(0.2 * width)
    assert line.index("✗") == 12 + int(0.4 * width)
    assert line.index("┃") == 12 + int(0.5 * width)


async def test_the_end_of_the_timeline_is_on_it() -> None:
    timeline = Timeline(CLOCK)
    end = [Moment(100.0, "broke", "")]
    lines = await lines_of(timeline, lambda: timeline.show(100.0, 100.0, end))
    assert lines[0].endswith("━┃ 01:40")


@pytest.mark.parametrize(
    "outcome", ["good", "late", "rejected", "failed", "abandoned", "in-flight"]
)
async def test_one_request_shows_its_waits(outcome: str) -> None:
    header = Header(1, "web", 1, 1.0, 100.0, 100.0, ("get",), ("users", "app"), ())
    visits = [Visit(1, 10.0, 20.0, 30.0)]
    end = None if outcome == "in-flight" else 30.0
    journey = Journey(0, 5, "get", 10.0, end, outcome, visits=visits)
    widget = OneRequest(CLOCK, ("Ana", "Ben", "Chidi"))

    def follow() -> None:
        widget.display = True
        widget.follow(Trace(header, [], [journey]), 50.0)

    lines = await lines_of(widget, follow, (80, 12))
    assert widget.heading.plain.startswith("Chidi, came 00:10: ")
    assert ("at 00:30" in widget.heading.plain) == (end is not None)
    assert abs(lines[0].count("▒") - lines[0].count("▓")) <= 1  # as long waited as worked on
    assert lines[0].count("▒") > 5
    assert "waited 10.0 s" in lines[0]
    assert "20.0 s in all, 10.0 s of it waiting" in lines[1]


async def test_one_request_is_told_from_where_it_came_in() -> None:
    header = Header(1, "web", 1, 1.0, 100.0, 100.0, ("get",), ("users", "app", "db"), ())
    visits = [Visit(2, 12.0, 14.0, 16.0), Visit(1, 10.0, 11.0, 20.0)]
    widget = OneRequest(CLOCK, ("Ana",))

    def follow() -> None:
        widget.display = True
        widget.follow(
            Trace(header, [], [Journey(0, 0, "get", 10.0, 20.0, "good", "", "", visits)]), 50.0
        )

    lines = await lines_of(widget, follow, (80, 12))
    assert [line.split()[0] for line in lines[:2]] == ["app", "db"]


async def test_one_request_says_why_it_was_lost() -> None:
    header = Header(1, "web", 1, 1.0, 100.0, 100.0, ("get",), ("users", "app"), ())
    journey = Journey(0, 0, "get", 10.0, 10.014, "failed", "app", "app was down")
    widget = OneRequest(CLOCK, ("Ana",))

    def follow() -> None:
        widget.display = True
        widget.follow(Trace(header, [], [journey]), 50.0)

    text = "\n".join(await lines_of(widget, follow, (80, 12)))
    assert "because app was down" in text
    assert "▒ waiting  ▓ being worked on" in text, "in one piece"


async def test_the_story_keeps_its_sentences_whole() -> None:
    story = Story(CLOCK)
    long = "513 were refused at app.1: the balancer had kept sending it a quarter of the load"
    events = [Event(time=float(at), says=f"{at} happened") for at in (1, 2, 3)]
    events.append(Event(time=4.0, says=long))

    lines = await lines_of(story, lambda: story.show(events, "", [("Enter", "")]))
    assert [line[:11].strip() for line in lines[:4]] == ["00:03", "00:04", "", ""]
    assert " ".join(line[MARGIN:] for line in lines[1:3]) == long
    assert lines[3].strip() == "Enter"

    story = Story(CLOCK)
    lines = await lines_of(story, lambda: story.show(events, "", [("Enter", "")]), (40, 12))
    assert lines[2].endswith(" …"), "what has not enough room says so"


@pytest.mark.parametrize(
    ("name", "state"),
    [("app.1", "✗ DOWN since 12:01:45, out"), ("checkout-app.12", "✗ DOWN 12:01:45, out")],
)
async def test_a_state_is_whole_at_eighty_columns(name: str, state: str) -> None:
    detail = "since 12:01:45, out"
    reading = NodeReading("compute", True, 0.0, 0, None, 0.0, 0, DOWN, detail=detail)
    table = NodeTable(CLOCK)

    def show() -> None:
        table.show([NodeLine("▣", name, reading)], 0, 0)

    line = (await lines_of(table, show, (80, 4)))[1]
    assert line.endswith(state)
    assert f" {name} " in line


@pytest.mark.parametrize(
    ("text", "width", "written"),
    [
        ("983/s lost", 12, "✗ 983/s lost"),
        ("983/s lost", 10, "983/s lost"),
        ("742, oldest 9 s", 10, "✗ 742"),
        ("since 12:01:45, out", 10, "✗ 12:01:45"),
        ("1 of 4 since 12:01:45", 10, "✗ 1 of 4"),
        ("", 10, "✗"),
    ],
)
def test_a_box_drops_what_it_has_no_room_for(text: str, width: int, written: str) -> None:
    assert overlay_lines(Overlay(DOWN, None, 0, text), width)[1][0] == written


async def test_with_no_request_known_there_is_nothing_to_follow() -> None:
    header = Header(1, "web", 1, 1.0, 100.0, 100.0, ("get",), ("users",), ())
    widget = OneRequest(CLOCK, ())
    widget.follow(Trace(header), 0.0)
    widget.step(1)
    assert "none was recorded" in widget.heading.plain


async def test_a_sheet_wraps_beside_its_labels() -> None:
    rows: list[Row] = [
        ("short", "one two three four five six seven eight"),
        ("", ""),
        (Content("a label that is too long"), "text"),
    ]
    sheet = Sheet(10, rows)
    lines = await lines_of(sheet, lambda: None, (32, 12))
    assert lines[:5] == [
        f" {'short':<10}one two three four",
        f" {'':<10}five six seven eight",
        "",
        " a label that is too long",
        f" {'':<10}text",
    ]


def packets_at(shown: int) -> set[tuple[int, int]]:
    readings: Readings = run()[0]
    drawing = BoardDrawing(LEVEL, LEVEL.starting_design(), Look())
    found = packets(drawing, readings, shown)
    on_wires = {cell for wire in drawing.wires.values() for cell in wire.cells}
    assert set(found) <= on_wires
    assert set(found.values()) <= {PACKET}
    return set(found)


def test_packets_travel_on_the_wires_where_something_was_sent() -> None:
    assert packets_at(0) == set()
    moving = {frozenset(packets_at(shown)) for shown in range(150, 160)}
    assert len(moving) > 1
    assert packets_at(151) == packets_at(151)
