"""Small systems of servers, stores and queues as documents, for tests that look at one thing.

Times are fixed and arrivals even, so that everything can be worked out by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from sandbox.documents.design import Design
from sandbox.documents.kinds import merged
from sandbox.documents.level import Level
from sandbox.documents.library import load_design_text, load_level_text
from sandbox.judgement.judge import judge
from sandbox.judgement.report import Report
from sandbox.simulation.run import Run, simulate
from sandbox.simulation.trace import Journey

KINDS = """
spread: {behaviour: router}
front:
  behaviour: compute
  does: {compute: {time: fixed 100 ms}}
  sizes: {one: {price: $1/month, vcpu: 100}}
hand: {behaviour: compute, sizes: {one: {price: $1/month, vcpu: 100, slots: 2}}}
base:
  behaviour: store
  does:
    read: {time: fixed 200 ms}
    write: {time: fixed 500 ms}
    check: {time: fixed 100 ms}
    take: {time: fixed 100 ms}
    decrement: {time: fixed 100 ms}
    begin: {time: fixed 100 ms}
    commit: {time: fixed 100 ms}
  sizes: {one: {price: $1/month, vcpu: 100, slots: 50}}
copy:
  behaviour: replica
  does: {read: {time: fixed 200 ms, rank: 1}, apply: {time: fixed 0 s}}
  sizes: {one: {price: $1/month, vcpu: 100}}
memory: {behaviour: cache, does: {read: {time: fixed 10 ms, rank: 0}}}
bank: {behaviour: external, does: {charge: {time: fixed 1 s}}}
post: {behaviour: queue}
door: {behaviour: gate}
"""
"""Kinds with room for everybody, unless a test says otherwise."""


@dataclass(frozen=True)
class System:
    """A level and a design for it."""

    level: Level
    design: Design

    def run(self, seed: int = 1) -> Run:
        """Simulate it to its end; nothing may have been lost in the counting."""
        run = simulate(self.level, self.design, seed)
        assert run.conserved
        return run

    def start(self, seed: int = 1) -> Run:
        """A run that has not begun."""
        return Run(self.level, self.design, seed)

    def report(self, seed: int = 1) -> Report:
        """What a run means."""
        return judge(self.level, self.design, self.run(seed))


def system(
    nodes: Mapping[str, str],
    links: list[str],
    needs: str = "",
    *,
    kinds: str = "",
    traffic: str = "rate: 1/s",
    streams: tuple[str, ...] = (),
    operation: str = "",
    length: str = "10 s",
    clock: str = "",
    design: str = "",
    **level: Any,
) -> System:
    """A level with one operation, `order`, and a design for it.

    Nodes are written `app: front, count: 2`, links `app > db, timeout: 1 s`, both as in a file;
    `kinds` change those above or add to them (as YAML), `traffic` is more of the stream (or
    `streams` are several), `operation`, `clock` and `design` are more of each. What else is said
    is said of the level.
    """
    order = {"title": "an order", **_mapping(operation)}
    if needs:
        order["needs"] = yaml.safe_load(needs)
    stream = {"from": "people", "arrivals": "deterministic", "mix": {"order": 1}}
    known = merged(yaml.safe_load(KINDS), yaml.safe_load(kinds) or {})
    document = {
        "id": "small",
        "title": "Small",
        "brief": "One thing at a time.",
        "clock": {"length": length, **_mapping(clock)},
        "operations": {"order": order},
        "traffic": [{**stream, **_mapping(each)} for each in streams or (traffic,)],
        "kinds": known,
        "palette": list(known),
        "nodes": [{"id": "people", "kind": "users"}],
        **level,
    }
    board = {
        "level": "small",
        "nodes": [_node(name, said) for name, said in nodes.items()],
        "links": [_link(link) for link in links],
        **_mapping(design),
    }
    made = load_level_text(json.dumps(document))
    return System(made, load_design_text(json.dumps(board), made))


def _node(name: str, said: str) -> dict[str, Any]:
    kind, _, more = said.partition(", ")
    return {"id": name, "kind": kind, **_mapping(more)}


def _link(said: str) -> dict[str, Any]:
    ends, _, more = said.partition(", ")
    source, target = ends.split(" > ")
    return {"from": source, "to": target, **_mapping(more)}


def _mapping(said: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(f"{{{said}}}")
    return read


def journeys(run: Run) -> list[Journey]:
    """All journeys of a run, in the order in which they set out."""
    return run.trace.journeys


def ends(run: Run) -> list[float | None]:
    """When each request was answered, or lost; rounded to a microsecond."""
    return [None if j.end is None else round(j.end, 6) for j in journeys(run)]


def outcomes(run: Run) -> list[str]:
    """What became of each request."""
    return [journey.outcome for journey in journeys(run)]


def visited(run: Run, journey: Journey) -> list[str]:
    """The nodes a request was at, in the order in which they were done with it."""
    return [run.trace.header.nodes[visit.node] for visit in journey.visits]


def count(run: Run, name: str) -> int:
    """A counter of the ledger."""
    return run.world.ledger.counts().get(name, 0)


def node(run: Run, name: str) -> Any:
    """A running node, or the first instance of one, to be looked into."""
    return run.world.instances[name][0]


def all_free(run: Run) -> bool:
    """Whether nobody holds a thread, a connection or a row, and nobody waits for one."""
    for each in run.world.nodes:
        slots = getattr(each, "slots", None)
        if slots is not None and (slots.free != slots.size or slots.waiting):
            return False
        if getattr(each, "rows", None):
            return False
    return True
