"""Traces as files: JSON lines, one header, then frames, then journeys; at most 5 MB.

The lines are those the worker streams: `{"header": [...]}`, `{"frame": [...]}`,
`{"journeys": [[...], ...]}`, their arrays in the order of the fields in `simulation/trace.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sandbox.documents.problems import DocumentError
from sandbox.simulation.trace import (
    TRACE_FORMAT,
    Frame,
    NodeFrame,
    OperationFrame,
    Trace,
    frame_from_json,
    frame_to_json,
    header_from_json,
    journey_from_json,
    journey_to_json,
)

MOST_BYTES = 5_000_000


def write_trace(trace: Trace, path: Path, most: int = MOST_BYTES) -> None:
    """Write a trace, thinned to `most` bytes. Raises DocumentError if it cannot be written."""
    try:
        path.write_bytes(trace_bytes(trace, most))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DocumentError.single(f"the trace cannot be written: {reason}", file=path) from None


def trace_bytes(trace: Trace, most: int = MOST_BYTES) -> bytes:
    """A trace as text in UTF-8, of at most `most` bytes.

    Where it would be longer, journeys are thinned first (every second one goes, as often as
    needed), and when none is left, frames: each two become one of twice the length.
    """
    while True:
        head = [_line("header", trace.header)]
        head += [_line("frame", frame_to_json(frame)) for frame in trace.frames]
        room = most - sum(map(len, head))
        journeys = _fitting([json.dumps(journey_to_json(each)) for each in trace.journeys], room)
        if room >= len(journeys) or len(trace.frames) <= 1:
            return b"".join([*head, journeys])
        trace = halved(trace)


def read_trace(path: Path) -> Trace:
    """Read what `write_trace` wrote. Raises DocumentError for anything else."""
    try:
        lines = path.read_text("utf-8").splitlines()
        return _trace(json.loads(line) for line in lines)
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        reason = getattr(error, "strerror", None) or "this is no trace"
        raise DocumentError.single(str(reason), file=path) from None


def halved(trace: Trace) -> Trace:
    """The same run in frames of twice the length."""
    header = trace.header._replace(frame=2 * trace.header.frame)
    pairs = zip(trace.frames[::2], trace.frames[1::2], strict=False)
    left_over = trace.frames[-1:] if len(trace.frames) % 2 else []
    frames = [*(_joined(first, second) for first, second in pairs), *left_over]
    return Trace(header, frames, trace.journeys)


def _trace(lines: Iterable[dict[str, list[Any]]]) -> Trace:
    lines = iter(lines)
    header = header_from_json(next(lines, {})["header"])
    if header.format != TRACE_FORMAT:
        raise ValueError(f"format {header.format}")
    trace = Trace(header)
    for line in lines:
        trace.frames += [frame_from_json(line["frame"])] if "frame" in line else []
        trace.journeys += [journey_from_json(each) for each in line.get("journeys", [])]
    return trace


def _line(name: str, data: object) -> bytes:
    return json.dumps({name: data}).encode() + b"\n"


def _fitting(journeys: list[str], room: int) -> bytes:
    """As many journeys as there is room for, evenly spread, as one line."""
    while True:
        line = f'{{"journeys": [{", ".join(journeys)}]}}\n'.encode()
        if len(line) <= room or not journeys:
            return line
        journeys = journeys[1::2]


def _joined(first: Frame, second: Frame) -> Frame:
    return Frame(
        second.time,
        tuple(map(_joined_operation, first.operations, second.operations)),
        tuple(map(_joined_node, first.nodes, second.nodes)),
        tuple(map(int.__add__, first.links, second.links)),
        (*first.happenings, *second.happenings),
        second.ledger,
    )


def _joined_operation(first: OperationFrame, second: OperationFrame) -> OperationFrame:
    """Counts add up, what stands at the end is the second's; of percentiles the larger stays."""
    return OperationFrame(
        arrivals=first.arrivals + second.arrivals,
        good=first.good + second.good,
        late=first.late + second.late,
        rejected=first.rejected + second.rejected,
        failed=first.failed + second.failed,
        abandoned=first.abandoned + second.abandoned,
        in_flight=second.in_flight,
        p50=_largest((first.p50, second.p50)),
        p95=_largest((first.p95, second.p95)),
    )


def _joined_node(first: NodeFrame, second: NodeFrame) -> NodeFrame:
    """Counts add up, what stands at the end is the second's, shares and waits are averaged."""
    waits = [wait for wait in (first.wait, second.wait) if wait is not None]
    return NodeFrame(
        arrivals=first.arrivals + second.arrivals,
        served=first.served + second.served,
        rejected=first.rejected + second.rejected,
        queue=second.queue,
        inside=second.inside,
        utilisation=(first.utilisation + second.utilisation) / 2,
        wait=sum(waits) / len(waits) if waits else None,
        failed=first.failed + second.failed,
        gauge=second.gauge if second.gauge is not None else first.gauge,
        down=second.down,
        off=second.off,
    )


def _largest(values: Iterable[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)
