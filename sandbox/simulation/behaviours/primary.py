"""A primary: a store whose copies may have to know of a write, and may take over from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.documents.problems import DocumentError
from sandbox.simulation.behaviours.base import Place
from sandbox.simulation.behaviours.store import Store
from sandbox.simulation.effects import stock
from sandbox.simulation.failover import Failover

if TYPE_CHECKING:
    from sandbox.simulation.wiring import Wiring


class Primary(Store):
    """A store that is not alone. What may happen to it and its copies, `Failover` says.

    With `acknowledged-by` a write counts only when so many replicas have applied it (none: it
    counts at once, and they get it later). Where fewer can be reached, writes wait for them and
    hold their connections; or they `go-on` without, after a while.

    Fails by losing what it had promised when a copy takes over; by two sides that both promise; or
    by promising nothing for as long as its copies are away.
    """

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.failover: Failover | None = None

    def prepare(self, wiring: Wiring) -> None:
        """Have somebody watch over it, if that is wanted."""
        super().prepare(wiring)
        if self.copies is None or self.setting("failover") == "none":
            return
        if wiring.world.level.stock and not stock.EFFECTS.keys().isdisjoint(self.place.kind.does):
            raise DocumentError.single(
                f"`{self.name}` counts a stock, and no copy could go on with that",
                hint="let nobody take over from it, or keep the stock elsewhere",
            )
        self.failover = Failover(self.copies, wiring)

    @property
    def leader(self) -> Store:
        """Whoever has its place now."""
        return self if self.failover is None else self.failover.copies.leader
