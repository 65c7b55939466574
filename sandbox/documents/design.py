"""A design: the player's document. Nodes, links, and nothing that is derived from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sandbox.documents.base import FORMAT, Document, Id
from sandbox.documents.laws import Law
from sandbox.documents.units import Duration

Cell = Annotated[int, Field(ge=0, le=999)]
"""A column or row of the board's grid."""


class Node(Document):
    """One placed component. `at` is (column, row) on the board's grid, from 0."""

    id: Id
    kind: Id
    size: str | None = None
    count: int = Field(default=1, ge=1, le=10_000)
    at: tuple[Cell, Cell] | None = None
    settings: dict[Id, Any] = {}


class Link(Document):
    """A wire. `weight` is its share among a router's links; `latency` the way to the target.

    A call along it that has not been answered after `timeout` is given up by the caller (the
    work goes on), and one that failed is tried again up to `retries` times, after a `backoff`
    that doubles each time, give or take a half.
    """

    source: Id = Field(alias="from")
    target: Id = Field(alias="to")
    latency: Law | None = None
    weight: float = Field(default=1.0, gt=0, le=1e6)
    timeout: Duration | None = Field(default=None, gt=0)
    retries: int = Field(default=0, ge=0, le=10)
    backoff: Duration = Field(default=0.1, gt=0)

    @property
    def ends(self) -> tuple[str, str]:
        """The ids of both ends; a design has at most one link with the same two."""
        return self.source, self.target


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
