"""Keys of what a store keeps besides the values of items, each kind in a space of its own.

What a store holds under a key is a whole number: the version of a value, or what the space says.
So whatever copies, loses or brings back the versions of a store does so with all of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.store import Store
    from sandbox.simulation.requests import Request

_SPACE = 1 << 57
"""More than there are items, or requests (see `Request.order`)."""

PERMISSIONS = 1 * _SPACE
"""Whether an item may be seen: even while it may, odd once that was withdrawn."""
BALANCES = 2 * _SPACE
"""What an account holds, in units; it may be below zero."""
ENTRIES = 3 * _SPACE
"""By request: how often its transfer has been carried out."""
CLICKS = 4 * _SPACE
"""How often an item was counted."""
COPIES = 5 * _SPACE
"""The version of an item that its second copy has."""
AUDITS = 6 * _SPACE
"""By request: whether there is a record of it."""


def get(store: Store, request: Request, key: int) -> int:
    """What is under a key, as this request sees it: its own transaction, or what all see."""
    held = store.held_by(request)
    if held is not None and key in held.written:
        return held.written[key]
    return store.versions.get(key, 0)


def put(store: Store, request: Request, key: int, value: int) -> None:
    """Change what is under a key; in a transaction, nobody else sees it before the commit."""
    held = store.held_by(request)
    if held is None:
        store.publish(key, value)
    else:
        held.written[key] = value
