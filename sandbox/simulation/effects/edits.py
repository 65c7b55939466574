"""Edits: new versions that are made on top of the one that their author has seen.

What a version says is what the one below it said and the author's own edit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.simulation.effects.keys import get, put

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.store import Store
    from sandbox.simulation.requests import Request


def edit(store: Store, request: Request) -> None:
    """Save the whole: what others did since its author looked is overwritten."""
    there = get(store, request, request.item)
    _save(store, request, there, store.ledger.edits.seen_by(request, there))


def compare(store: Store, request: Request) -> None:
    """Save only where nobody else did since its author looked; raises Refused otherwise.

    The refusal says what there is now, so that its author knows it.
    """
    there = get(store, request, request.item)
    if store.ledger.edits.seen_by(request, there) != there:
        store.ledger.edits.sees(request, there)
        raise store.refuse("somebody else had changed it")
    _save(store, request, there, there)


def merge(store: Store, request: Request) -> None:
    """Add the edit to all others, whatever its author has seen of them."""
    there = get(store, request, request.item)
    _save(store, request, there, there)


def _save(store: Store, request: Request, there: int, below: int) -> None:
    request.wrote = there + 1
    put(store, request, request.item, request.wrote)
    store.ledger.edits.made(request, below)


EFFECTS: dict[str, Callable[[Store, Request], None]] = {
    "edit": edit,
    "compare": compare,
    "merge": merge,
}
ROWS: dict[str, Callable[[Store, Request], tuple[int, ...]]] = dict.fromkeys(
    EFFECTS, lambda _, request: (request.item,)
)
SAVING = tuple(EFFECTS)
