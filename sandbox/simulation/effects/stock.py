"""Units of the one thing that is for sale."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.simulation.requests import END, SOLD_OUT

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.store import Store
    from sandbox.simulation.requests import Request

STOCK_ROW = -1
"""The row of the one thing that is for sale."""


def check(store: Store, request: Request) -> None:
    """Is there anything left?"""
    if store.stock <= 0:
        _sold_out(request)


def take(store: Store, request: Request) -> None:
    """If there is anything left, one less, in one step."""
    if store.stock > 0:
        decrement(store, request)
    else:
        _sold_out(request)


def decrement(store: Store, request: Request) -> None:
    """One less, whatever there is."""
    store.stock -= 1
    request.taken = store
    store.ledger.took(request)
    held = store.held_by(request)
    if held is not None:
        held.units += 1


def _sold_out(request: Request) -> None:
    """Nothing is left: that is the answer, and nothing else needs to be done."""
    request.answer = SOLD_OUT
    request.step = END


EFFECTS: dict[str, Callable[[Store, Request], None]] = {
    "check": check,
    "take": take,
    "decrement": decrement,
}
ROWS: dict[str, Callable[[Store, Request], tuple[int, ...]]] = {
    "take": lambda *_: (STOCK_ROW,),
    "decrement": lambda *_: (STOCK_ROW,),
}
