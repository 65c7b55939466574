"""Permissions: whether an item may be seen, and what somebody is told who may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sandbox.simulation.effects.keys import PERMISSIONS, get, put
from sandbox.simulation.requests import DENIED, END

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.store import Store
    from sandbox.simulation.requests import Request


def permit(store: Store, request: Request) -> None:
    """Ask whether it may be seen; where nobody ever changes that, it may."""
    if store.ledger.access is None:
        request.seen = max(request.seen, 0)
    else:
        decide(request, get(store, request, PERMISSIONS + request.item))


def decide(request: Request, version: int) -> None:
    """Go on, or be told that it may not be seen, by this version of the permission."""
    request.note(PERMISSIONS + request.item, version)
    if version % 2:
        request.answer = DENIED
        request.seen = -1
        request.step = END


def revoke(store: Store, request: Request) -> None:
    """Withdraw the permission, if it is there."""
    _change(store, request, withdrawn=True)


def grant(store: Store, request: Request) -> None:
    """Give the permission back, if it is not there."""
    _change(store, request, withdrawn=False)


def _change(store: Store, request: Request, *, withdrawn: bool) -> None:
    key = PERMISSIONS + request.item
    version = get(store, request, key)
    if version % 2 != withdrawn:
        version += 1
        put(store, request, key, version)
    request.note(key, version)


EFFECTS: dict[str, Callable[[Store, Request], None]] = {
    "permit": permit,
    "revoke": revoke,
    "grant": grant,
}
ROWS: dict[str, Callable[[Store, Request], tuple[int, ...]]] = dict.fromkeys(
    ("revoke", "grant"), lambda _, request: (PERMISSIONS + request.item,)
)
LOOKS = ("permit",)
CHANGING = ("revoke", "grant")
"""Needs after which a copy of a permission may no longer be true."""
