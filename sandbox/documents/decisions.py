"""What the player decides about a level itself: how its code works, and what is built at all."""

from __future__ import annotations

from sandbox.documents.design import Design
from sandbox.documents.kinds import kinds_for
from sandbox.documents.level import Feature, Level
from sandbox.documents.operations import Operation
from sandbox.documents.schedules import Schedule, looks, schedules
from sandbox.documents.traffic import Phase, Stream


def built(level: Level, design: Design) -> tuple[str, ...]:
    """The features that a design builds, in the order of the level."""
    if design.scope is None:
        return tuple(name for name, feature in level.scope.items() if feature.chosen)
    return tuple(name for name in level.scope if name in design.scope)


def beside_the_brief(level: Level, design: Design) -> list[str]:
    """The features that are missing, and those that nobody asked for."""
    there = built(level, design)
    return [name for name, feature in level.scope.items() if feature.asked != (name in there)]


def decided(level: Level, design: Design) -> Level:
    """The level as this design plays it: each operation in one way, the features it builds.

    A level that leaves nothing to decide is given back as it is, and so is one decided before.
    What the schedulers of the design start comes last among its traffic, and how those look who
    watch.
    """
    level = _chosen(level, design)
    if any(isinstance(stream, Schedule) for stream in level.traffic):
        return level
    catalogue = kinds_for(level)
    jobs = schedules(level, design, catalogue) + looks(level, design, catalogue)
    return level.model_copy(update={"traffic": (*level.traffic, *jobs)}) if jobs else level


def _chosen(level: Level, design: Design) -> Level:
    if not level.scope and not any(each.ways for each in level.operations.values()):
        return level
    features = [level.scope[name] for name in built(level, design)]
    operations = {
        name: _with_needs(operation.taking(design.ways.get(name)), name, features)
        for name, operation in level.operations.items()
    }
    traffic = tuple(_with_requests(stream, features) for stream in level.traffic)
    return level.model_copy(update={"operations": operations, "traffic": traffic, "scope": {}})


def _with_needs(operation: Operation, name: str, features: list[Feature]) -> Operation:
    more = tuple(step for feature in features for step in feature.needs.get(name, ()))
    return operation.model_copy(update={"needs": (*operation.needs, *more)}) if more else operation


def _with_requests(stream: Stream, features: list[Feature]) -> Stream:
    """The stream with what the features add: so many requests for each one that came before.

    They come from the clients that ask for something already; the patience is the same.
    """
    before = sum(stream.mix.values())
    added: dict[str, float] = {}
    for feature in features:
        for name, share in feature.adds.items():
            added[name] = added.get(name, 0.0) + share * before
    if not added:
        return stream
    mix = {
        name: stream.mix.get(name, 0.0) + added.get(name, 0.0) for name in {**stream.mix, **added}
    }
    more = sum(mix.values()) / before
    return stream.model_copy(
        update={
            "mix": mix,
            "rate": None if stream.rate is None else stream.rate * more,
            "phases": tuple(_faster(phase, more) for phase in stream.phases),
        }
    )


def _faster(phase: Phase, times: float) -> Phase:
    return phase.model_copy(update={"rate": phase.rate * times})
