"""Changes that somebody wants to see: who watches what, and whether he is told or has to look."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from sandbox.documents.base import Document, Id
from sandbox.documents.catalogue import Catalogue
from sandbox.documents.units import Duration


class Watch(Document):
    """The clients of a node want to see every change; `count` of the node is how many they are.

    Where they are wired to gateways that hold their connections, they are told. Otherwise each of
    them `looks` every so often: as their wire says, and `every` by default.
    """

    changes: Id
    """The operation that changes what they look at. It is about one thing."""
    looks: Id
    """The operation by which they look."""
    by: Id
    every: Duration = Field(default=1.0, ge=0.1)


def gateway_of(
    watch: Watch, kinds: dict[str, str], links: list[tuple[str, str]], catalogue: Catalogue
) -> str | None:
    """The gateways that those who watch are wired to; None: they have to look.

    `kinds` are those of all nodes, `links` the ends of all wires.
    """
    seen, left = {watch.by}, [watch.by]
    while left:
        node = left.pop(0)
        for target in _behind(node, links):
            kind = catalogue.kinds.get(kinds.get(target, ""))
            if kind is None or target in seen:
                continue
            if kind.behaviour == "sockets":
                return target
            seen.add(target)
            if catalogue.behaviours[kind.behaviour].passes_on:
                left.append(target)
    return None


def _behind(node: str, links: list[tuple[str, str]]) -> Iterator[str]:
    return (target for source, target in links if source == node)
