"""A run advanced in steps of any size has the same bits: with all that caches and gates can do."""

from __future__ import annotations

import pytest

from sandbox.simulation.run import Run
from tests.simulation.systems import System, system

THING = {"of": "thing", "count": 40, "skew": 1}
MORE = """
wall: {behaviour: filter, does: {judge: {time: fixed 1 ms}}}
shed: {behaviour: shedder}
memory: {sizes: {one: {price: $1/month, keys: 20}}}
"""


def made(cache: str, links: list[str]) -> System:
    """Everything at once: people and bots, a hot item, an emptied cache, a death."""
    return system(
        {
            "wall": "wall, settings: {catches: 80%}",
            "shed": "shed, settings: {at-once: 60, target: 400 ms}",
            "app": "front",
            "mem": f"memory, settings: {{{cache}}}",
            "db": "base",
        },
        ["people > wall", "wall > shed", "shed > app", *links],
        kinds=MORE,
        operations={
            "view": {"title": "view", "needs": ["compute", "read"], "items": THING},
            "edit": {"title": "edit", "needs": ["compute", "write"], "items": THING},
        },
        streams=(
            "arrivals: poisson, rate: 30/s, mix: {view: 4, edit: 1}",
            "arrivals: poisson, rate: 10/s, mix: {view: 1}, bots: true",
        ),
        incidents=[
            {"id": "a", "says": "a", "at": "3 s", "for": "5 s",
             "hot": {"operation": "view", "share": "50%", "item": 7}},
            {"id": "b", "says": "b", "at": "5 s", "flush": {"kind": "memory"}},
            {"id": "c", "says": "c", "at": "7 s", "for": "1 s", "kill": {"kind": "memory"}},
            {"id": "d", "says": "d", "at": "9 s", "for": "500 ms", "kill": {"kind": "base"}},
            {"id": "e", "says": "e", "at": "4 s", "bots": {"from": "people", "share": "30%"}},
        ],
        length="12 s",
        clock="drain: 10 s",
    )  # fmt: skip


ASIDE = ["app > mem", "app > db, timeout: 300 ms, retries: 1"]
IN_LINE = ["app > mem", "mem > db, timeout: 300 ms"]
CASES = {
    "all at once": ("coalesce: true, late-fill: true, ttl: 1 s, ttl-spread: 50%", ASIDE),
    "old at once": ("serve-stale: at-once, ttl: 500 ms, eviction: LFU, coalesce: true", IN_LINE),
    "old on error": ("serve-stale: on-error, ttl: 500 ms, eviction: FIFO, purge: 1 s", IN_LINE),
    "written back": ("on-write: write-back, flush-after: 700 ms, coalesce: true", IN_LINE),
}


def told(run: Run) -> tuple[object, ...]:
    """All that a run tells."""
    assert run.conserved
    return run.trace.frames, run.trace.journeys, run.world.ledger.counts(), run.measured


@pytest.mark.parametrize("case", CASES)
def test_steps_of_any_size_give_the_same_bits(case: str) -> None:
    system_of_it = made(*CASES[case])
    at_once = told(system_of_it.run(seed=3))
    for step in (0.037, 0.5, 3.0):
        run, until = system_of_it.start(seed=3), 0.0
        while not run.finished:
            until += step
            run.advance(until)
        assert told(run) == at_once


@pytest.mark.parametrize("case", CASES)
def test_it_does_something(case: str) -> None:
    """What is tested here happens: hits and misses, failures, and answers."""
    run = made(*CASES[case]).run(seed=3)
    (cache,) = run.world.instances["mem"]
    counts = run.world.operations[0].meter.counts
    assert cache.hits > 50  # type: ignore[attr-defined]
    assert cache.misses > 20  # type: ignore[attr-defined]
    assert counts["good"] > 100
    assert counts["failed"] + counts["rejected"] > 5
