"""A design: the player's document. Nodes, links, and nothing that is derived from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sandbox.documents.base import FORMAT, Document, Id
from sandbox.documents.laws import Law
from sandbox.documents.units import Duration, Share

Cell = Annotated[int, Field(ge=0, le=999)]
"""A column or row of the board's grid."""


class Node(Document):
    """One placed component. `at` is (column, row) on the board's grid, from 0."""

    id: Id
    kind: Id
    size: str | None = None
    count: int = Field(default=1, ge=1, le=10_000)
    at: tuple[Cell, Cell] | None = None
    zones: tuple[Id, ...] = ()
    """Where its instances stand, in turn; by default all of them in the level's first zone."""
    settings: dict[Id, Any] = {}


class Breaker(Document):
    """When a caller stops calling for a while, because too much of it has failed lately.

    It opens when `opens_at` of the last `among` calls have failed. For as long as it `rests`, every
    call is refused at once; then one is let through, and how that ends decides.
    """

    opens_at: Share = Field(default=0.5, gt=0)
    among: int = Field(default=20, ge=1, le=1000)
    rests: Duration = Field(default=10.0, gt=0)


class Link(Document):
    """A wire. `weight` is its share among a router's links; `latency` the way to the target.

    It `carries` only these operations; by default all that can be done at its end.

    A call along it that has not been answered after `timeout` is given up by the caller (the
    work goes on), and one that failed is tried again up to `retries` times, after a `backoff`
    that doubles each time: with `jitter` give or take a half, without it exactly. A `budget` lets
    no more be tried again than this share of all calls, and a few besides (see `simulation/
    restraint.py`).

    A `breaker` stops calling for a while when too much fails. A `bulkhead` has no more calls than
    this under way at once, the pauses before retries included. What either refuses is charged to
    the caller. Each instance of the caller has its own of these, for each instance of the target;
    the clients of a node count as one.
    """

    source: Id = Field(alias="from")
    target: Id = Field(alias="to")
    latency: Law | None = None
    weight: float = Field(default=1.0, gt=0, le=1e6)
    carries: Annotated[tuple[Id, ...], Field(min_length=1)] | None = None
    timeout: Duration | None = Field(default=None, gt=0)
    retries: int = Field(default=0, ge=0, le=10)
    backoff: Duration = Field(default=0.1, gt=0)
    jitter: bool = True
    budget: Share | None = Field(default=None, gt=0)
    breaker: Breaker | None = None
    bulkhead: int | None = Field(default=None, ge=1, le=1_000_000)
    every: Duration | None = Field(default=None, ge=0.1)
    """Of a wire from clients who watch: how often each of them looks along it."""
    encrypted: bool = False
    """Whether nobody can listen to it; that costs processor time at its end."""

    @property
    def ends(self) -> tuple[str, str]:
        """The ids of both ends; a design has at most one link with the same two."""
        return self.source, self.target

    @property
    def restrains(self) -> bool:
        """Whether the caller itself may hold a call back."""
        return self.breaker is not None or self.bulkhead is not None

    def is_for(self, operation: str) -> bool:
        """Whether it carries an operation."""
        return self.carries is None or operation in self.carries


class Design(Document):
    """A board as a document. The level's fixed nodes belong to it without being listed."""

    format: Literal[1] = FORMAT
    level: Id
    name: str = Field(default="", max_length=60)
    nodes: tuple[Node, ...] = ()
    links: tuple[Link, ...] = ()
    ways: dict[Id, Id] = {}
    """How operations are carried out, where the level leaves a choice."""
    scope: tuple[Id, ...] | None = None
    """The features that are built; None: those of the starting board."""
    was: tuple[Node, ...] = ()
    """On a second night: the nodes of the board this one grew out of."""

    def node(self, node_id: str) -> Node | None:
        """The node with this id, or None."""
        return next((node for node in self.nodes if node.id == node_id), None)
