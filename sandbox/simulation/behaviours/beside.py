"""How a cache is wired: beside the way of those who look there first, and in hearing of replies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sandbox.documents.design import Link
from sandbox.simulation.behaviours.aside import Aside, FarAside, RestOfTheWay
from sandbox.simulation.behaviours.base import SimLink, SimNode

if TYPE_CHECKING:
    from sandbox.simulation.behaviours.cache import Cache
    from sandbox.simulation.wiring import Wiring


def stand_beside(cache: Cache, wiring: Wiring) -> None:
    """Put it beside the way of whoever has a wire to it, and does not send requests through it.

    He looks there first and tells it later. How far it is depends on where he stands.
    """
    for wire in wiring.plan.design.links:
        for to_cache in wiring.sim_links[wire.ends]:
            if to_cache.target is cache:
                for node in wiring.world.instances[wire.source]:
                    _beside(cache, node, wire, to_cache, wiring)


def hear_late_replies(cache: Cache, ways: Mapping[int, SimLink]) -> None:
    """Let it remember what comes when whoever has asked for it has given up."""
    for step, link in ways.items():
        while isinstance(link.target, Aside | RestOfTheWay):
            link = link.target.usual  # noqa: PLW2901 - the way itself, behind what stands in it
        heard = link.guard.late if link.guard is not None else None
        if heard is not None and step in cache.covers and cache.late_fill not in heard:
            heard.append(cache.late_fill)


def _beside(cache: Cache, node: SimNode, wire: Link, to_cache: SimLink, wiring: Wiring) -> None:
    beside = {}
    for step, usual in list(node.onward.items()):
        if usual.target is cache:
            continue  # it is in the way itself
        if not wire.is_for(wiring.plan.steps[step].operation):
            continue
        if step in cache.covers or _changes(cache, usual, step, wiring):
            aside = _aside(cache, node, wire, to_cache, usual, wiring)
            node.onward[step] = SimLink(aside, 1.0, None)
            beside[step] = usual
    if cache.place.settings["late-fill"]:
        hear_late_replies(cache, beside)


def _aside(
    cache: Cache, node: SimNode, wire: Link, to_cache: SimLink, usual: SimLink, wiring: Wiring
) -> Aside:
    if to_cache is wiring.sim_links[wire.ends][0]:
        to_cache = wiring.way(node, wire)
    here, there = node.place.zone, cache.place.zone
    if wiring.world.can_part and here and there and here != there:
        return FarAside(cache, to_cache, usual, here, wiring.world.cuts)
    return Aside(cache, to_cache, usual)


def _changes(cache: Cache, link: SimLink, step: int, wiring: Wiring) -> bool:
    """Whether what is done in one go where a link leads to changes what is kept there."""
    target = link.target
    while isinstance(target, Aside):
        target = target.usual.target
    node = target if isinstance(target, SimNode) else target.behind
    own = wiring.done_by(node, step) if node is not None else []
    return not cache.kept.changes.isdisjoint(own or [step])
