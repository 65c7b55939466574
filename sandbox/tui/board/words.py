"""What the board says about a level and its nodes: short words, with units, from the documents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.documents.catalogue import UNBOUNDED, Behaviour, Kind, Setting, Size
from sandbox.documents.decisions import built
from sandbox.documents.design import Design, Node
from sandbox.documents.kinds import catalogue
from sandbox.documents.level import Level
from sandbox.documents.library import kinds_for
from sandbox.documents.settings import setting_specs
from sandbox.documents.slos import (
    CountSlo,
    GoodSlo,
    LatencySlo,
    LostSlo,
    ScopeSlo,
    SeenSlo,
    SettledSlo,
    ShareSlo,
    Slo,
    WithinSlo,
)
from sandbox.documents.traffic import Stream
from sandbox.documents.units import RATE_UNITS, format_duration, format_share
from sandbox.documents.zones import may_stand
from sandbox.judgement.telling import time_of
from sandbox.player.choices import taken_ways
from sandbox.tui.board.glyphs import Glyphs
from sandbox.tui.board.grid import shortened

STANDS = "stands in"
_SHORT_POLICIES = {
    "round robin": "in turn",
    "least connections": "fewest",
    "two choices": "best of 2",
}
"""How a balancer chooses, for boxes too narrow for the whole word."""


@dataclass(frozen=True)
class Told:
    """One setting as it is told: its name on the screen, its value, and whether it is neutral."""

    name: str
    label: str
    value: str
    neutral: bool
    own: bool
    """Whether this kind has it for itself, which makes it worth telling even when neutral."""


def kind_of(level: Level, node: Node) -> Kind:
    """The kind of a node, as the level has it."""
    return kinds_for(level).kinds[node.kind]


def size_name(level: Level, node: Node) -> str:
    """The size a node has, whether its design names it or not."""
    return node.size or kind_of(level, node).first_size


def plural(noun: str, number: int) -> str:
    """Write `1 clerk`, `4 slots`, `2 primaries`."""
    if number == 1:
        return f"1 {noun}"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{number} {noun[:-1]}ies"
    return f"{number} {noun}{'es' if noun.endswith(('s', 'x', 'ch', 'sh')) else 's'}"


def is_counted(level: Level, node: Node) -> bool:
    """Whether there can be several of a node, so that + and - mean something."""
    return kind_of(level, node).count_most > 1 and node.id not in {n.id for n in level.nodes}


def decidable(level: Level, node: Node) -> dict[str, Setting]:
    """The settings of a node that leave anything to decide, what its kind has of its own first."""
    own = kind_of(level, node).settings
    specs = setting_specs(kinds_for(level), node.kind)
    open_ones = {name: spec for name, spec in specs.items() if not _is_fixed(spec)}
    return dict(sorted(open_ones.items(), key=lambda item: item[0] not in own))


def _is_fixed(spec: Setting) -> bool:
    """Whether bounds leave a single value."""
    return len(spec.choices) == 1 or (spec.most is not None and spec.least == spec.most)


def told_settings(level: Level, node: Node) -> tuple[Told, ...]:
    """What can be decided about a node besides how many and which size, its own first."""
    own = kind_of(level, node).settings
    where = standing(level, node)
    stands = (Told("zones", STANDS, where, not node.zones, False),) if where else ()
    return stands + tuple(
        Told(
            name,
            setting_label(name, spec),
            written(node.settings.get(name, spec.default)),
            node.settings.get(name, spec.default) == spec.default,
            name in own,
        )
        for name, spec in decidable(level, node).items()
        if not spec.is_fixed
    )


def standing(level: Level, node: Node) -> str:
    """In which zones a node stands; empty where there is no more than one, or it is in all."""
    if len(level.zones) < 2 or not may_stand(behaves(level, node)):
        return ""
    return ", ".join(node.zones or [next(iter(level.zones))])


def setting_label(name: str, spec: Setting) -> str:
    """What a setting is called on the screen."""
    return spec.label or name.replace("-", " ")


def written(raw: Any) -> str:
    """The value of a setting as the player reads it."""
    if isinstance(raw, bool):
        return "yes" if raw else "no"
    return f"{raw:,}" if isinstance(raw, int) else str(raw)


def bounds(spec: Setting) -> str:
    """What a setting may be: `0% to 80%, steps of 20%`, or its choices."""
    if spec.type == "choice":
        return ", ".join(spec.choices)
    if spec.type == "flag":
        return "yes or no"
    least, most = written(spec.least), written(spec.most)
    text = f"{least} to {most}" if spec.most is not None else f"from {least}"
    if spec.type == "limit":
        text += ", or unbounded"
    return text + (f", steps of {spec.step}" if spec.step is not None else "")


def node_title(level: Level, node: Node, glyphs: Glyphs, width: int) -> str:
    """The name of a node, and from two on how many it is."""
    many = f" {glyphs.times}{node.count}" if node.count > 1 else ""
    return shortened(node.id, width - len(many), glyphs.ellipsis) + many


def node_line(level: Level, node: Node, glyphs: Glyphs, width: int = 99) -> str:
    """What a node is, in one short line: `4 min`, `1 clerk`, `S 2 vCPU`, `20→45/h`."""
    kind = kind_of(level, node)
    if kind.behaviour == "clients":
        whole = traffic_of(level, node.id, glyphs)
        return whole if len(whole) <= width else whole[whole.find(glyphs.to) :]
    told = telling(level, node)
    if told:
        return told if len(told) <= width else _SHORT_POLICIES.get(told, telling_value(level, node))
    size, bounds_of_it = kind.sizes[size_name(level, node)], behaves(level, node).bounds
    if "keys" in bounds_of_it:
        return f"{size_name(level, node)} {handy(size.keys)} keys" if size.keys else ""
    if "vcpu" in bounds_of_it:
        return f"{size_name(level, node)} {size.vcpu} vCPU"
    if "quota" in bounds_of_it:
        return rate_words(size.quota) if size.quota else "no quota"
    special = (t for t in told_settings(level, node) if t.own and not t.neutral)
    usual = plural(kind.noun, 1) if node.count == 1 else each_takes(level, node)
    return next((f"{each.name} {each.value}" for each in special), usual)


def behaves(level: Level, node: Node) -> Behaviour:
    """What the catalogue says of how a node behaves."""
    return kinds_for(level).behaves(node.kind)


def telling(level: Level, node: Node, *, in_full: bool = False) -> str:
    """The setting that says most about a node: `least connections`, `100/s`, `every 5 min`.

    A choice or a rate speaks for itself, unless it is to be told in full: `lets in 100/s`.
    """
    name = behaves(level, node).told_by
    if name is None:
        return ""
    spec, value = setting_specs(kinds_for(level), node.kind)[name], telling_value(level, node)
    if spec.type == "limit":
        return "no limit" if value == UNBOUNDED else f"at most {value}"
    if spec.type == "choice":
        return value if in_full else value.replace("-", " ")
    alone = spec.type == "rate" and not in_full
    return value if alone else f"{setting_label(name, spec)} {value}"


def telling_value(level: Level, node: Node) -> str:
    """The value of the setting that says most about a node, where there is no room for its name."""
    name = behaves(level, node).told_by
    if name is None:
        return ""
    spec = setting_specs(kinds_for(level), node.kind)[name]
    return written(node.settings.get(name, spec.default))


def handy(count: float) -> str:
    """A count in a few characters: `948`, `20k`, `1.3M`."""
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if count >= size:
            return f"{count / size:.3g}{unit}"
    return f"{count:g}"


def limit_words(level: Level, node: Node) -> str:
    """What bounds one of a node: `2 vCPU, 50 slots`, `20,000 keys`, `a quota of 100/s`."""
    kind = kind_of(level, node)
    return size_words(kind, kind.sizes[size_name(level, node)])


def size_words(kind: Kind, size: Size) -> str:
    """What bounds a size of a kind; empty where nothing does but its count."""
    known = catalogue().behaviours[kind.behaviour]
    words = {
        "vcpu": f"{size.vcpu} vCPU",
        "slots": f"{size.slots:,} {known.slots_are}" if size.slots else "",
        "keys": f"{size.keys:,} keys" if size.keys else "",
        "quota": f"a quota of {rate_words(size.quota)}" if size.quota else "",
    }
    return ", ".join(words[each] for each in known.bounds if words[each])


def each_takes(level: Level, node: Node) -> str:
    """The mean time that one of a node needs for what it does first: `4 min`."""
    does = kind_of(level, node).does
    needs = (need for operation in level.operations.values() for need in operation.all_needs())
    for need in needs:
        if need.need in does:
            return format_duration((need.time or does[need.need].time).mean)
    return next((format_duration(ability.time.mean) for ability in does.values()), "")


def goal_words(slo: Slo, glyphs: Glyphs) -> str:
    """A service level as a goal: `eaten within 20 min ≥ 90%`."""
    match slo:
        case WithinSlo() | SettledSlo() | SeenSlo() | GoodSlo():
            return f"{slo.says} {glyphs.at_least} {format_share(slo.at_least)}"
        case LostSlo():
            return f"{slo.says} {glyphs.at_most} {format_share(slo.at_most)}"
        case LatencySlo():
            return f"{slo.says} {glyphs.at_most} {format_duration(slo.at_most)}"
        case ShareSlo(at_least=float(share)):
            return f"{slo.says} {glyphs.at_least} {format_share(share)}"
        case ShareSlo():
            return f"{slo.says} {glyphs.at_most} {format_share(slo.at_most or 0.0)}"
        case CountSlo():
            return f"{slo.says} {glyphs.at_most} {slo.at_most}"
        case ScopeSlo():
            return slo.says


def traffic_of(level: Level, source: str, glyphs: Glyphs) -> str:
    """How much comes from a clients node: `20→45/h`, `45/h` when it is steady, `100 watch`."""
    streams = [stream for stream in level.traffic if stream.source == source]
    if not streams and level.watch is not None and level.watch.by == source:
        count = next((node.count for node in level.nodes if node.id == source), 0)
        return f"{count:,} watch"
    low = sum(_rates(stream)[0] for stream in streams)
    peak = sum(max(_rates(stream)) for stream in streams)
    return _from_to(low, peak, glyphs)


def traffic_promise(level: Level, glyphs: Glyphs) -> str:
    """What is promised to come: `20→45/h at 20:00`."""
    low = sum(_rates(stream)[0] for stream in level.traffic)
    peak = sum(max(_rates(stream)) for stream in level.traffic)
    words = _from_to(low, peak, glyphs)
    times = [phase.at for stream in level.traffic for phase in stream.phases]
    highest = [
        phase.at
        for stream in level.traffic
        for phase in stream.phases
        if phase.rate == max(_rates(stream)) and phase.at > 0
    ]
    return f"{words} at {time_of(level.clock, min(highest))}" if times and highest else words


def _rates(stream: Stream) -> list[float]:
    """What comes a second, from the first moment on."""
    if stream.counts is not None:
        return [0.0, stream.counts.peak]
    return [stream.rate] if stream.rate is not None else [phase.rate for phase in stream.phases]


def _from_to(low: float, peak: float, glyphs: Glyphs) -> str:
    if not peak:
        return rate_words(peak)
    unit = next((unit for unit, size in RATE_UNITS.items() if peak * size >= 1), "d")
    first, last = (f"{rate * RATE_UNITS[unit]:.4g}" for rate in (low, peak))
    return f"{last}/{unit}" if first == last else f"{first}{glyphs.to}{last}/{unit}"


def choices_in_words(level: Level, design: Design) -> list[str]:
    """What the design decides about the level itself, one line each."""
    lines = [
        f"{level.operations[name].title}: {level.operations[name].ways[way].title}"
        for name, way in taken_ways(level, design).items()
    ]
    there = built(level, design)
    return lines + [
        f"{feature.title}: {'built' if name in there else 'left out'}"
        for name, feature in level.scope.items()
    ]


def rate_words(per_second: float) -> str:
    """A rate in the unit in which it is a handy number: `45/h`, `200/s`; `0` has none."""
    if not per_second:
        return "0"
    unit = next((unit for unit, size in RATE_UNITS.items() if per_second * size >= 1), "d")
    return f"{per_second * RATE_UNITS[unit]:.4g}/{unit}"
