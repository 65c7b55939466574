"""What is known of the chosen node, in two lines or, where there is room, in a column."""

from __future__ import annotations

from sandbox.documents.decisions import decided
from sandbox.documents.design import Design, Link, Node
from sandbox.documents.kinds import catalogue
from sandbox.documents.level import Level
from sandbox.player.choices import taken_ways
from sandbox.tui.board.calls import settings_of, wire_words
from sandbox.tui.board.facts import Facts, charged_words
from sandbox.tui.board.glyphs import Glyphs
from sandbox.tui.board.words import (
    Told,
    behaves,
    each_takes,
    kind_of,
    limit_words,
    node_title,
    plural,
    size_name,
    telling,
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
        parts.append(price(node, known))
    return "   ".join(parts)


def price(node: Node, known: Facts) -> str:
    """What a node costs, and what its change is charged with: `$65 + $190 charged`."""
    charged = known.charged_for(node.id)
    return money(known.cost_of(node.id)) + (f" + {money(charged)} charged" if charged else "")


def amount(level: Level, node: Node, glyphs: Glyphs) -> str:
    """How many of what, and what one of them takes or has."""
    kind = kind_of(level, node)
    limits = limit_words(level, node)
    if kind.behaviour == "clients":
        return f"{kind.title}, {traffic_of(level, node.id, glyphs)}"
    known, takes = behaves(level, node), each_takes(level, node)
    if known.works and known.takes == "hand-offs" and takes:
        return f"{plural(kind.noun, node.count)}, {takes}{' each' if node.count > 1 else ''}"
    sized = (limits or len(kind.sizes) > 1) and not known.is_foreign
    size = f"size {size_name(level, node)}" if sized else ""
    told = telling(level, node, in_full=True)
    return ", ".join(filter(None, (kind.title, told, size, limits)))


def settings_line(level: Level, node: Node) -> str:
    """The settings that this kind has for itself or that are not neutral, and the key to them."""
    told = [t for t in told_settings(level, node) if t.own or not t.neutral]
    if told:
        return "   ".join(f"{t.label} {t.value}" for t in told) + " (Enter)"
    return "settings (Enter)" if told_settings(level, node) else ""


def ways_at(level: Level, design: Design, node: Node, known: Facts) -> list[str]:
    """How the code that runs on a node does what can be done in several ways."""
    if not behaves(level, node).runs_code:
        return []
    return [
        f"{operation}: {level.operations[operation].ways[way].title}"
        for operation, way in taken_ways(level, design).items()
        if node.id in known.routes.get(operation, ())
    ]


def estimate_line(known: Facts, node_id: str, behaviour: str = "") -> str:
    """How busy it would be at the peak, marked as the estimate that it is."""
    if node_id not in known.busy:
        return ""
    busy = known.busy[node_id]
    of = catalogue().behaviours.get(behaviour)
    over = ", too much" if busy > 1 and not (of and of.admits) else ""
    return f"estimate at the peak: {busy:.0%} {of.load if of else 'busy'}{over}"


def two_lines(
    level: Level, design: Design, node: Node, known: Facts, glyphs: Glyphs, width: int
) -> tuple[str, str]:
    """The inspector where there is little room; the estimate goes wherever it fits."""
    asked = decided(level, design)
    first, second = headline(asked, node, known, glyphs), settings_line(level, node)
    if not second and any(settings_of(level, design, link) for link in _away(design, node)):
        second = "its wires (Enter)"
    guess = estimate_line(known, node.id, kind_of(level, node).behaviour)
    if node.id in known.stranded:
        guess = f"{glyphs.warning} no route"
    ways = [f"{way} (c)" for way in ways_at(level, design, node, known)]
    if guess and len(first) + len(guess) + 3 <= width:
        first = first + guess.rjust(width - len(first))
        guess = ""
    parts = [*filter(None, (guess, *ways))]
    if second and sum(map(len, (second, *parts))) + 3 * len(parts) > width:
        second = _shorter(level, node)
    line = "   ".join(filter(None, (second, *parts)))
    return first, _cut(line, width, glyphs) or kind_of(level, node).summary


def column(
    level: Level, design: Design, node: Node, known: Facts, glyphs: Glyphs
) -> list[tuple[str, str]]:
    """The inspector as a column: lines with their style names, wrapped by who shows them."""
    kind = kind_of(level, node)
    lines = [(node_title(level, node, glyphs, _WIDE), "title"), (kind.title, "quiet")]
    lines += [("", ""), (amount(decided(level, design), node, glyphs), "")]
    if not _is_clients(level, node):
        cost = money(known.cost_of(node.id))
        lines.append((f"{cost} a {level.budget[1]}" if level.budget else cost, ""))
        charged = [part for part in known.charges if part.node == node.id]
        lines += [(f"charged {charged_words(charged)}", "warning")] if charged else []
    if node.id in known.stranded:
        lines.append((f"{glyphs.warning} no route", "warning"))
    guess = estimate_line(known, node.id, kind_of(level, node).behaviour)
    if guess:
        lines += [("", ""), (guess, "")]
    ways = ways_at(level, design, node, known)
    if ways:
        lines += [("", ""), ("choices (c)", "quiet"), *((way, "") for way in ways)]
    wires = {x.target: wire_words(level, design, x) for x in _away(design, node)}
    if any(wires.values()):
        lines += [("", ""), ("wires (Enter)", "quiet")]
        lines += [(f"{glyphs.to}{target}: {says}", "") for target, says in wires.items() if says]
    told = told_settings(level, node)
    if told:
        lines += [("", ""), ("settings (Enter)", "quiet")]
        lines += [(f"{each.label} {each.value}", _weight(each)) for each in told]
    return [*lines, ("", ""), (kind.summary, "quiet"), ("", ""), (f"Fails: {kind.fails}", "quiet")]


def _shorter(level: Level, node: Node) -> str:
    """Only the settings that are not neutral."""
    told = [f"{t.label} {t.value}" for t in told_settings(level, node) if not t.neutral]
    return "   ".join(told) + " (Enter)" if told else "settings (Enter)"


def _cut(line: str, width: int, glyphs: Glyphs) -> str:
    return line if len(line) <= width else line[: width - len(glyphs.ellipsis)] + glyphs.ellipsis


def _weight(told: Told) -> str:
    return "" if told.own or not told.neutral else "quiet"


def _away(design: Design, node: Node) -> list[Link]:
    return [link for link in design.links if link.source == node.id]


def _is_clients(level: Level, node: Node) -> bool:
    return kind_of(level, node).behaviour == "clients"
