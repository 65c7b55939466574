"""Small random networks, as the texts of a level and a design."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import yaml
from hypothesis import strategies as st

from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.documents.library import load_design_text, load_level_text

MILLISECONDS = st.sampled_from([0, 100, 250, 500, 1000, 1500])
"""Round on purpose: things then happen at the same moment, and ties must not matter."""


@dataclass
class Sketch:
    """A network while it is being drawn up."""

    kinds: dict[str, Any] = field(default_factory=dict)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)

    def add(
        self, behaviour: str, need: str = "", time: Any = "0 s", /, size: Any = None, **node: Any
    ) -> str:
        """Add a node with a local kind of its own; its id."""
        name = f"n{len(self.nodes)}"
        kind: dict[str, Any] = {"behaviour": behaviour}
        if need:
            kind["does"] = {need: {"time": time}}
        if size:
            kind["sizes"] = {"one": {"price": "$1/month", **size}}
        self.kinds[f"kind-{name}"] = kind
        self.nodes.append({"id": name, "kind": f"kind-{name}", **node})
        return name

    def link(self, sources: list[str], target: str, latency: int = 0) -> None:
        """Link all sources to one target."""
        for source in sources:
            link: dict[str, Any] = {"from": source, "to": target}
            if latency:
                link["latency"] = f"{latency} ms"
            self.links.append(link)


@dataclass(frozen=True)
class MadeNetwork:
    """A level and a design, ready to run, and as they were written."""

    level: Level
    design: Design
    level_text: str
    design_text: str


@dataclass
class Stage:
    """A part of the way: where it is entered, and which nodes hand on from it."""

    entry: str
    exits: list[str]
    needs: list[Any]
    parts_ways: bool = False
    """Whether several ways lead on from it, so that nobody may pass through without a need."""


@st.composite
def times(draw: st.DrawFn) -> Any:
    """A law of durations, as it is written; never more than a few seconds on average."""
    shape = draw(st.sampled_from(["fixed", "exponential", "erlang-3", "lognormal", "empirical"]))
    mean = f"{draw(MILLISECONDS)} ms"
    if shape == "lognormal":
        return f"lognormal {draw(st.sampled_from([100, 700]))} ms cv 1.5"
    if shape == "empirical":
        return {"empirical": ["100 ms", "200 ms", mean]}
    return f"{shape} {mean}"


limits = st.sampled_from(["unbounded", "unbounded", 0, 1, 3])
disciplines = st.sampled_from(["fifo", "fifo", "sharing"])


def _station(draw: st.DrawFn, sketch: Sketch, need: str, in_line: bool = False) -> Stage:
    settings = {"queue": draw(limits), "discipline": "fifo" if in_line else draw(disciplines)}
    count = draw(st.integers(1, 3))
    node = sketch.add("station", need, draw(times()), count=count, settings=settings)
    return Stage(node, [node], [need])


def _batch_station(draw: st.DrawFn, sketch: Sketch, need: str) -> Stage:
    settings = {
        "queue": draw(limits),
        "batch": draw(st.integers(1, 3)),
        "linger": f"{draw(MILLISECONDS)} ms",
    }
    count = draw(st.integers(1, 2))
    node = sketch.add("batch-station", need, draw(times()), count=count, settings=settings)
    return Stage(node, [node], [need])


def _line(draw: st.DrawFn, sketch: Sketch, need: str) -> Stage:
    line = sketch.add("line", settings={"queue": draw(limits)})
    behind = _station(draw, sketch, need, in_line=True)
    sketch.link([line], behind.entry)
    return Stage(line, behind.exits, [need])


def _caller(draw: st.DrawFn, sketch: Sketch, need: str, behaviour: str = "compute") -> str:
    settings = {"queue": draw(limits), "discipline": draw(disciplines)}
    size: dict[str, Any] = {"vcpu": draw(st.integers(1, 3))}
    if draw(st.booleans()):
        size["slots"] = draw(st.integers(1, 5))
    count = draw(st.integers(1, 2))
    return sketch.add(behaviour, need, draw(times()), size=size, count=count, settings=settings)


def _app(draw: st.DrawFn, sketch: Sketch, need: str) -> Stage:
    app = _caller(draw, sketch, need)
    store = _caller(draw, sketch, f"{need}-read", "store")
    sketch.link([app], store, draw(MILLISECONDS))
    return Stage(app, [app], [need, f"{need}-read"])


def _routed(draw: st.DrawFn, sketch: Sketch, need: str) -> Stage:
    policies = ["round-robin", "random", "weighted", "least-connections", "two-choices"]
    router = sketch.add("router", settings={"policy": draw(st.sampled_from(policies))})
    time = draw(times())
    limit = draw(limits)
    targets = [
        sketch.add("station", need, time, settings={"queue": limit})
        for _ in range(draw(st.integers(1, 3)))
    ]
    for target in targets:
        sketch.link([router], target)
    return Stage(router, targets, [need])


def _forked(draw: st.DrawFn, sketch: Sketch, need: str) -> Stage:
    calls = draw(st.booleans())
    branches: list[Stage] = []
    door = _caller(draw, sketch, need) if calls else _station(draw, sketch, need).entry
    for number in range(draw(st.integers(2, 3))):
        name = f"{need}-{number}"
        if calls:
            store = _caller(draw, sketch, name, "store")
            branches.append(Stage(store, [store], [name]))
        else:
            make = draw(st.sampled_from([_station, _batch_station, _line]))
            branches.append(make(draw, sketch, name))
        sketch.link([door], branches[-1].entry)
    ends = [end for branch in branches for end in branch.exits]
    parallel = {"parallel": [branch.needs for branch in branches]}
    return Stage(door, [door] if calls else ends, [need, parallel], parts_ways=not calls)


@st.composite
def traffics(draw: st.DrawFn, source: str, operations: list[str]) -> dict[str, Any]:
    """A stream of a few hundred requests at most."""
    rate = draw(st.sampled_from([1, 2, 5]))
    stream: dict[str, Any] = {
        "from": source,
        "arrivals": draw(st.sampled_from(["poisson", "poisson", "deterministic"])),
        "mix": {name: draw(st.integers(1, 3)) for name in operations},
    }
    if draw(st.booleans()):
        stream["rate"] = f"{rate}/s"
    else:
        phases = [
            {"at": "0 s", "rate": f"{rate}/s"},
            {"at": "8 s", "rate": f"{3 * rate}/s", "ramp": "3 s"},
            {"at": "16 s", "rate": f"{rate}/s"},
        ]
        stream["phases"] = phases
    if draw(st.booleans()):
        stream["patience"] = draw(st.sampled_from(["fixed 2 s", "exponential 4 s"]))
    return stream


@st.composite
def networks(draw: st.DrawFn, only_stations: bool = False) -> MadeNetwork:
    """A level and a design that can run. With `only_stations` a row of them, without bounds."""
    sketch = Sketch()
    parts = [_station, _batch_station, _line, _app, _routed, _forked]
    if only_stations:
        parts = [_station]
    needs: list[Any] = []
    before, passable = ["clients"], True
    for number in range(draw(st.integers(1, 3))):
        stage = draw(st.sampled_from(parts))(draw, sketch, f"need-{number}")
        sketch.link(before, stage.entry)
        before, needs = stage.exits, [*needs, *stage.needs]
        passable = passable and not stage.parts_ways
    if only_stations:
        for node in sketch.nodes:
            node["settings"] = {}
    operations: dict[str, Any] = {"whole": {"title": "all of it", "needs": needs}}
    if len(needs) > 1 and draw(st.booleans()):
        operations["short"] = {"title": "the beginning", "needs": needs[:1]}
    if len(needs) > 1 and passable and draw(st.booleans()):
        operations["late"] = {"title": "the end", "needs": needs[-1:]}
    for operation in operations.values():
        if draw(st.booleans()):
            operation["deadline"] = draw(st.sampled_from(["1 s", "5 s", "20 s"]))
    clock: dict[str, Any] = {"length": "24 s"}
    if draw(st.booleans()):
        clock["drain"] = draw(st.sampled_from(["0 s", "4 s", "30 s"]))
    if draw(st.booleans()):
        clock["measure_from"] = "5 s"
    streams = [draw(traffics("clients", list(operations))) for _ in range(draw(st.integers(1, 2)))]
    return _loaded(sketch, {"clock": clock, "operations": operations, "traffic": streams})


def _loaded(sketch: Sketch, said: dict[str, Any]) -> MadeNetwork:
    level = {
        "id": "made",
        "title": "Made",
        "brief": "Made up by chance.",
        **said,
        "kinds": sketch.kinds,
        "palette": list(sketch.kinds),
        "nodes": [{"id": "clients", "kind": "users"}],
    }
    design = {"level": "made", "nodes": sketch.nodes, "links": sketch.links}
    level_text, design_text = _yaml(level), _yaml(design)
    loaded = load_level_text(level_text)
    return MadeNetwork(loaded, load_design_text(design_text, loaded), level_text, design_text)


def _yaml(document: dict[str, Any]) -> str:
    """A document as text; the round trip writes out what several places share."""
    text: str = yaml.safe_dump(json.loads(json.dumps(document)), sort_keys=False)
    return text
