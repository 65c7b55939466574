from __future__ import annotations

from sandbox.documents import library
from sandbox.documents.design import Design
from sandbox.documents.level import Level
from sandbox.simulation.run import simulate
from sandbox.simulation.trace import Frame, Header, NodeFrame, Trace
from sandbox.tui.columns import Columns, node_of
from sandbox.tui.readings import MOST_INSTANCES, Readings
from sandbox.tui.traffic import overlays

KINDS = """
format: 1
id: web
title: Web
brief: Two servers behind a balancer.
clock: {length: 20 s}
operations: {get: {title: a page, needs: [compute], deadline: 1 s}}
traffic: [{from: users, rate: 100/s, mix: {get: 1}}]
nodes: [{id: users, kind: users}]
start:
  nodes:
    - {id: lb, kind: balancer}
    - {id: app, kind: app, count: COUNT}
  links: [{from: users, to: lb}, {from: lb, to: app}]
"""


def web(count: int) -> tuple[Level, Design]:
    level = library.load_level_text(KINDS.replace("COUNT", str(count)))
    return level, level.starting_design()


def readings(count: int) -> Readings:
    level, design = web(count)
    run = simulate(level, design, 1)
    return Readings(level, design, library.kinds_for(level), run.trace)


def trace(*frames: tuple[NodeFrame, ...]) -> Trace:
    header = Header(1, "web", 1, 1.0, 9.0, 9.0, (), ("lb", "app.1", "app.2"), ())
    return Trace(header, [Frame(float(at), (), nodes, ()) for at, nodes in enumerate(frames, 1)])


def test_instances_are_taken_together_or_one_by_one() -> None:
    idle = NodeFrame()
    one = NodeFrame(arrivals=2, served=1, rejected=1, queue=3, inside=1, utilisation=1.0, wait=4.0)
    two = NodeFrame(arrivals=1, rejected=2, queue=1, utilisation=0.5)
    columns = Columns(trace((idle, one, two), (idle, two, two)))
    assert columns.instances("app") == ["app.1", "app.2"]
    assert columns["app.1"].frames == [one, two]
    assert columns["app"].frames[0] == NodeFrame(3, 1, 3, 4, 1, 0.75, 4.0)
    assert columns["app"].frames[1].wait is None
    assert columns["app"].rejected == [0, 3, 7]
    assert columns["app"].longest == [0, 4, 4]
    assert columns["nobody"].frames == [idle, idle]
    assert (node_of("app.2"), node_of("app")) == ("app", "app")


def test_how_busy_a_fleet_is_is_said_of_those_in_service() -> None:
    busy, off = NodeFrame(utilisation=0.8), NodeFrame(off=True)
    columns = Columns(trace((NodeFrame(), busy, off), (NodeFrame(), busy, busy)))
    assert [frame.utilisation for frame in columns["app"].frames] == [0.8, 0.8]
    assert columns["app"].off == [0, 1, 0]
    assert not columns["app"].frames[0].off


def test_a_column_grows_with_its_trace() -> None:
    idle = NodeFrame()
    growing = trace((idle, idle, idle))
    columns = Columns(growing)
    assert len(columns["app"].frames) == 1
    growing.frames.append(growing.frames[0])
    assert len(columns["app"].frames) == 2


def test_every_instance_has_a_row_unless_there_are_too_many() -> None:
    assert readings(3).rows == ["users", "lb", "app.1", "app.2", "app.3"]
    assert readings(MOST_INSTANCES).rows[-1] == f"app.{MOST_INSTANCES}"
    assert readings(MOST_INSTANCES + 1).rows == ["users", "lb", "app"]


def test_rows_of_instances_add_up_to_their_node() -> None:
    read = readings(3)
    shown = 15
    each = [read.node(f"app.{number}", shown) for number in (1, 2, 3)]
    together = read.node("app", shown)
    assert together.rate > 0
    assert abs(sum(one.rate for one in each) - together.rate) < 1e-9
    assert together.load is not None
    assert 0 < together.load < 1
    assert overlays(read, shown)["app"].load == together.load
    assert set(overlays(read, shown)) == {"users", "lb", "app"}


def test_who_is_not_in_service_is_said_to_be_out() -> None:
    more = "kinds: {app: {settings: {scale-to: {most: 9}}}}\nstart:"
    text = KINDS.replace("start:", more).replace(
        "count: COUNT", "count: 2, settings: {scale-to: 3}"
    )
    level = library.load_level_text(text)
    design = level.starting_design()
    read = Readings(level, design, library.kinds_for(level), simulate(level, design, 1).trace)
    third = read.node("app.3", 15)
    assert (third.status.word, third.detail) == ("OUT", "not in service")
    assert "2 in service" in read.node("app", 15).detail


def test_a_run_knows_which_nodes_it_had() -> None:
    read = readings(2)
    assert read.knows("app.7")
    assert not read.knows("cache")
