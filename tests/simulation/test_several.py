"""Asking several at once under kills, timeouts and retries: nothing is lost, nothing is held."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulation.systems import System, all_free, journeys, system

KINDS = """
pieces:
  behaviour: shards
  does:
    route: {time: fixed 1 ms}
    read: {time: exponential 100 ms}
    write: {time: exponential 200 ms}
    scan: {time: exponential 100 ms}
    begin: {time: fixed 1 ms}
    commit: {time: fixed 1 ms}
  sizes: {one: {price: $1/month, vcpu: 1, slots: 3}}
ring:
  behaviour: quorum
  does:
    read: {time: exponential 100 ms}
    write: {time: exponential 200 ms}
    apply: {time: exponential 50 ms}
  sizes: {one: {price: $1/month, vcpu: 1, slots: 3}}
"""
NEEDS = {
    "pieces": [
        ["read", "write"],
        ["scan", "write"],
        ["scan"],
        ["begin", "read", "write", "commit"],
    ],
    "ring": [["read", "write"], ["write"], ["read"]],
}


def several(kind: str, settings: str, link: str, queue: str) -> System:
    """All that can be asked of a kind, on three of it of which two die."""
    things = {"of": "thing", "count": 5}
    operations: dict[str, Any] = {
        f"o{at}": {"title": "o", "needs": ["compute", *needs], "items": things}
        for at, needs in enumerate(NEEDS[kind])
    }
    operations["none"] = {"title": "o", "needs": ["compute", *NEEDS[kind][0]]}
    mix = ", ".join(f"{name}: 1" for name in operations)
    kills = [
        {"id": f"k{at}", "at": f"{3 + at} s", "for": "3 s", "says": "x", "kill": {"kind": kind}}
        for at in range(2)
    ]
    job = {"id": "j", "at": "2 s", "for": "6 s", "says": "x"}
    job["bulk"] = {"kind": kind, "need": "write", "rate": "3/s", "of": "thing"}  # type: ignore[assignment]
    return system(
        {"app": "front", "db": f"{kind}, count: 3, settings: {{queue: {queue}{settings}}}"},
        ["people > app", f"app > db{link}"],
        kinds=KINDS,
        operations=operations,
        streams=(f"arrivals: poisson, rate: 15/s, mix: {{{mix}}}",),
        length="12 s",
        clock="drain: 60 s",
        incidents=[*kills, job],
    )


CASES = [
    ("pieces", "", "", "unbounded"),
    ("pieces", ", split: 2, split-keys: 2", ", timeout: 500 ms, retries: 1", "5"),
    ("pieces", ", ids: sequential", ", retries: 2, latency: 20 ms", "0"),
    ("ring", "", "", "unbounded"),
    ("ring", ", reads: one, writes: one, asks: all", ", timeout: 200 ms, retries: 1", "2"),
    ("ring", ", reads: all, writes: all, handoff: false", ", retries: 2, latency: 20 ms", "0"),
]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", CASES)
def test_all_is_accounted_for_and_nothing_held(case: tuple[str, ...], seed: int) -> None:
    run = several(*case).run(seed)
    assert len({journey.outcome for journey in journeys(run)}) > 1
    assert all_free(run)
    assert not any(getattr(each, "transactions", None) for each in run.world.nodes)


@pytest.mark.parametrize("case", CASES)
def test_steps_of_any_size_give_the_same(case: tuple[str, ...]) -> None:
    made = several(*case)
    whole, steps = made.run(7), made.start(7)
    for step in range(1, 900):
        steps.advance(step * 0.0713)
    steps.finish()
    assert steps.trace.frames == whole.trace.frames
    assert steps.trace.journeys == whole.trace.journeys
    assert steps.world.ledger.counts() == whole.world.ledger.counts()
