"""What must hold in every run of every network, whatever it is made of."""

from __future__ import annotations

import json
import math
from itertools import accumulate

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sandbox.documents.kinds import kinds_for
from sandbox.documents.proofs import Change
from sandbox.judgement.judge import judge
from sandbox.judgement.report import Report
from sandbox.simulation.run import Run, simulate
from sandbox.simulation.trace import Frame, Journey, frame_to_json, journey_to_json
from tests.properties.made_networks import MadeNetwork, networks

seeds = st.integers(0, 2**31)
PERCENTILES = {"p50": 50, "p90": 90, "p95": 95, "p99": 99}

bounded = settings(
    deadline=None,
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


def written(network: MadeNetwork, run: Run) -> str:
    """Everything that a run leaves behind, as JSON text."""
    report = judge(network.level, network.design, run)
    return json.dumps(
        {
            "header": run.trace.header,
            "frames": [frame_to_json(frame) for frame in run.trace.frames],
            "journeys": [journey_to_json(journey) for journey in run.trace.journeys],
            "report": report.model_dump(mode="json"),
        }
    )


def judged(network: MadeNetwork, seed: int) -> tuple[Run, Report]:
    run = simulate(network.level, network.design, seed)
    return run, judge(network.level, network.design, run)


@given(networks(), seeds)
@bounded
def test_requests_are_conserved(network: MadeNetwork, seed: int) -> None:
    _, report = judged(network, seed)
    assert report.conserved
    for name, operation in report.operations.items():
        ended = operation.good + operation.late + operation.rejected
        ended += operation.failed + operation.abandoned
        assert operation.arrivals == ended + operation.in_flight, name
    if not network.level.clock.measure_from:  # who came before is served, and not counted
        for node, result in report.nodes.items():
            assert result.served + result.rejected <= result.arrivals, node


@given(networks(), seeds)
@bounded
def test_frames_add_up_to_the_report(network: MadeNetwork, seed: int) -> None:
    run, report = judged(network, seed)
    for index, (name, result) in enumerate(report.operations.items()):
        frames = [frame.operations[index] for frame in run.trace.frames]
        for field in ("arrivals", "good", "late", "rejected", "failed", "abandoned"):
            assert sum(getattr(f, field) for f in frames) == getattr(result, field), (name, field)
        came = accumulate(f.arrivals for f in frames)
        ended = accumulate(f.good + f.late + f.lost for f in frames)
        assert [f.in_flight for f in frames] == [a - b for a, b in zip(came, ended, strict=True)]


@given(networks(), seeds)
@bounded
def test_whoever_came_to_a_station_is_still_there_or_has_left(
    network: MadeNetwork, seed: int
) -> None:
    """At the end of every frame, at every node that hands its work on."""
    run = simulate(network.level, network.design, seed)
    kinds = kinds_for(network.level).kinds
    for index, node in enumerate(run.trace.header.nodes):
        mine = network.design.node(node)
        if mine is None or kinds[mine.kind].behaviour not in ("station", "batch-station", "line"):
            continue
        frames = [frame.nodes[index] for frame in run.trace.frames]
        came = accumulate(f.arrivals for f in frames)
        left = accumulate(f.served + f.rejected for f in frames)
        inside = [f.queue + f.inside for f in frames]
        assert inside == [a - b for a, b in zip(came, left, strict=True)], node


@given(networks(), seeds)
@bounded
def test_the_same_seed_gives_the_same_bits(network: MadeNetwork, seed: int) -> None:
    first = simulate(network.level, network.design, seed)
    second = simulate(network.level, network.design, seed)
    assert written(network, first) == written(network, second)


@given(networks(), seeds, st.lists(st.floats(0.001, 9.0), max_size=40))
@bounded
def test_steps_of_any_size_change_nothing(
    network: MadeNetwork, seed: int, steps: list[float]
) -> None:
    at_once = simulate(network.level, network.design, seed)
    by_and_by = Run(network.level, network.design, seed)
    for moment in accumulate(steps):
        by_and_by.advance(moment)
        assert by_and_by.finished or by_and_by.lane.now <= moment
    by_and_by.finish()
    assert written(network, by_and_by) == written(network, at_once)


@given(networks(), seeds)
@bounded
def test_watching_changes_nothing(network: MadeNetwork, seed: int) -> None:
    seen: list[Frame] = []
    watched = simulate(network.level, network.design, seed, on_frame=seen.append)
    unwatched = simulate(network.level, network.design, seed)
    assert written(network, watched) == written(network, unwatched)
    assert seen == watched.trace.frames


@given(networks(only_stations=True), seeds, st.integers(1, 4), st.data())
@bounded
def test_changing_a_node_leaves_all_other_draws(
    network: MadeNetwork, seed: int, count: int, data: st.DataObject
) -> None:
    """The same clients come at the same moments, with the same work for everybody else."""
    changed = data.draw(st.sampled_from([node.id for node in network.design.nodes]))
    nodes = tuple(
        node.model_copy(
            update=Change(count=count, settings={"queue": 2}).model_dump(exclude_none=True)
        )
        if node.id == changed
        else node
        for node in network.design.nodes
    )
    other = network.design.model_copy(update={"nodes": nodes})
    before = simulate(network.level, network.design, seed)
    after = simulate(network.level, other, seed)
    names = before.trace.header.nodes
    works, works_too = works_of(before, names), works_of(after, names)
    assert came_in_frames(before) == came_in_frames(after)
    starts, starts_too = arrivals_of(before), arrivals_of(after)
    for client in starts.keys() & starts_too.keys():  # who is still on the way has no journey
        assert starts[client] == starts_too[client]
    for key in works.keys() & works_too.keys():
        assert math.isclose(works[key], works_too[key], abs_tol=1e-9), key


def came_in_frames(run: Run) -> list[list[int]]:
    """How many asked for each operation in each frame in which anybody may come."""
    frames = [frame for frame in run.trace.frames if frame.time <= run.level.clock.length]
    return [[operation.arrivals for operation in frame.operations] for frame in frames]


def arrivals_of(run: Run) -> dict[tuple[int, int], tuple[float, str]]:
    """When each client came, and what for."""
    return {(j.stream, j.number): (j.start, j.operation) for j in run.trace.journeys}


def works_of(run: Run, names: tuple[str, ...]) -> dict[tuple[str, int, int], float]:
    """The seconds of work of each request at each node."""
    return {
        (names[visit.node], journey.stream, journey.number): visit.ended - visit.began
        for journey in run.trace.journeys
        for visit in journey.visits
    }


@given(networks(), seeds)
@bounded
def test_percentiles_are_over_everything_offered(network: MadeNetwork, seed: int) -> None:
    """So that refusing somebody never improves one: who was lost took for ever."""
    run, report = judged(network, seed)
    measured = network.level.clock.measure_from
    for name, result in report.operations.items():
        mine = [j for j in run.trace.journeys if j.operation == name and j.start >= measured]
        latencies = sorted(latency(journey) for journey in mine)
        latencies += [math.inf] * (result.arrivals - len(mine))
        for field, percent in PERCENTILES.items():
            got = getattr(result.latency, field)
            if not latencies:
                assert got is None
                continue
            expected = latencies[math.ceil(percent * len(latencies) / 100) - 1]
            assert got == (None if math.isinf(expected) else expected), (name, field)


def latency(journey: Journey) -> float:
    """Seconds from asking to answer; infinite where there was none."""
    if journey.why or journey.end is None:  # lost, or not done when the run ended
        return math.inf
    return journey.end - journey.start


@given(networks(), seeds, seeds)
@settings(bounded, max_examples=20)
def test_another_seed_is_another_evening(network: MadeNetwork, seed: int, other: int) -> None:
    assume(seed != other)
    assume(any(stream.arrivals == "poisson" for stream in network.level.traffic))
    runs = [simulate(network.level, network.design, each) for each in (seed, other)]
    assume(all(run.trace.journeys for run in runs))
    assert arrivals_of(runs[0]) != arrivals_of(runs[1])
