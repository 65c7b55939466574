"""Values by key, of which every change makes a new version."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.store import Store
    from sandbox.simulation.requests import Request


def read(store: Store, request: Request) -> None:
    """See the value as it is here."""
    request.seen = store.versions.get(request.item, 0)


def write(store: Store, request: Request) -> None:
    """Make a new version; in a transaction, nobody else sees it before the commit.

    A write that somebody has taken in before (a cache that flushes it) has its version already.
    """
    held, key = store.held_by(request), request.item
    if held is None:
        version = max(store.versions.get(key, 0), request.wrote) + 1
        store.publish(key, version)
    else:
        version = held.written.get(key, store.versions.get(key, 0)) + 1
        held.written[key] = version
    request.wrote = version


LOOKS = ("read", "join", "search", "scan")
"""A join is over several tables, a search over all texts, a scan over everything: all see."""
EFFECTS: dict[str, Callable[[Store, Request], None]] = {
    **dict.fromkeys(LOOKS, read),
    "write": write,
}
ROWS: dict[str, Callable[[Store, Request], tuple[int, ...]]] = {
    "write": lambda _, request: (request.item,)
}
WRITES = ("write",)
