"""A small level with a second night, and what is done with it in several tests."""

from __future__ import annotations

TODO = """\
format: 1
id: todo
title: Todo
brief: Everybody writes lists.
clock: {length: 10 s}
operations:
  list-todos: {title: a list, needs: [compute, read], deadline: 1 s}
traffic:
  - {from: users, rate: 10/s, mix: {list-todos: 1}}
slos:
  - {id: good, says: good answers, metric: good, at_least: 90%}
  - {id: fast, says: p95, metric: latency, percentile: 95, at_most: 500 ms}
budget: $340/month
palette: [balancer, app, sql, cache]
nodes:
  - {id: users, kind: users, at: [0, 0]}
start:
  nodes:
    - {id: app, kind: app, size: S, at: [1, 0]}
    - {id: db, kind: sql, at: [2, 0]}
  links:
    - {from: users, to: app}
    - {from: app, to: db}
proofs:
  naive: {says: nothing, loses: good, links: []}
  winners:
    wide:
      says: two apps
      par: $200/month
      set: {app: {count: 2}}
      ablation: {says: one, loses: good, set: {app: {count: 1}}}
    large:
      says: a large app
      par: $300/month
      set: {app: {size: M}}
      ablation: {says: small, loses: good, set: {app: {size: S}}}
night:
  title: Todo, twice
  grown_from: wide
  charges: {replace: $40, migrate: $150}
  change:
    budget: $500/month
    traffic:
      - {from: users, rate: 20/s, mix: {list-todos: 1}}
"""
