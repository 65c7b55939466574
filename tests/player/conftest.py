from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.documents.level import Level
from sandbox.documents.library import load_level

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


@pytest.fixture(scope="session")
def pizza() -> Level:
    return load_level("pizza-shop")


@pytest.fixture(scope="session")
def todo(tmp_path_factory: pytest.TempPathFactory) -> Level:
    path: Path = tmp_path_factory.mktemp("levels") / "todo.yaml"
    path.write_text(TODO, encoding="utf-8")
    return load_level(path)
