"""The bounds of a transaction: in between, the connection and all rows changed are held."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.store import Store
    from sandbox.simulation.requests import Request


def begin(store: Store, request: Request) -> None:
    """From here on nothing counts before the commit."""
    store.begin(request)


def commit(store: Store, request: Request) -> None:
    """From here on all of it counts."""
    store.commit(request)


EFFECTS: dict[str, Callable[[Store, Request], None]] = {"begin": begin, "commit": commit}
