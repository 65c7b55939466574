"""The networks that are timed, as level and design documents."""

from __future__ import annotations

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import load_design_text, load_level_text


def tandem(hops: int, servers: int, rate: float, requests: int) -> tuple[Level, Design]:
    """`hops` stations one after the other, each with `servers` of one second a job (M/M/c)."""
    needs = [f"work-{hop}" for hop in range(hops)]
    kinds = "\n".join(
        f"  kind-{hop}: {{behaviour: station, does: {{{need}: {{time: exponential 1 s}}}}}}"
        for hop, need in enumerate(needs)
    )
    level = load_level_text(
        f"""
id: tandem
title: Stations in a row
brief: Each request visits every station.
clock: {{length: {requests / rate} s}}
operations: {{job: {{title: a job, needs: [{", ".join(needs)}]}}}}
traffic: [{{from: source, rate: {rate}/s, mix: {{job: 1}}}}]
kinds:
{kinds}
palette: [{", ".join(f"kind-{hop}" for hop in range(hops))}]
nodes: [{{id: source, kind: users}}]
"""
    )
    names = ["source", *(f"station-{hop}" for hop in range(hops))]
    nodes = "\n".join(
        f"- {{id: station-{hop}, kind: kind-{hop}, count: {servers}}}" for hop in range(hops)
    )
    links = "\n".join(f"- {{from: {names[hop]}, to: {names[hop + 1]}}}" for hop in range(hops))
    design = load_design_text(f"level: tandem\nnodes:\n{nodes}\nlinks:\n{links}\n", level)
    return level, design
