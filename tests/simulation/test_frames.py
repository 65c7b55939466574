"""What frames tell besides counts: what struck or was noticed, and the ledger as it stands."""

from __future__ import annotations

from itertools import pairwise

from sandbox.documents.library import load_level_text
from sandbox.fleet.traces import halved
from sandbox.simulation.run import Run, simulate
from sandbox.simulation.trace import frame_from_json, frame_to_json, header_from_json

SHOP = """
format: 1
id: shop
title: Shop
brief: Two servers, one of which dies, and a bank that takes less than before.
clock: {length: 20 s, frame: 1 s, drain: 5 s}
stock: 30
operations:
  buy:
    title: buy it
    needs: [compute, take, charge]
    deadline: 5 s
  look: {title: look at it, needs: [compute, read], deadline: 5 s}
traffic: [{from: people, rate: 20/s, mix: {buy: 1, look: 1}}]
incidents:
  - {id: crash, at: 4.5 s, for: 10 s, says: a server dies, kill: {kind: app}}
  - {id: quota, at: 8 s, for: 4 s, says: the bank takes 1/s, quota: {kind: payment, rate: 1/s}}
kinds: {people: {behaviour: clients}}
nodes: [{id: people, kind: people}]
start:
  nodes:
    - {id: lb, kind: balancer, settings: {check-every: 1 s, checks: 2}}
    - {id: app, kind: app, count: 2}
    - {id: db, kind: sql}
    - {id: bank, kind: payment}
  links:
    - {from: people, to: lb}
    - {from: lb, to: app}
    - {from: app, to: db}
    - {from: app, to: bank}
"""


def run() -> Run:
    level = load_level_text(SHOP)
    return simulate(level, level.starting_design(), 1)


def test_what_strikes_and_what_is_noticed_is_told_in_the_frame_of_its_time() -> None:
    done = run()
    header = done.trace.header
    told = [(frame, each) for frame in done.trace.frames for each in frame.happenings]
    assert [each.what for _, each in told] == [
        "died",
        "left-out",
        "quota",
        "no-quota",
        "back",
        "taken-in",
    ]
    assert [each.time for _, each in told] == [4.5, 6.0, 8.0, 12.0, 14.5, 15.0]
    for frame, each in told:
        assert frame.time - header.frame <= each.time <= frame.time
    victims = {header.nodes[each.node] for _, each in told if "quota" not in each.what}
    assert len(victims) == 1
    assert victims < {"app.1", "app.2"}


def test_frames_tell_the_ledger_as_it_stands() -> None:
    done = run()
    header, frames = done.trace.header, done.trace.frames
    counts = done.world.ledger.counts()
    assert header.ledger == (
        "reads",
        "stale-reads",
        "stock",
        "sold",
        "pending",
        "sold-out",
        "units-paid",
        "oversold",
        "double-charges",
    )
    assert dict(zip(header.ledger, frames[-1].ledger, strict=True)) == {
        name: counts.get(name, 0) for name in header.ledger
    }
    sold = [frame.ledger[header.ledger.index("sold")] for frame in frames]
    assert sold[0] < sold[-1]
    assert all(before <= after for before, after in pairwise(sold))


def test_a_recording_keeps_both_on_its_way() -> None:
    trace = run().trace
    assert header_from_json(list(trace.header)) == trace.header
    for frame in trace.frames:
        assert frame_from_json(frame_to_json(frame)) == frame
    short = halved(trace)
    assert short.frames[-1].ledger == trace.frames[-1].ledger
    assert sum(len(frame.happenings) for frame in short.frames) == 6


def test_a_level_without_data_tells_nothing_of_a_ledger() -> None:
    text = SHOP.replace("stock: 30\n", "").replace("[compute, take, charge]", "[compute]")
    level = load_level_text(text.replace("[compute, read]", "[compute]"))
    trace = simulate(level, level.starting_design(), 1).trace
    assert trace.header.ledger == ()
    assert {frame.ledger for frame in trace.frames} == {()}
