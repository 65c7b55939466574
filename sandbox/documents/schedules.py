"""Jobs that nobody asks for: streams of requests that come from the schedulers of a design."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from sandbox.documents.catalogue import Catalogue
from sandbox.documents.design import Design, Node
from sandbox.documents.level import Level
from sandbox.documents.problems import Problem
from sandbox.documents.settings import setting_specs, setting_value
from sandbox.documents.source import Trail
from sandbox.documents.traffic import Stream
from sandbox.documents.watching import gateway_of
from sandbox.documents.words import suggestion

STARTS = "starts"
"""The setting of a scheduler that says which operation it starts."""

_APART = 1 << 15


class Schedule(Stream):
    """The jobs of one scheduler: a stream that its settings say, and not the level."""

    @property
    def number(self) -> int:
        """Its number among the streams: its own, so that it changes the draws of no other."""
        return _APART | (zlib.crc32(self.source.encode()) & (_APART - 1))


def schedules(level: Level, design: Design, catalogue: Catalogue) -> tuple[Schedule, ...]:
    """What the schedulers of a design bring, where they are set to something that there is."""
    made = []
    for node in (*level.nodes, *design.nodes):
        kind = catalogue.kinds.get(node.kind)
        if kind is None or kind.behaviour != "scheduler":
            continue
        try:
            every = setting_value(catalogue, node, "every")
            starts = setting_value(catalogue, node, STARTS)
        except ValueError:  # told when the design is checked
            continue
        if starts in level.operations and isinstance(every, float):
            rate = 1.0 / every
            made.append(
                Schedule.model_construct(
                    source=node.id, arrivals="deterministic", rate=rate, mix={str(starts): 1.0}
                )
            )
    return tuple(made)


def looks(level: Level, design: Design, catalogue: Catalogue) -> tuple[Schedule, ...]:
    """What those who watch ask for, one after the other, where nobody tells them of changes."""
    watch = level.watch
    if watch is None or gateway(level, design, catalogue) is not None:
        return ()
    count = next((node.count for node in level.nodes if node.id == watch.by), 0)
    mine = [link.every for link in design.links if link.source == watch.by and link.every]
    every = min(mine, default=watch.every)
    if not count or watch.looks not in level.operations:
        return ()  # told when the level is checked
    mix = {watch.looks: 1.0}
    stream = Schedule.model_construct(
        source=watch.by, arrivals="deterministic", rate=count / every, mix=mix
    )
    return (stream,)


def gateway(level: Level, design: Design, catalogue: Catalogue) -> str | None:
    """The gateways that hold the connections of those who watch, where there are any."""
    if level.watch is None:
        return None
    kinds = {node.id: node.kind for node in (*level.nodes, *design.nodes)}
    return gateway_of(level.watch, kinds, [link.ends for link in design.links], catalogue)


def has_something_to_start(level: Level, catalogue: Catalogue, kind: str) -> bool:
    """Whether there is an operation that a scheduler of this kind could start."""
    return any(each in level.operations for each in setting_specs(catalogue, kind)[STARTS].choices)


def check_schedule(
    level: Level, catalogue: Catalogue, node: Node, path: Trail
) -> Iterator[Problem]:
    """A scheduler that would start what there is not."""
    kind = catalogue.kinds.get(node.kind)
    if kind is None or kind.behaviour != "scheduler":
        return
    spec = setting_specs(catalogue, node.kind)[STARTS]
    starts = node.settings.get(STARTS, spec.default)
    if starts in spec.choices and starts not in level.operations:
        message = f"`{node.id}` starts `{starts}`, and this level has no such operation"
        yield Problem(message, path, suggestion(str(starts), level.operations))
