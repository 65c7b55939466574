"""Wires that are calls: who waits along them for a reply, how long, and how often he asks."""

from __future__ import annotations

from sandbox.documents.design import Design, Link
from sandbox.documents.level import Level
from sandbox.documents.library import all_nodes, kinds_for
from sandbox.documents.units import format_duration

_WAITING = ("compute", "function", "router", "gate", "cache")
"""Behaviours that call others and are the player's to set. Clients belong to the level, and a
queue knows by itself what became of a message."""


def calls_from(level: Level, design: Design, node_id: str) -> list[Link]:
    """The wires from a node on which it waits for a reply."""
    kinds = kinds_for(level)
    behaviours = {
        node.id: kinds.kinds[node.kind].behaviour
        for node in all_nodes(level, design)
        if node.kind in kinds.kinds
    }

    def answers(target: str) -> bool:
        takes = kinds.behaviours[behaviours[target]].takes
        if takes == "either":  # as whoever is behind it
            return any(answers(link.target) for link in design.links if link.source == target)
        return takes == "calls"

    if behaviours.get(node_id) not in _WAITING:
        return []
    return [link for link in design.links if link.source == node_id and answers(link.target)]


def call_words(link: Link) -> str:
    """What a caller does about a reply that does not come; empty where that is nothing."""
    parts = [f"gives up after {format_duration(link.timeout)}"] if link.timeout else []
    if link.retries:
        times = "once" if link.retries == 1 else f"{link.retries} times"
        parts.append(f"tries again {times}, first after {format_duration(link.backoff)}")
    return ", ".join(parts)
