"""Small levels and designs as text, for tests that look closely at one thing."""

from __future__ import annotations

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import load_design_text, load_level_text
from sandbox.simulation.run import Run, simulate
from sandbox.simulation.trace import Journey

KINDS = """
  desk: {behaviour: station, does: {take: {time: fixed 2 s}}}
  hand: {behaviour: station, does: {prepare: {time: fixed 3 s}}}
  kiln: {behaviour: batch-station, does: {bake: {time: fixed 8 s}}, covers: [prepare, bake]}
  van: {behaviour: station, does: {deliver: {time: fixed 1 s}}}
  hook: {behaviour: line}
  spread: {behaviour: router}
  front: {behaviour: compute, does: {compute: {time: fixed 1 s}}}
  base: {behaviour: store, does: {read: {time: fixed 2 s}}}
  files: {behaviour: store, does: {write: {time: fixed 5 s}}}
"""


def level(needs: str, traffic: str = "rate: 1/s", length: str = "10 s", **said: str) -> Level:
    """A level of one operation, `order`, by default with even arrivals each second.

    `said` may hold `clock` (more of it), `operation` (more of it) and `more` (of the level).
    """
    return load_level_text(
        f"""
id: small
title: Small
brief: One thing at a time.
clock: {{length: {length}{said.get("clock", "")}}}
operations:
  order: {{title: an order, needs: {needs}{said.get("operation", "")}}}
traffic:
  - {{from: people, arrivals: deterministic, mix: {{order: 1}}, {traffic}}}
kinds:{KINDS}
palette: [desk, hand, kiln, van, hook, spread, front, base, files]
nodes: [{{id: people, kind: users}}]
{said.get("more", "")}
"""
    )


def design(on: Level, nodes: list[str], links: list[str]) -> Design:
    """A design of nodes (`id: hand, kind: hand, count: 2`) and links (`people > hand`)."""
    ends = [link.split(" > ") for link in links]
    return load_design_text(
        "level: small\n"
        + "nodes: ["
        + ", ".join(f"{{{node}}}" for node in nodes)
        + "]\nlinks: ["
        + ", ".join(f"{{from: {source}, to: {target}}}" for source, target in ends)
        + "]\n",
        on,
    )


def run(on: Level, nodes: list[str], links: list[str], seed: int = 1) -> Run:
    """Simulate a design on a level."""
    return simulate(on, design(on, nodes, links), seed)


def visits(run: Run, journey: Journey) -> list[tuple[str, float, float, float]]:
    """Where a request was: at whom, when it came, was begun and was done."""
    names = run.trace.header.nodes
    return [(names[v.node], v.arrived, v.began, v.ended) for v in journey.visits]
