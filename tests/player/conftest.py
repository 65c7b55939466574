from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.documents.level import Level
from sandbox.documents.library import load_level, load_level_text

TODO = """\
format: 1
id: todo
title: Todo
brief: Everybody writes lists.
clock: {length: 10 s}
operations:
  list-todos: {title: a list, needs: [compute, read]}
  add-todo: {title: a todo, needs: [compute, write]}
traffic:
  - {from: users, rate: 10/s, mix: {list-todos: 9, add-todo: 1}}
palette: [balancer, app, sql]
nodes:
  - {id: users, kind: users, at: [0, 0]}
start:
  nodes:
    - {id: app, kind: app, size: S, at: [1, 0]}
    - {id: sql, kind: sql, at: [2, 0]}
  links:
    - {from: users, to: app}
    - {from: app, to: sql}
"""

SALE = """\
format: 1
id: sale
title: Sale
brief: One thing for everybody.
clock: {length: 10 s}
stock: 10
operations:
  look:
    title: look at it
    needs: [compute, read]
    items: {of: thing, count: 10}
  buy:
    title: buy it
    deadline: 2 s
    ways:
      pay-first:
        title: pay, then count off
        says: Look, take the payment, count off.
        needs: [compute, check, charge, decrement]
      take-first:
        title: take, then pay
        says: Take a unit, then have it paid.
        needs: [compute, take, {need: charge, deferrable: true}]
scope:
  gift:
    title: gift wrapping
    says: Wrap it up.
    asked: true
    needs: {buy: [{need: write, deferrable: true}]}
  tips: {title: a tip jar, says: Ask for a tip., chosen: true, adds: {buy: 0.1}}
traffic:
  - {from: shoppers, rate: 10/s, mix: {look: 1}}
  - {from: buyers, rate: 1/s, mix: {buy: 1}}
kinds:
  shoppers: {behaviour: clients}
  buyers: {behaviour: clients}
palette: [balancer, app, cache, sql, replica, kv, queue, worker, room, limiter]
nodes:
  - {id: shoppers, kind: shoppers, at: [0, 0]}
  - {id: buyers, kind: buyers, at: [0, 2]}
start:
  nodes:
    - {id: lb, kind: balancer, at: [1, 1]}
    - {id: app, kind: app, count: 2, at: [2, 1]}
    - {id: db, kind: sql, at: [4, 1]}
    - {id: payment, kind: payment, at: [4, 2]}
  links:
    - {from: shoppers, to: lb}
    - {from: buyers, to: lb}
    - {from: lb, to: app}
    - {from: app, to: db}
    - {from: app, to: payment}
"""


@pytest.fixture(scope="session")
def pizza() -> Level:
    return load_level("pizza-shop")


@pytest.fixture(scope="session")
def todo(tmp_path_factory: pytest.TempPathFactory) -> Level:
    path: Path = tmp_path_factory.mktemp("levels") / "todo.yaml"
    path.write_text(TODO, encoding="utf-8")
    return load_level(path)


@pytest.fixture(scope="session")
def sale() -> Level:
    return load_level_text(SALE)
