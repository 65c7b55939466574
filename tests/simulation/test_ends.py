"""What is left when a run ends: requests under way, and stock made ahead for several operations."""

from __future__ import annotations

from sandbox.documents.library import load_design_text, load_level_text
from sandbox.judgement.cost import cost
from sandbox.judgement.judge import judge
from sandbox.simulation.run import simulate

SLOW = """
id: slow
title: Slow
brief: Nothing is done in time.
clock: {length: 10 s, drain: 5 s}
operations: {job: {title: a job, needs: [work]}}
traffic: [{from: source, arrivals: deterministic, rate: 1/s, mix: {job: 1}}]
kinds: {desk: {behaviour: station, does: {work: {time: fixed 4 s}}}}
palette: [desk]
nodes: [{id: source, kind: users}]
"""
DESK = "level: slow\nnodes: [{id: desk, kind: desk}]\nlinks: [{from: source, to: desk}]\n"

BAKERY = """
id: bakery
title: Bakery
brief: Bread and cake, both made ahead; tea is not baked.
clock: {length: 100 s}
operations:
  bread: {title: bread, needs: [bake]}
  cake: {title: cake, needs: [bake]}
  tea: {title: tea, needs: [pour]}
volume: {bread: 10, cake: 20, tea: 1000}
traffic: [{from: source, arrivals: deterministic, rate: 0.1/s, mix: {bread: 1}}]
budget: $900/night
kinds:
  kiln:
    behaviour: batch-station
    does: {bake: {time: fixed 1 s}}
    covers: [bake]
    sizes: {one: {price: $1/night}}
    settings: {ahead: {price: $2}}
  pot: {behaviour: station, does: {pour: {time: fixed 1 s}}}
palette: [kiln, pot]
nodes: [{id: source, kind: users}]
"""
KILN = """
level: bakery
nodes: [{id: kiln, kind: kiln, settings: {ahead: 50%}}]
links: [{from: source, to: kiln}]
"""


def test_requests_under_way_keep_their_journey() -> None:
    level = load_level_text(SLOW)
    design = load_design_text(DESK, level)
    run = simulate(level, design, 1)
    report = judge(level, design, run)
    waiting = [journey for journey in run.trace.journeys if journey.outcome == "in-flight"]
    assert report.operations["job"].in_flight == len(waiting) > 0
    assert all(journey.end is None for journey in waiting)
    assert report.conserved


def test_every_operation_has_a_stock_of_its_own() -> None:
    level = load_level_text(BAKERY)
    design = load_design_text(KILN, level)
    report = judge(level, design, simulate(level, design, 1))
    came = report.operations["bread"].arrivals
    assert came == 10  # five find their bread on the shelf, the cake is left
    assert report.nodes["kiln"].served == came - 5
    assert report.nodes["kiln"].wasted == 10


def test_only_what_can_be_made_ahead_is_paid_for() -> None:
    level = load_level_text(BAKERY)
    parts = {part.label: part.amount for part in cost(level, load_design_text(KILN, level))}
    assert parts == {"kiln: 1 server": 1.0, "kiln: 15 made ahead": 30.0}
