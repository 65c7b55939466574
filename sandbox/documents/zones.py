"""Zones: where the instances of nodes stand, and how far these places are from each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from pydantic import Field

from sandbox.documents.base import Document, Id, Text
from sandbox.documents.laws import Law
from sandbox.documents.problems import Problem
from sandbox.documents.source import Trail
from sandbox.documents.words import suggestion

if TYPE_CHECKING:
    from sandbox.documents.catalogue import Behaviour, Catalogue
    from sandbox.documents.design import Node

ZONE = "zone"
"""The incident that happens to all that stands in one zone."""


class Zone(Document):
    """A building with its own power and network. Those of one region are close together."""

    title: Text
    region: Id = "home"


class Distances(Document):
    """How long a call and its answer are under way, where its wire does not say.

    Source: measurements between zones of one region give 0.3 to 1.5 ms; 60 ms is across a
    continent (a judgement), 150 ms across an ocean.
    """

    zones: Law = Field(default_factory=lambda: Law(shape="fixed", mean=0.001))
    """Between two zones of a region."""
    regions: Law = Field(default_factory=lambda: Law(shape="fixed", mean=0.06))
    """Between zones of two regions."""


def zone_of(node: Node, instance: int, zones: Mapping[str, Zone], *, stands: bool) -> str:
    """The zone in which an instance of a node stands; empty where it stands in none.

    What `stands` in one zone, and does not say in which, is in the first one.
    """
    if not zones:
        return ""
    if node.zones:
        return node.zones[instance % len(node.zones)]
    return next(iter(zones)) if stands else ""


def may_stand(behaviour: Behaviour) -> bool:
    """Whether what behaves so stands in single zones; all else is in all zones at once."""
    return ZONE in behaviour.suffers or behaviour.takes == "nothing"


def check_zones(
    catalogue: Catalogue, nodes: Iterable[Node], zones: Mapping[str, Zone], path: Trail
) -> Iterator[Problem]:
    """Nodes in zones that there are none of, and such as stand in no single zone."""
    for at, node in enumerate(nodes):
        if not node.zones:
            continue
        here: Trail = (*path, at, "zones")
        kind = catalogue.kinds.get(node.kind)
        behaviour = None if kind is None else catalogue.behaviours[kind.behaviour]
        if not zones:
            yield Problem("this level has no zones", here, "take `zones` out")
        elif behaviour is not None and not may_stand(behaviour):
            message = f"a `{node.kind}` is in all zones at once"
            yield Problem(message, here, "take `zones` out")
        for number, zone in enumerate(node.zones):
            if zones and zone not in zones:
                hint = suggestion(zone, zones)
                yield Problem(f"there is no zone `{zone}`", (*here, number), hint)
