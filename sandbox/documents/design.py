"""A design: the player's document. Nodes, links, and nothing that is derived from them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sandbox.documents.base import FORMAT, Document, Id
from sandbox.documents.laws import Law

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
    """A wire. `weight` is its share among a router's links; `latency` the way to the target."""

    source: Id = Field(alias="from")
    target: Id = Field(alias="to")
    latency: Law | None = None
    weight: float = Field(default=1.0, gt=0, le=1e6)

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

    def node(self, node_id: str) -> Node | None:
        """The node with this id, or None."""
        return next((node for node in self.nodes if node.id == node_id), None)
