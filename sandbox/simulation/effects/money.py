"""Money: what accounts hold. A transfer moves some of it from the account it is about to another.

In one step it is right whoever else is at it. Done as a look and a later write it is only right
where both rows stay locked in between, which they do in a transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.simulation.effects.keys import BALANCES, ENTRIES, get, put

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.store import Store
    from sandbox.simulation.requests import Request


def balance(store: Store, request: Request) -> None:
    """See what both accounts hold."""
    for key in both(store, request):
        request.note(key, get(store, request, key))


def transfer(store: Store, request: Request) -> None:
    """Move the amount, whatever there is, in one step."""
    _, _, amount = store.ledger.money.of(request)
    for key, change in zip(both(store, request), (-amount, amount), strict=True):
        put(store, request, key, get(store, request, key) + change)
    _enter(store, request)


def set_balance(store: Store, request: Request) -> None:
    """Write what both accounts hold now by what was seen before; who has not looked, looks now."""
    _, _, amount = store.ledger.money.of(request)
    notes = request.notes or {}
    for key, change in zip(both(store, request), (-amount, amount), strict=True):
        there = get(store, request, key)
        seen = notes.get(key, there)
        store.ledger.wrongs["lost-updates"] += seen != there
        put(store, request, key, seen + change)
    _enter(store, request)


def _enter(store: Store, request: Request) -> None:
    """Write down that the transfer was carried out."""
    key = ENTRIES + request.order
    put(store, request, key, get(store, request, key) + 1)


def both(store: Store, request: Request) -> tuple[int, int]:
    """The rows of the account it takes from and of the one it gives to."""
    source, target, _ = store.ledger.money.of(request)
    return BALANCES + source, BALANCES + target


def _locked(store: Store, request: Request) -> tuple[int, ...]:
    """Both rows, in an order that is the same for everybody: so nobody waits in a circle."""
    return tuple(sorted(both(store, request)))


def _locked_in_transaction(store: Store, request: Request) -> tuple[int, ...]:
    return _locked(store, request) if store.held_by(request) is not None else ()


EFFECTS: dict[str, Callable[[Store, Request], None]] = {
    "balance": balance,
    "transfer": transfer,
    "set-balance": set_balance,
}
ROWS: dict[str, Callable[[Store, Request], tuple[int, ...]]] = {
    "balance": _locked_in_transaction,
    "transfer": _locked,
    "set-balance": _locked,
}
LOOKS = ("balance",)
MOVING = ("transfer", "set-balance")
