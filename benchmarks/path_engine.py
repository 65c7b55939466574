"""The engine on the path of `todo-at-scale`, against SimPy's plain style."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from benchmarks.networks import SEED, Case
from benchmarks.path import DESIGN, LEVEL, STRETCH, path
from benchmarks.path_measured import Measured
from benchmarks.path_plain import Plain, Textbook
from benchmarks.timing import timed
from sandbox.simulation.behaviours.cache import Cache
from sandbox.simulation.run import Run, simulate
from sandbox.simulation.samples import Samples
from sandbox.simulation.trace import Frame, NodeFrame

ROUNDS = 7
KEPT = ("start", "finish", "lost")
CLOSE = 1e-9
"""How far apart sums may be that are added up in another order: busy shares, mean waits."""


def engine(case: Case) -> Run:
    """A whole run, with everything that it measures."""
    return simulate(case.level, case.design, SEED)


def latencies(run: Run) -> Samples:
    """Of all requests that were answered."""
    return Samples.together(each.meter.latencies for each in run.world.operations)


def hits(run: Run) -> tuple[int, int]:
    """Hits and misses of the cache."""
    (cache,) = (node for node in run.world.nodes if isinstance(node, Cache))
    return cache.hits, cache.misses


def differences(run: Run, measured: Measured, plain: Plain) -> Iterator[str]:
    """What is not the same in all three: to the last bit, but for what `CLOSE` allows."""
    for ours, theirs in zip(run.world.operations, measured.path.world.operations, strict=True):
        one, other = ours.meter, theirs.meter
        if (one.counts, one.charged) != (other.counts, other.charged):
            yield f"outcomes of {ours.name}"
        if any(getattr(one.records, kept) != getattr(other.records, kept) for kept in KEPT):
            yield f"records of {ours.name}"
    for node, watched in zip(run.world.nodes, measured.nodes, strict=True):
        if node.meter.waits.values() != watched.meter.waits.values():
            yield f"waits at {node.name}"
    for frame, shown in zip(run.trace.frames, measured.frames, strict=True):
        if not _alike(frame, shown):
            yield f"the frame at {frame.time:g} s"
    if run.trace.journeys != sorted(measured.journeys, key=lambda each: (each.start, each.stream)):
        yield "journeys"
    if hits(run) != (measured.hits, measured.misses):
        yield "hits"
    if sorted(latencies(run).values()) != sorted(plain.latencies):
        yield "latencies without measurements"
    if hits(run) != (plain.hits, plain.misses):
        yield "hits without measurements"


def _alike(frame: Frame, shown: Frame) -> bool:
    nodes = zip(frame.nodes, shown.nodes, strict=True)
    return frame._replace(nodes=()) == shown._replace(nodes=()) and all(
        _close(one, other) for one, other in nodes
    )


def _close(one: NodeFrame, other: NodeFrame) -> bool:
    sums = [(one.utilisation, other.utilisation), (one.wait or 0.0, other.wait or 0.0)]
    counts = [each._replace(utilisation=0.0, wait=None) for each in (one, other)]
    return counts[0] == counts[1] and all(
        math.isclose(ours, theirs, rel_tol=CLOSE, abs_tol=CLOSE) for ours, theirs in sums
    )


def report() -> None:
    """Print speeds and ratios, and whether all do the same."""
    case = path(STRETCH)
    run, measured, plain = engine(case), Measured(case), Plain(case)
    requests = sum(operation.meter.arrivals for operation in run.world.operations)
    found = list(differences(run, measured, plain))
    print(f"{LEVEL}, {DESIGN}: balancer, app servers, cache, database; a server is killed")
    hit, missed = hits(run)
    for percent in (50, 95):
        print(f"p{percent} {(latencies(run).percentile(percent) or 0.0) * 1e3:.3f} ms", end=", ")
    print(f"{hit / (hit + missed):.2%} hits; {'; '.join(found) or 'the same bits in all three'}")
    ways = [partial(way, case) for way in (Textbook, Plain, Measured, engine)]
    times = timed(ways, ROUNDS)
    names = "textbook", "plain, nothing measured", "plain, all measured", "engine"
    for name, each in zip(names, times, strict=True):
        print(f"{name:26}{requests / each.seconds:>10,.0f} requests a second")
    textbook, bare, same, ours = times
    print(f"engine : plain, all measured       {ours.times_as_fast_as(same):.2f}")
    print(f"engine : plain, nothing measured   {ours.times_as_fast_as(bare):.2f}")
    print(f"plain, nothing measured : textbook {bare.times_as_fast_as(textbook):.2f}")
