"""What is wrong with the incidents of a level: what cannot happen, or not to whom it says."""

from __future__ import annotations

import math
from collections.abc import Iterator

from sandbox.documents.catalogue import Catalogue
from sandbox.documents.check import kinds_allowed
from sandbox.documents.incidents import OF_JOBS, Hot, Partition, Struck
from sandbox.documents.level import Level
from sandbox.documents.problems import Problem
from sandbox.documents.source import Trail
from sandbox.documents.words import suggestion, unknown


def check_incidents(level: Level, catalogue: Catalogue) -> Iterator[Problem]:
    """What happens to kinds and clients that there are none of, or when all is over."""
    yield from _same_ids(level)
    yield from _at_once(level)
    yield from _struck(level, catalogue)
    yield from _jobs(level, catalogue)
    yield from _names(level)
    for at, incident in enumerate(level.incidents):
        path: Trail = ("incidents", at)
        if incident.hot is not None:
            yield from _hot(level, incident.hot, (*path, "hot"))
        if incident.poison is not None and incident.lasts is not None:
            message = "it is so many messages, however long they take to come"
            yield Problem(message, (*path, "for"), "take `for` out")
        if incident.at >= level.clock.length:
            yield Problem("this happens when no client arrives any more", (*path, "at"))
        elif incident.spike and incident.at + incident.spike.over > level.clock.length:
            message = "the last of these come when no client arrives any more"
            yield Problem(message, (*path, "spike", "over"))


def _same_ids(level: Level) -> Iterator[Problem]:
    """Two of the same name would draw alike: they would strike the same one."""
    seen: set[str] = set()
    for at, incident in enumerate(level.incidents):
        if incident.id in seen:
            message = f"two incidents are called `{incident.id}`"
            yield Problem(message, ("incidents", at, "id"), "give it another name")
        seen.add(incident.id)


_ONE_AT_A_TIME = ("quota", "errors", "replies", "launches")
"""What sets something for a while, and then sets it back."""


def _at_once(level: Level) -> Iterator[Problem]:
    """The same thing about the same kind while it lasts: the end of one would end both."""
    until: dict[tuple[str, str], float] = {}
    known = enumerate(level.incidents)
    for at, incident in sorted(known, key=lambda each: (each[1].at, each[0])):
        struck = incident.what
        if incident.name not in _ONE_AT_A_TIME or not isinstance(struck, Struck):
            continue
        what = incident.name, struck.kind
        if incident.at < until.get(what, 0.0):
            message = f"another `{incident.name}` about `{struck.kind}` is not over by then"
            yield Problem(message, ("incidents", at, "at"), "let one end before the next begins")
        ends = math.inf if incident.lasts is None else incident.at + incident.lasts
        until[what] = max(ends, until.get(what, 0.0))


def _struck(level: Level, catalogue: Catalogue) -> Iterator[Problem]:
    """Kinds that there are none of, or to which this does not happen."""
    for at, incident in enumerate(level.incidents):
        struck = incident.what
        if not isinstance(struck, Struck):
            continue
        path: Trail = ("incidents", at, incident.name, "kind")
        yield from unknown("kind", [(struck.kind, path)], catalogue.kinds)
        if struck.kind not in catalogue.kinds:
            continue
        if incident.name not in catalogue.behaves(struck.kind).suffers:
            here = [name for name in kinds_allowed(level) if name in catalogue.kinds]
            able = [name for name in here if incident.name in catalogue.behaves(name).suffers]
            message = f"`{incident.name}` cannot happen to `{struck.kind}`"
            yield Problem(message, path, f"it can happen to {_listed(able)}" if able else "")


def _listed(names: list[str]) -> str:
    """Names in a sentence: `a`, `b` or `c`."""
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} or {last}" if first else last


def _names(level: Level) -> Iterator[Problem]:
    """Traffic, operations and zones that there are none of."""
    sources: list[tuple[str | None, Trail]] = []
    asked: list[tuple[str | None, Trail]] = []
    zones: list[tuple[str | None, Trail]] = []
    for at, incident in enumerate(level.incidents):
        path: Trail = ("incidents", at)
        if incident.spike is not None:
            sources.append((incident.spike.source, (*path, "spike", "from")))
            asked.append((incident.spike.operation, (*path, "spike", "operation")))
        if incident.bots is not None:
            sources.append((incident.bots.source, (*path, "bots", "from")))
            asked.append((incident.bots.operation, (*path, "bots", "operation")))
        if incident.hot is not None:
            asked.append((incident.hot.operation, (*path, "hot", "operation")))
        if incident.zone is not None:
            zones.append((incident.zone.zone, (*path, "zone", "zone")))
        if incident.partition is not None:
            zones += _parted(incident.partition, (*path, "partition"))
    yield from unknown("traffic from", sources, [stream.source for stream in level.traffic])
    yield from unknown("operation", asked, level.operations)
    yield from unknown("zone", zones, level.zones)


def _jobs(level: Level, catalogue: Catalogue) -> Iterator[Problem]:
    """Needs that a kind does not do in a job, and rows of items that there are none of."""
    named = {each.items.of: None for each in level.operations.values() if each.items is not None}
    for at, incident in enumerate(level.incidents):
        job, path = incident.bulk, ("incidents", at, "bulk")
        if job is None or job.kind not in catalogue.kinds:
            continue
        able = [need for need in catalogue.kinds[job.kind].does if need in OF_JOBS]
        if job.need not in able:
            message = f"a `{job.kind}` does no `{job.need}` in a job"
            yield Problem(message, (*path, "need"), suggestion(job.need, able))
        if job.of is not None and job.of not in named:
            message = f"no operation is about a `{job.of}`"
            yield Problem(message, (*path, "of"), suggestion(job.of, named))


def _hot(level: Level, hot: Hot, path: Trail) -> Iterator[Problem]:
    """An operation that is about nothing in particular, or an item that there is not."""
    operation = level.operations.get(hot.operation)
    if operation is None:
        return
    if operation.items is None or operation.items.count == 1:
        message = f"`{hot.operation}` is not about several items, so none of them can be hot"
        yield Problem(message, (*path, "operation"), "give the operation `items`")
    elif hot.item > operation.items.count:
        message = f"there is no item {hot.item}"
        yield Problem(message, (*path, "item"), f"there are {operation.items.count}")


def _parted(partition: Partition, path: Trail) -> Iterator[tuple[str, Trail]]:
    """The zones that a partition names."""
    yield partition.zone, (*path, "zone")
    for at, other in enumerate(partition.others):
        yield other, (*path, "from", at)
