"""A trace is written whole where it fits, thinner where it does not, and read back the same."""

import json
from pathlib import Path

import pytest

from sandbox.documents.library import load_level
from sandbox.documents.problems import DocumentError
from sandbox.fleet.traces import MOST_BYTES, halved, read_trace, trace_bytes, write_trace
from sandbox.simulation.run import simulate
from sandbox.simulation.trace import TRACE_FORMAT, Trace

LEVEL = load_level("pizza-shop")


@pytest.fixture(scope="module")
def trace() -> Trace:
    return simulate(LEVEL, LEVEL.starting_design(), 7).trace


def test_a_trace_is_read_back_as_it_was(trace: Trace, tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    write_trace(trace, path)

    assert read_trace(path) == trace
    assert path.stat().st_size <= MOST_BYTES


def test_the_first_line_is_a_versioned_header(trace: Trace) -> None:
    lines = [json.loads(line) for line in trace_bytes(trace).splitlines()]

    assert lines[0]["header"][0] == TRACE_FORMAT
    assert {name for line in lines[1:-1] for name in line} == {"frame"}
    assert set(lines[-1]) == {"journeys"}


def test_journeys_go_before_frames(trace: Trace, tmp_path: Path) -> None:
    whole = len(trace_bytes(trace))
    path = tmp_path / "thin.jsonl"
    write_trace(trace, path, whole - 5000)
    thin = read_trace(path)

    assert path.stat().st_size <= whole - 5000
    assert thin.frames == trace.frames
    assert 0 < len(thin.journeys) < len(trace.journeys)
    assert all(journey in trace.journeys for journey in thin.journeys)


def orders(trace: Trace) -> tuple[int, int, int]:
    """How many came, were done, and were lost, over all frames."""
    frames = [frame.operations[0] for frame in trace.frames]
    done = sum(frame.good + frame.late for frame in frames)
    return sum(f.arrivals for f in frames), done, sum(f.lost for f in frames)


@pytest.mark.parametrize("most", [50_000, 20_000, 5_000])
def test_thin_frames_lose_no_request(trace: Trace, tmp_path: Path, most: int) -> None:
    path = tmp_path / "thin.jsonl"
    write_trace(trace, path, most)
    thin = read_trace(path)

    assert path.stat().st_size <= most
    assert 0 < len(thin.frames) < len(trace.frames)
    assert orders(thin) == orders(trace)
    assert orders(thin)[0] > 50
    assert thin.frames[-1].time == trace.frames[-1].time
    assert thin.frames[-1].nodes[1].queue == trace.frames[-1].nodes[1].queue


def test_two_frames_become_one(trace: Trace) -> None:
    half = halved(trace)
    first, second, joined = trace.frames[0], trace.frames[1], half.frames[0]

    assert half.header.frame == 2 * trace.header.frame
    assert len(half.frames) == -(-len(trace.frames) // 2)
    assert joined.time == second.time
    assert joined.links[0] == first.links[0] + second.links[0]
    assert joined.nodes[1].inside == second.nodes[1].inside
    busy = first.nodes[1].utilisation, second.nodes[1].utilisation
    assert joined.nodes[1].utilisation == pytest.approx(sum(busy) / 2)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"frame": []}', '{"header": [99, "a", 1, 1, 1, 1, [], [], []]}', "\0"]
)
def test_what_is_no_trace_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "trace.jsonl"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DocumentError, match="trace"):
        read_trace(path)


def test_a_trace_that_cannot_be_written_says_why(trace: Trace, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be written"):
        write_trace(trace, tmp_path / "no" / "such" / "folder.jsonl")
