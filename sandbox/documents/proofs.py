"""What a level claims to teach: designs that win, and designs that must lose."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from sandbox.documents.base import Document, Id, Text
from sandbox.documents.design import Link, Node
from sandbox.documents.units import Price


class Change(Document):
    """What is different about one node."""

    count: int | None = Field(default=None, ge=1)
    size: str | None = None
    settings: dict[Id, Any] = {}


class Variation(Document):
    """A design described by its difference from another.

    `set` changes nodes; `without` takes nodes out and closes the wires around the gap;
    `delete` takes nodes out and leaves the gap; `nodes` and `links` replace all of them.
    """

    says: Text
    set: dict[Id, Change] = {}
    without: tuple[Id, ...] = ()
    delete: tuple[Id, ...] = ()
    nodes: tuple[Node, ...] | None = None
    links: tuple[Link, ...] | None = None
    ways: dict[Id, Id] = {}
    """Operations that are carried out in another way."""
    scope: tuple[Id, ...] | None = None
    """The features that are built."""


class Ablation(Variation):
    """A winner with its taught part taken out or its policy set to neutral."""

    loses: Id
    """The SLO it must lose."""


class Loser(Variation):
    """A design that must lose: the naive one, and every cheat found so far."""

    loses: Id


class Winner(Variation):
    """A design that must win, with the author's cost for this kind of solution."""

    par: Price
    ablation: Ablation


class Bigger(Document):
    """Every combination of these counts and sizes within the budget must lose."""

    says: Text
    counts: dict[Id, tuple[int, int]] = {}
    sizes: dict[Id, tuple[str, ...]] = {}


class Proofs(Document):
    """What `sandbox prove` must show of this level."""

    naive: Loser
    winners: dict[Id, Winner] = Field(min_length=1)
    """Two at the least that differ in kind; on a second night they may differ in size."""
    bigger: Bigger | None = None
    losers: dict[Id, Loser] = {}
