"""What is kept beside a value: a record of the request, a count, a second copy."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.simulation.effects.keys import AUDITS, CLICKS, COPIES, get, put

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.store import Store
    from sandbox.simulation.requests import Request


def audit(store: Store, request: Request) -> None:
    """Write down that this request was carried out."""
    put(store, request, AUDITS + request.order, 1)


def count(store: Store, request: Request) -> None:
    """Count it, and all those for whom it stands."""
    key = CLICKS + request.item
    stands_for = 1 if request.notes is None else request.notes.get(key, 1)
    put(store, request, key, get(store, request, key) + stands_for)


def copy(store: Store, request: Request) -> None:
    """Write the second copy of what this request has written; the last one to come stays."""
    if request.wrote >= 0:
        put(store, request, COPIES + request.item, request.wrote)


def read_copy(store: Store, request: Request) -> None:
    """See the second copy."""
    request.seen = get(store, request, COPIES + request.item)


EFFECTS: dict[str, Callable[[Store, Request], None]] = {
    "audit": audit,
    "count": count,
    "copy": copy,
    "read-copy": read_copy,
}
ROWS: dict[str, Callable[[Store, Request], tuple[int, ...]]] = {
    "audit": lambda _, request: (AUDITS + request.order,),
    "count": lambda _, request: (CLICKS + request.item,),
    "copy": lambda _, request: (COPIES + request.item,),
}
LOOKS = ("read-copy",)
