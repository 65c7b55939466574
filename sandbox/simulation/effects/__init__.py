"""What needs do to data, besides the time they take: one file for each thing that data is about.

An effect is a function of a store and a request, called when the work for the need is done. To add
one: a function, its name in the table of its file, and the file in the tables here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from sandbox.simulation.effects import stock, transactions, values

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.store import Store
    from sandbox.simulation.requests import Request

Effect: TypeAlias = "Callable[[Store, Request], None]"

EFFECTS: dict[str, Effect] = {**values.EFFECTS, **stock.EFFECTS, **transactions.EFFECTS}
"""By need. What is not here is only work."""

ROWS: dict[str, Callable[[Request], int]] = {**values.ROWS, **stock.ROWS}
"""Needs that change a row, and which one: it is locked until the change is committed."""


def only_work(_: Request) -> None:
    """Needs without a meaning for data."""
