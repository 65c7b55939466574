"""The board in words, for screen readers and for `--plain`."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.documents.decisions import decided
from sandbox.documents.design import Design, Node
from sandbox.documents.level import Level
from sandbox.documents.library import all_nodes
from sandbox.judgement.charges import rules
from sandbox.tui.board.calls import wire_words
from sandbox.tui.board.facts import Facts, charged_words, cost_line, facts, trouble
from sandbox.tui.board.glyphs import Glyphs, glyphs
from sandbox.tui.board.inspector import amount, estimate_line, price
from sandbox.tui.board.words import (
    choices_in_words,
    goal_words,
    kind_of,
    node_title,
    told_settings,
    traffic_promise,
)

_WIDE = 60
"""No name of a node is longer."""


def describe(level: Level, design: Design, *, ascii_only: bool = False) -> str:
    """Goals, cost, and every node with its settings and where its wires go."""
    known, table = facts(level, design), glyphs(ascii_only)
    lines = [level.title, f"Cost: {cost_line(level, known)}."]
    lines += [f"Charged: {charged_words(known.charges)}."] if known.charges else []
    lines += [f"Changing it: {rule}" for rule in rules(level)]
    lines += [f"Goal: {goal_words(slo, table)}." for slo in level.slos]
    lines.append(f"Traffic: {traffic_promise(decided(level, design), table)}.")
    lines += [f"Choice: {each}." for each in choices_in_words(level, design)]
    nodes = all_nodes(level, design)
    lines += ["", f"{len(nodes)} nodes, {len(design.links)} links."]
    for node in nodes:
        lines += _node(level, design, node, known, table)
    wrong = trouble(level, known)
    return "\n".join([*lines, *(["", f"{table.warning} {wrong}."] if wrong else []), ""])


def _node(level: Level, design: Design, node: Node, known: Facts, table: Glyphs) -> Iterator[str]:
    costs = known.cost_of(node.id) or known.charged_for(node.id)
    what = amount(decided(level, design), node, table)
    name = node.id if what.startswith(f"{node.count} ") else node_title(level, node, table, _WIDE)
    parts = [
        f"{name}: {what}",
        *([price(node, known)] if costs else []),
    ]
    guess = estimate_line(known, node.id, kind_of(level, node).behaviour)
    yield ", ".join([*parts, *([guess] if guess else [])]) + "."
    told = [f"{t.label} {t.value}" for t in told_settings(level, node) if t.own or not t.neutral]
    if told:
        yield f"  settings: {', '.join(told)}."
    wires = [link for link in design.links if link.source == node.id]
    decided_on = [wire_words(level, design, link) for link in wires]
    goes = [
        f"{link.target} ({words})" if words else link.target
        for link, words in zip(wires, decided_on, strict=True)
    ]
    if goes:
        yield f"  wired to {', '.join(goes)}."
    elif node.id in known.exits:
        yield f"  the last: then it is {level.exit or 'done'}."
    else:
        yield "  wired to nothing."
