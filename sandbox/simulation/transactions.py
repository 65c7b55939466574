"""A transaction: what a request holds in a store from `begin` to `commit`, and may undo."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.store import Store
    from sandbox.simulation.lines import Slots


class Transaction:
    """Rows and a connection that are held, and changes that count only once it is committed.

    All parts of a request share it, so that each of them sees when it is over.
    """

    __slots__ = ("connection", "is_open", "order", "rows", "store", "units", "written")

    def __init__(self, store: Store, connection: Slots | None, order: int) -> None:
        self.store = store
        self.connection = connection
        self.order = order
        """Whose it is."""
        self.is_open = True
        self.rows: list[int] = []
        self.units = 0
        """Units of the stock that were counted off."""
        self.written: dict[int, int] = {}
        """Versions of keys that nobody else sees yet."""

    def roll_back(self) -> None:
        """Nothing came of it: undo what it did, and let go of what it holds. Once is enough."""
        if self.is_open:
            self.store.roll_back(self)
