"""Wires: who waits along them for a reply, what can be decided about each, and what that says."""

from __future__ import annotations

from sandbox.documents.catalogue import Behaviour
from sandbox.documents.design import Design, Link
from sandbox.documents.level import Level
from sandbox.documents.library import all_nodes, kinds_for
from sandbox.documents.schedules import gateway
from sandbox.documents.settings import setting_specs
from sandbox.documents.wires import (
    BREAKER,
    CARRIES,
    WireSetting,
    wire_change,
    wire_settings,
    wire_value,
)
from sandbox.player.edits import SetLink
from sandbox.player.placing import done_elsewhere
from sandbox.tui.board.words import written

_FEW = ("timeout", "retries", "backoff")
"""Settings of a call that are told together."""


def calls_from(level: Level, design: Design, node_id: str) -> list[Link]:
    """The wires from a node on which it waits for a reply, and which are the player's to set.

    Clients belong to the level, and what defers work knows by itself what became of it.
    """
    kinds = kinds_for(level)
    behaves: dict[str, Behaviour] = {
        node.id: kinds.behaves(node.kind)
        for node in all_nodes(level, design)
        if node.kind in kinds.kinds
    }
    fixed = {node.id for node in level.nodes}

    def answers(target: str) -> bool:
        takes = behaves[target].takes
        if takes == "either":  # as whoever is behind it
            return any(answers(link.target) for link in design.links if link.source == target)
        return takes == "calls"

    caller = behaves.get(node_id)
    if caller is None or not caller.waits_for_others:
        return []
    if caller.takes == "nothing" and node_id in fixed:
        return []
    return [link for link in design.links if link.source == node_id and answers(link.target)]


def settings_of(level: Level, design: Design, link: Link) -> dict[str, WireSetting]:
    """What can be decided about a wire, where it means anything."""
    places = {
        "calls": link in calls_from(level, design, link.source),
        "choosing": len(level.operations) > 1 and done_elsewhere(level, design, link),
        "weighted": _is_weighted(level, design, link),
        "watching": _is_looked_along(level, design, link),
        "secret": any(operation.secret for operation in level.operations.values()),
    }
    return {
        name: _completed(level, name, spec)
        for name, spec in wire_settings().items()
        if places[spec.on] and (spec.after is None or wire_value(link, spec.after))
    }


def setting_link(level: Level, link: Link, name: str, value: object) -> SetLink:
    """A change of a wire; a default is not written down."""
    default = _completed(level, name, wire_settings()[name]).default
    field, written_down = wire_change(link, name, None if value == default else value)
    return SetLink(link.source, link.target, field, written_down)


def wire_words(level: Level, design: Design, link: Link) -> str:
    """What was decided about a wire; empty where that is nothing."""
    told = settings_of(level, design, link)
    values = {name: wire_value(link, name) for name in told}
    parts = [call_words(link)]
    for name, spec in told.items():
        value = values[name]
        if spec.after == BREAKER:
            parts[-1] += f" {spec.says.format(written(value))}"
        elif name not in _FEW and value not in (None, spec.default):
            parts.append(spec.says.format(written(value)))
    return ", ".join(filter(None, parts))


def call_words(link: Link) -> str:
    """What a caller does about a reply that does not come; empty where that is nothing."""
    says = {name: wire_settings()[name].says for name in _FEW}
    parts = [says["timeout"].format(wire_value(link, "timeout"))] if link.timeout else []
    if link.retries:
        times = "once" if link.retries == 1 else f"{link.retries} times"
        parts += [
            says["retries"].format(times),
            says["backoff"].format(wire_value(link, "backoff")),
        ]
    return ", ".join(parts)


def _completed(level: Level, name: str, spec: WireSetting) -> WireSetting:
    """A setting with what only the level knows."""
    if name == CARRIES:
        return spec.model_copy(update={"choices": (str(spec.default), *level.operations)})
    if name == "every" and level.watch is not None:
        every = level.watch.model_dump(mode="json")["every"]
        return spec.model_copy(update={"default": every})
    return spec


def _is_weighted(level: Level, design: Design, link: Link) -> bool:
    """Whether its node chooses by weights among several."""
    node = design.node(link.source)
    if node is None or sum(each.source == node.id for each in design.links) < 2:
        return False
    spec = setting_specs(kinds_for(level), node.kind).get("policy")
    return spec is not None and node.settings.get("policy", spec.default) == "weighted"


def _is_looked_along(level: Level, design: Design, link: Link) -> bool:
    """Whether it comes from those who watch, whom nobody tells."""
    if level.watch is None or link.source != level.watch.by:
        return False
    return gateway(level, design, kinds_for(level)) is None
