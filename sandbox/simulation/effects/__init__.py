"""What needs do to data, besides the time they take: one file for each thing that data is about.

An effect is a function of a store and a request, called when the work for the need is done. To add
one: a function, its name in the table of its file, the file in the tables here, and a line in
`docs/NEEDS.md`. What it keeps besides the values of items gets keys of its own (`keys.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from sandbox.simulation.effects import (
    edits,
    money,
    permissions,
    records,
    stock,
    transactions,
    values,
)

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.store import Store
    from sandbox.simulation.requests import Request

Effect: TypeAlias = "Callable[[Store, Request], None]"
Rows: TypeAlias = "Callable[[Store, Request], tuple[int, ...]]"

EFFECTS: dict[str, Effect] = {
    **values.EFFECTS,
    **edits.EFFECTS,
    **permissions.EFFECTS,
    **money.EFFECTS,
    **records.EFFECTS,
    **stock.EFFECTS,
    **transactions.EFFECTS,
}
"""By need. What is not here is only work."""

ROWS: dict[str, Rows] = {
    **values.ROWS,
    **edits.ROWS,
    **permissions.ROWS,
    **money.ROWS,
    **records.ROWS,
    **stock.ROWS,
}
"""Needs that change rows, and which: they are locked, in this order, until that is committed."""

WRITES = (*values.WRITES, *edits.SAVING)
"""Needs that make a new version of the item."""

LOOKS = (*values.LOOKS, *permissions.LOOKS, *money.LOOKS, *records.LOOKS)
"""Needs that see what is there."""


def only_work(_: Request) -> None:
    """Needs without a meaning for data."""
