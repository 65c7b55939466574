"""A level of one hour that proves everything it claims, small enough to be spoilt often."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from sandbox.documents.level import Level
from sandbox.documents.library import load_level_text

BAKERY = """
format: 1
id: bakery
title: A small bakery
brief: Sixty loaves an hour.
clock: {length: 1 h, unit: min, frame: 10 min}
operations:
  loaf:
    title: a loaf
    needs: [{need: take, time: fixed 30 s}, {need: bake, time: fixed 2 min}]
    deadline: 12 min
    items: {count: 12, skew: 1.0}
traffic:
  - {from: guests, arrivals: deterministic, rate: 60/h, mix: {loaf: 1}, patience: fixed 14 min}
slos:
  - {id: on-time, says: fed in time, metric: within, operation: loaf, within: 12 min, at_least: 90%}
  - {id: lost, says: guests lost, metric: lost, operation: loaf, at_most: 5%}
budget: $230/night
volume: {loaf: 60}
palette: [clerk, oven]
nodes: [{id: guests, kind: guests}]
start:
  nodes: [{id: phone, kind: clerk}, {id: oven, kind: oven}]
  links: [{from: guests, to: phone}, {from: phone, to: oven}]
hints: [Look at the oven.]
debrief: ["What filled up?"]
cards: [3]
proofs:
  naive: {says: more clerks, loses: on-time, set: {phone: {count: 2}}}
  winners:
    fresh:
      says: three slots
      par: $145/night
      set: {oven: {count: 3}}
      ablation: {says: one slot, loses: on-time, set: {oven: {count: 1}}}
    ahead:
      says: one slot and most baked ahead
      par: $211/night
      set: {oven: {settings: {ahead: 60%}}}
      ablation: {says: nothing ahead, loses: on-time, set: {oven: {settings: {ahead: 0%}}}}
  bigger: {says: any number of clerks, counts: {phone: [1, 3]}}
  losers:
    silent: {says: nobody calls, loses: lost, links: []}
"""

Spoil = Callable[[dict[str, Any]], object]


@pytest.fixture
def bakery() -> Callable[..., Level]:
    """Makes the level, changed by a function that may alter its data in place."""

    def make(spoil: Spoil = lambda data: None) -> Level:
        data = yaml.safe_load(BAKERY)
        spoil(data)
        return load_level_text(yaml.safe_dump(data, sort_keys=False))

    return make
