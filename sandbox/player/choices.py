"""What a player decides about the level itself: how its code works, and what is built at all."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.documents.decisions import built
from sandbox.documents.design import Design
from sandbox.documents.level import Feature, Level
from sandbox.documents.operations import Operation
from sandbox.player.pieces import EditError, remade


@dataclass(frozen=True)
class SetWay:
    """In which of its ways an operation is carried out."""

    operation: str
    way: str

    def says(self, design: Design, level: Level) -> str:
        operation = _operation(level, self.operation)
        return f"{operation.title}: {operation.ways[self.way].title}"

    def apply(self, design: Design, level: Level) -> Design:
        operation = _operation(level, self.operation)
        ways = {name: way for name, way in design.ways.items() if name != self.operation}
        if self.way != next(iter(operation.ways)):  # the first is what no design has to say
            ways[self.operation] = self.way
        return remade(design, level, ways=ways)


@dataclass(frozen=True)
class SetFeature:
    """Whether a feature is built."""

    feature: str
    wanted: bool

    def says(self, design: Design, level: Level) -> str:
        verb = "build" if self.wanted else "leave out"
        return f"{verb}: {_feature(level, self.feature).title}"

    def apply(self, design: Design, level: Level) -> Design:
        _feature(level, self.feature)
        there = {*built(level, design)} - {self.feature}
        there |= {self.feature} if self.wanted else set()
        scope = tuple(name for name in level.scope if name in there)
        start = built(level, level.starting_design())
        return remade(design, level, scope=None if scope == start else scope)


def has_choices(level: Level) -> bool:
    """Whether the level leaves anything to decide about itself."""
    return bool(level.scope) or any(each.ways for each in level.operations.values())


def taken_ways(level: Level, design: Design) -> dict[str, str]:
    """The way in which each operation is carried out that can be carried out in several."""
    taken = {}
    for name, operation in level.operations.items():
        if operation.ways:
            way = design.ways.get(name)
            taken[name] = way if way in operation.ways else next(iter(operation.ways))
    return taken


def _operation(level: Level, name: str) -> Operation:
    operation = level.operations.get(name)
    if operation is None or not operation.ways:
        raise EditError(f"there is nothing to choose about `{name}`")
    return operation


def _feature(level: Level, name: str) -> Feature:
    if name not in level.scope:
        raise EditError(f"there is no feature `{name}`")
    return level.scope[name]
