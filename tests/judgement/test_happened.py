"""What is told of a run: what struck, what came of it, what was used up, what went wrong."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from sandbox.documents.level import Level
from sandbox.documents.library import load_level_text
from sandbox.judgement.happened import MOST_EVENTS, happened
from sandbox.judgement.judge import judge
from sandbox.judgement.report import Event
from sandbox.judgement.telling import time_of
from sandbox.simulation.run import Run, simulate

SHOP = """
format: 1
id: shop
title: Shop
brief: Four servers, one of which dies, and a bank that takes less than before.
clock: {length: 30 s, frame: 1 s, drain: 5 s}
stock: 100
names: [Ana, Ben]
operations:
  buy: {title: buy it, needs: [compute, check, charge, decrement], deadline: 5 s}
traffic: [{from: people, phases: [{at: 0 s, rate: 5/s}, {at: 5 s, rate: 20/s}], mix: {buy: 1}}]
slos: [{id: good, says: good, metric: good, at_least: 99%}]
incidents:
  - {id: crash, at: 10 s, says: a server dies, kill: {kind: app}}
  - {id: quota, at: 8 s, for: 4 s, says: the bank takes 10/s, quota: {kind: payment, rate: 10/s}}
kinds: {people: {behaviour: clients}}
nodes: [{id: people, kind: people}]
start:
  nodes:
    - {id: lb, kind: balancer, settings: {check-every: 1 s, checks: 3}}
    - {id: app, kind: app, count: 4}
    - {id: db, kind: sql}
    - {id: bank, kind: payment}
  links:
    - {from: people, to: lb}
    - {from: lb, to: app}
    - {from: app, to: db}
    - {from: app, to: bank}
"""


def shop(**changes: Any) -> Level:
    return load_level_text(yaml.safe_dump({**yaml.safe_load(SHOP), **changes}))


def told(level: Level) -> tuple[Run, list[Event]]:
    design = level.starting_design()
    run = simulate(level, design, 1)
    return run, judge(level, design, run).happened


def with_text(events: list[Event], text: str) -> Event:
    found = [event for event in events if text in event.says]
    assert len(found) == 1, [event.says for event in events]
    return found[0]


def test_what_struck_and_what_was_sent_to_the_dead() -> None:
    run, events = told(shop())
    death = with_text(events, " died")
    victim = death.says.removesuffix(" died")
    assert death.time == 10.0
    kept = with_text(events, "had kept sending")
    index = next(node.index for node in run.world.nodes if node.name == victim)
    refused = sum(frame.nodes[index].rejected for frame in run.trace.frames)
    out = next(each for each in run.world.happenings if each.what == "left-out")
    assert kept.says == (
        f"{refused} requests refused at {victim}: "
        "lb had kept sending it a quarter of the load since 00:10"
    )
    assert (kept.time, kept.node) == (out.time, "app"), "told when it was over"
    assert refused > 5
    assert with_text(events, "the bank takes 10/s").time == 8.0


def test_what_is_slow_and_what_is_new_is_told() -> None:
    ill = {"id": "ill", "at": "10 s", "says": "x", "slow": {"kind": "app", "times": 4}}
    new = {"id": "v2", "at": "20 s", "says": "a new version", "deploy": {"kind": "app"}}
    _, events = told(shop(incidents=[ill, new]))
    assert with_text(events, "took 4 times as long for everything").time == 10.0
    assert with_text(events, "a new version").time == 20.0


def test_refusals_of_a_quota_are_counted_from_when_to_when() -> None:
    run, events = told(shop())
    bank = next(node.index for node in run.world.nodes if node.name == "bank")
    refused = {frame.time: frame.nodes[bank].rejected for frame in run.trace.frames}
    times = [time for time, count in refused.items() if count]
    total = sum(refused.values())
    since = time_of(run.level.clock, times[0] - 1.0)
    says = f"bank had refused {total} calls beyond its quota since {since}"
    assert with_text(events, "had refused").says == says
    assert with_text(events, "had refused").time == times[-1]
    assert times[0] > 8.0


def test_wrongs_of_the_ledger_are_numbers_at_the_end() -> None:
    run, events = told(shop())
    counts = run.world.ledger.counts()
    assert counts["oversold"] > 0
    wrong = with_text(events, "units were promised that there were not")
    assert wrong.says.startswith(f"{counts['oversold']} ")
    assert wrong.time == run.lane.now
    assert with_text(events, "sold out").time < run.lane.now


def test_without_a_balancer_the_callers_are_named_and_all_is_lost() -> None:
    names = {"app": "app", "db": "sql", "bank": "payment"}
    wires = (("people", "app"), ("app", "db"), ("app", "bank"))
    one = shop(
        start={
            "nodes": [{"id": name, "kind": kind} for name, kind in names.items()],
            "links": [{"from": source, "to": target} for source, target in wires],
        }
    )
    _, events = told(one)
    kept = with_text(events, "people kept sending it all of the load since 00:10")
    assert kept.time == events[-1].time, "to the end"


def test_slots_that_are_held_are_told_from_processors_that_are_busy() -> None:
    slow = {"payment": {"does": {"charge": {"time": "fixed 4 s"}}}}
    few = {"app": {"sizes": {"S": {"slots": 5}}}}
    people = {"people": {"behaviour": "clients"}}
    _, held = told(shop(kinds={**people, **slow, **few}, incidents=[]))
    assert "all 5 slots held by requests that waited for others" in with_text(held, "slots").says
    assert "all the others" in with_text(held, "slots").says
    busy = {"app": {"does": {"compute": {"time": "fixed 1 s"}}}}
    _, worked = told(shop(kinds={**people, **busy}, incidents=[]))
    assert "all 2 processors busy, and a line began to grow" in with_text(worked, "busy").says


def test_who_waits_for_a_row_is_told() -> None:
    needs = ["compute", "begin", "take", "charge", "commit"]
    buy = {"buy": {"title": "buy it", "needs": needs, "deadline": "5 s"}}
    run, events = told(shop(operations=buy, incidents=[]))
    db = next(node.index for node in run.world.nodes if node.name == "db")
    most = max(frame.nodes[db].gauge or 0 for frame in run.trace.frames)
    assert f"up to {most:.0f} at once" in with_text(events, "waited for one row").says


def test_nothing_is_told_of_a_calm_run_but_the_traffic() -> None:
    calm = shop(
        incidents=[], stock=None, operations={"buy": {"title": "buy", "needs": ["compute"]}}
    )
    _, events = told(calm)
    assert [event.says for event in events] == ["people came at 20/s, up from 5"]


def test_the_most_telling_are_kept_and_stand_in_order_of_time() -> None:
    level = shop()
    design = level.starting_design()
    run = simulate(level, design, 1)
    slos = judge(level, design, run).slos
    broken = [slos[0].model_copy(update={"says": f"goal {n}", "broke_at": 9.0}) for n in range(20)]
    events = happened(level, run, broken)
    assert len(events) == MOST_EVENTS
    assert [event.time for event in events] == sorted(event.time for event in events)
    for text in (" died", "kept sending", "had refused", "promised that there were not"):
        with_text(events, text)


@pytest.mark.parametrize("word", ["add", "should", "try", "use a", "need"])
def test_no_event_is_a_fix(word: str) -> None:
    _, events = told(shop())
    assert all(f" {word} " not in f" {event.says} " for event in events)
