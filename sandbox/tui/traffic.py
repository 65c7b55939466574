"""The run on the board itself: how each node fares, and what travels on the wires. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.tui import wording
from sandbox.tui.board.drawing import BoardDrawing
from sandbox.tui.board.grid import Cell
from sandbox.tui.board.nodes import Overlay
from sandbox.tui.board.wires import Point
from sandbox.tui.readings import Readings
from sandbox.tui.states import NodeReading

PACKET: Cell = ("●", "title")
_APART = 3
"""Cells between two packets where a wire is at its fullest."""


_MARKS = 4
"""One mark for each that waits, up to this many: boxes are narrow."""


def overlays(readings: Readings, shown: int) -> dict[str, Overlay]:
    """What is laid over every node after `shown` frames."""
    return {
        node_id: _overlay(readings, readings.node(node_id, shown)) for node_id in readings.nodes
    }


def packets(drawing: BoardDrawing, readings: Readings, shown: int) -> Mapping[Point, Cell]:
    """Packets on the wires: the more requests set out lately, the closer they follow.

    They move one cell a frame, so that the same moment always looks the same.
    """
    cells: dict[Point, Cell] = {}
    sent = readings.sent_lately(shown)
    busiest = max(sent.values(), default=0)
    for ends, wire in drawing.wires.items():
        count = sent.get(ends, 0)
        if not count or not wire.cells:
            continue
        apart = max(round(_APART * busiest / count), _APART)
        for place in range(shown % apart, len(wire.cells), apart):
            cells[wire.cells[place]] = PACKET
    return cells


def _overlay(readings: Readings, reading: NodeReading) -> Overlay:
    """The state of a node, and the number that tells most about it."""
    text = reading.detail
    if reading.losing and not readings.slow:
        text = f"{wording.rate(readings.level.clock, reading.losing)} lost"
    elif reading.queue and not text:
        text = f"{'▪' * min(reading.queue, _MARKS)} {reading.queue}"
    return Overlay(reading.status, reading.load, reading.queue, text)
