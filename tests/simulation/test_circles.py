"""Requests leave no circles behind, however they end: a run does without the cycle collector."""

from __future__ import annotations

import gc

import pytest

from sandbox.simulation.run import simulate
from tests.simulation.systems import system

HALF = "bank, settings: {errors: 50%}"
PAY = "[compute, charge]"

SYSTEMS = {
    "calls that give up": system(
        {"app": "front", "pay": HALF},
        ["people > app", "app > pay, retries: 2, timeout: 900 ms"],
        PAY,
        length="200 s",
    ),
    "another target": system(
        {"lb": "spread, settings: {retries: 1}", "app": "front, count: 2", "pay": HALF},
        ["people > lb", "lb > app", "app > pay"],
        PAY,
        length="200 s",
    ),
    "clients that insist": system(
        {"app": "front", "pay": HALF},
        ["people > app", "app > pay"],
        PAY,
        traffic="rate: 1/s, retry: {times: 2, after: 1 s}",
        length="200 s",
    ),
    "a queue": system(
        {"q": "post, settings: {visibility: 1 s}", "work": "hand", "pay": HALF},
        ["people > q", "q > work", "work > pay"],
        "[{need: charge, deferrable: true}]",
        length="200 s",
    ),
    "a transaction": system(
        {"app": "front", "db": "base", "pay": HALF},
        ["people > app", "app > db", "app > pay"],
        "[compute, begin, take, charge, commit]",
        stock=50,
        length="200 s",
    ),
    "a fork": system(
        {"app": "front", "db": "base", "pay": HALF},
        ["people > app", "app > db", "app > pay"],
        "[compute, {parallel: [read, charge]}]",
        length="200 s",
    ),
    "a limiter": system(
        {"gate": "door, settings: {admits: 1/s}", "app": "front"},
        ["people > gate", "gate > app"],
        "[compute]",
        traffic="rate: 2/s",
        length="200 s",
    ),
    "a fetch for many, which fails": system(
        {"app": "front", "mem": "memory, settings: {coalesce: true, ttl: 1 s}", "db": "base"},
        ["people > app", "app > mem", "app > db, timeout: 150 ms"],
        "[compute, read]",
        traffic="rate: 20/s",
        length="20 s",
    ),
    "what is old, and late": system(
        {
            "app": "front",
            "mem": "memory, settings: {serve-stale: at-once, ttl: 1 s, late-fill: true}",
            "db": "base",
        },
        ["people > app", "app > mem", "app > db, timeout: 150 ms"],
        "[compute, read]",
        length="200 s",
    ),
    "written back to the dead": system(
        {"app": "front", "mem": "memory, settings: {on-write: write-back}", "db": "base"},
        ["people > app", "app > mem", "mem > db"],
        "[compute, write]",
        incidents=[
            {"id": "k", "at": "2 s", "says": "x", "for": "3 s", "kill": {"kind": "base"}},
            {"id": "l", "at": "7.3 s", "says": "x", "for": "3 s", "kill": {"kind": "memory"}},
        ],
        length="200 s",
    ),
    "bots at a filter and a shedder": system(
        {"wall": "wall", "shed": "shed", "app": "front"},
        ["people > wall", "wall > shed", "shed > app"],
        "[compute]",
        kinds="""
wall: {behaviour: filter, does: {judge: {time: fixed 1 ms}}}
shed: {behaviour: shedder, settings: {at-once: {default: 3}}}
""",
        streams=("rate: 20/s", "rate: 40/s, bots: true"),
        length="20 s",
    ),
    "several shards, of which one dies": system(
        {"app": "front", "db": "pieces, count: 3"},
        ["people > app", "app > db, timeout: 150 ms, retries: 1"],
        "[compute, read]",
        kinds="pieces: {behaviour: shards, does: {read: {time: exponential 100 ms}}}",
        incidents=[{"id": "k", "at": "50 s", "says": "x", "kill": {"kind": "pieces"}}],
        length="200 s",
    ),
    "several copies, of which one dies": system(
        {"app": "front", "db": "ring, count: 3, settings: {reads: all}"},
        ["people > app", "app > db"],
        "[compute, write, read]",
        kinds="""
ring:
  behaviour: quorum
  does: {read: {time: exponential 100 ms}, write: {time: exponential 900 ms}}
""",
        incidents=[{"id": "k", "at": "50 s", "says": "x", "kill": {"kind": "ring"}}],
        length="200 s",
    ),
    "a death": system(
        {"app": "front"},
        ["people > app"],
        "[compute]",
        incidents=[{"id": "k", "at": "2 s", "says": "x", "kill": {"kind": "front"}}],
        length="200 s",
    ),
}


@pytest.mark.parametrize("case", SYSTEMS)
def test_no_circles(case: str) -> None:
    made = SYSTEMS[case]
    simulate(made.level, made.design, 1)  # what is made only once
    gc.collect()
    gc.disable()
    try:
        run = simulate(made.level, made.design, 2)
        left = gc.collect()
    finally:
        gc.enable()
    assert sum(run.world.operations[0].meter.counts.values()) >= 195
    assert left < 50
