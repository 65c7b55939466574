"""What is known of the chosen node, in two lines or, where there is room, in a column."""

from __future__ import annotations

from sandbox.documents.design import Node
from sandbox.documents.level import Level
from sandbox.tui.board.facts import Facts
from sandbox.tui.board.glyphs import Glyphs
from sandbox.tui.board.words import (
    Told,
    each_takes,
    kind_of,
    node_title,
    plural,
    size_name,
    told_settings,
    traffic_of,
)
from sandbox.tui.wording import money

_WIDE = 40
"""No title is longer than an id may be."""


def headline(level: Level, node: Node, known: Facts, glyphs: Glyphs) -> str:
    """Who it is, what of, and its price: `oven ×4   4 slots, 8 min each   $120`."""
    parts = [node_title(level, node, glyphs, _WIDE), amount(level, node, glyphs)]
    if not _is_clients(level, node):
        parts.append(money(known.cost_of(node.id)))
    return "   ".join(parts)


def amount(level: Level, node: Node, glyphs: Glyphs) -> str:
    """How many of what, and what one of them takes or has."""
    kind = kind_of(level, node)
    if kind.behaviour == "clients":
        return f"{kind.title}, {traffic_of(level, node.id, glyphs)}"
    if kind.behaviour in ("compute", "store"):
        size = kind.sizes[size_name(level, node)]
        return f"{kind.title}, size {size_name(level, node)}, {size.vcpu} vCPU"
    if kind.behaviour == "router":
        policy = next(told.value for told in told_settings(level, node) if told.name == "policy")
        return f"{kind.title}, {policy}"
    takes = each_takes(level, node)
    if kind.behaviour not in ("station", "batch-station") or not takes:
        return kind.title
    return f"{plural(kind.noun, node.count)}, {takes}{' each' if node.count > 1 else ''}"


def settings_line(level: Level, node: Node) -> str:
    """The settings that this kind has for itself or that are not neutral, and the key to them."""
    told = [t for t in told_settings(level, node) if t.own or not t.neutral]
    if told:
        return "   ".join(f"{t.label} {t.value}" for t in told) + " (Enter)"
    return "settings (Enter)" if told_settings(level, node) else ""


def estimate_line(known: Facts, node_id: str) -> str:
    """How busy it would be at the peak, marked as the estimate that it is."""
    if node_id not in known.busy:
        return ""
    busy = known.busy[node_id]
    over = ", too much" if busy > 1 else ""
    return f"estimate at the peak: {busy:.0%} busy{over}"


def two_lines(
    level: Level, node: Node, known: Facts, glyphs: Glyphs, width: int
) -> tuple[str, str]:
    """The inspector where there is little room; the estimate goes wherever it fits."""
    first, second = headline(level, node, known, glyphs), settings_line(level, node)
    guess = estimate_line(known, node.id)
    if node.id in known.stranded:
        guess = f"{glyphs.warning} no route"
    if guess and len(first) + len(guess) + 3 <= width:
        first = first + guess.rjust(width - len(first))
    elif guess:
        second = f"{second}   {guess}" if second else guess
    return first, second or kind_of(level, node).summary


def column(level: Level, node: Node, known: Facts, glyphs: Glyphs) -> list[tuple[str, str]]:
    """The inspector as a column: lines with their style names, wrapped by who shows them."""
    kind = kind_of(level, node)
    lines = [(node_title(level, node, glyphs, _WIDE), "title"), (kind.title, "quiet")]
    lines += [("", ""), (amount(level, node, glyphs), "")]
    if not _is_clients(level, node):
        price = money(known.cost_of(node.id))
        lines.append((f"{price} a {level.budget[1]}" if level.budget else price, ""))
    if node.id in known.stranded:
        lines.append((f"{glyphs.warning} no route", "warning"))
    told = told_settings(level, node)
    if told:
        lines += [("", ""), ("settings (Enter)", "quiet")]
        lines += [(f"{each.label} {each.value}", _weight(each)) for each in told]
    guess = estimate_line(known, node.id)
    if guess:
        lines += [("", ""), (guess, "")]
    return [*lines, ("", ""), (kind.summary, "quiet"), ("", ""), (f"Fails: {kind.fails}", "quiet")]


def _weight(told: Told) -> str:
    return "" if told.own or not told.neutral else "quiet"


def _is_clients(level: Level, node: Node) -> bool:
    return kind_of(level, node).behaviour == "clients"
